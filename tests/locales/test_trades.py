import csv
import random
from pathlib import Path

import pytest

from domain import lexicon, trades
from domain.sectors import Sector
from locales import trades as word_lists

PROJECT = Path(__file__).parents[2]
LISTS = PROJECT / "locales" / "trades"
FIRST_LIST = PROJECT / "tests" / "blind" / "trades_first.csv"
ROME = PROJECT.parent / "shared" / "domain" / "data" / "rome_appellations_v460.csv"


@pytest.fixture(scope="module")
def words():
    return word_lists.load()


@pytest.fixture
def write_list(tmp_path):
    def write(text, name="fr.txt"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("path", sorted(LISTS.glob("*.txt")), ids=lambda path: path.stem)
def test_each_list_knows_every_sector(path):
    assert {term.sector for term in word_lists.read_terms(path)} == {*Sector, None}


@pytest.mark.parametrize("path", sorted(LISTS.glob("*.txt")), ids=lambda path: path.stem)
def test_each_term_of_a_list_leaves_words_to_look_up(path):
    assert [term.text for term in word_lists.read_terms(path) if not lexicon.stems_of(term.text)] == []


def test_a_list_is_read_with_its_headings_marks_and_remarks(write_list):
    path = write_list("# remark\n\n[- rien]\nagence\n[N Transport]\ncariste, ~camion,\nlivreur\n")

    assert list(word_lists.read_terms(path)) == [
        lexicon.Term("agence", None),
        lexicon.Term("cariste", Sector.TRANSPORT),
        lexicon.Term("camion", Sector.TRANSPORT, typed_only=True),
        lexicon.Term("livreur", Sector.TRANSPORT),
    ]


def test_a_foreign_list_only_serves_what_people_type(write_list):
    path = write_list("[N]\ndriver\n", name="en.txt")

    assert list(word_lists.read_terms(path)) == [lexicon.Term("driver", Sector.TRANSPORT, typed_only=True)]


@pytest.mark.parametrize("text", ["cariste\n", "[Z Rien]\ncariste\n", "[N]\ncariste\n[Transport\n"])
def test_a_line_out_of_place_is_named(write_list, text):
    with pytest.raises(ValueError, match=r"fr\.txt, line \d"):
        list(word_lists.read_terms(write_list(text)))


def test_the_operators_labels_are_learnt(write_list):
    rome = write_list(
        "libelle_appellation_court,code_rome\n"
        "Zingotteur / Zingotteuse de piste,N2203\nBrolleur(se),H2901\n,A1101\nSans code,\nAutre,Z1234\n",
        name="rome.csv",
    )

    extra = word_lists.read_rome_appellations(rome)

    assert [(term.text, term.sector) for term in extra] == [
        ("Zingotteur de piste", Sector.TRANSPORT),
        ("Zingotteuse de piste", Sector.TRANSPORT),
        ("Brolleur", Sector.INDUSTRY),
    ]
    [best, *_] = trades.suggest("zingotteuse de piste", word_lists.load(extra))
    assert best.sector is Sector.TRANSPORT


def test_a_rome_file_without_its_columns_is_refused(write_list):
    with pytest.raises(ValueError, match="no column code_rome"):
        word_lists.read_rome_appellations(write_list("libelle_appellation_court\nCariste\n", name="rome.csv"))


def test_nine_in_ten_of_the_first_blind_list_are_offered_their_sector(words):
    rows = list(csv.DictReader(FIRST_LIST.read_text(encoding="utf-8").splitlines()))

    missed = [
        row["typed"]
        for row in rows
        if not set(row["sectors"].split("|"))
        & {item.sector.value for item in trades.suggest(row["typed"], words)}
    ]

    assert len(missed) <= len(rows) / 10, missed


@pytest.mark.shared
@pytest.mark.skipif(not ROME.exists(), reason="needs ../shared/domain/data beside the project")
def test_two_thirds_of_the_official_names_are_offered_their_sector_without_knowing_them(words):
    sample = random.Random(7).sample(word_lists.read_rome_appellations(ROME), 500)

    right = sum(term.sector in {item.sector for item in trades.suggest(term.text, words)} for term in sample)

    assert right >= 500 * 0.67
