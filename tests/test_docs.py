"""What the documents say is so."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import cli, settings
from bot.settings import Settings

ROOT = Path(__file__).parents[1]
NOT_OURS = {"__pycache__", "data", "htmlcov"}
DOCUMENTS = ["README.md", "GLOSSARY.md", "CONTRIBUTING.md", "CHANGELOG.md"]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def our_files() -> Iterator[Path]:
    """Give every file of the project, without what tools leave behind."""
    for entry in ROOT.iterdir():
        if entry.name in NOT_OURS or (
            entry.name.startswith(".") and entry.name not in {".ci", ".env.example"}
        ):
            continue
        for path in [entry, *entry.rglob("*")]:
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def test_every_setting_is_explained_in_env_example_in_the_same_order():
    explained = re.findall(r"^#?([A-Z][A-Z_]+)=", read(".env.example"), re.MULTILINE)
    assert explained == list(settings.NAMES)


def test_every_setting_is_in_the_readme_and_no_other():
    listed = re.findall(r"^\| (`[A-Z].*?) \|", read("README.md"), re.MULTILINE)
    assert sorted(name for row in listed for name in re.findall(r"`([A-Z_]+)`", row)) == sorted(
        settings.NAMES
    )


def test_env_example_as_it_is_can_be_read_and_changes_nothing():
    assert Settings.read({}, ROOT / ".env.example") == Settings.read({}, ROOT / "no such file")


def test_a_value_in_env_example_is_the_default(tmp_path):
    path = tmp_path / ".env"
    written = re.sub(r"^#(?=[A-Z_]+=)", "", read(".env.example"), flags=re.MULTILINE)
    path.write_text(re.sub(r"^PUBLIC_URL=.*$", "", written, flags=re.MULTILINE), encoding="utf-8")
    # without a token the sample events serve; the file shows what a real bot reads
    by_default = Settings.read({"EVENT_SOURCE": "openagenda"}, tmp_path / "no such file")
    assert Settings.read({}, path) == by_default


def test_every_command_of_the_command_line_is_in_the_readme_and_no_other():
    told = re.search(r"python -m bot ….*?\n\n", read("README.md"), re.DOTALL)
    assert told
    named = re.findall(r"^\| `([a-z]+)", told[0], re.MULTILINE)
    offered = re.findall(r"^    ([a-z]+)\b", cli.parser().format_help(), re.MULTILINE)
    assert named == offered


def test_every_target_of_make_is_in_the_readme_and_no_other():
    told = re.search(r"`make …`.*?\n\n", read("README.md"), re.DOTALL)
    assert told
    targets = re.findall(r"^([a-z]+):.*##", read("Makefile"), re.MULTILINE)
    assert sorted(re.findall(r"^\| `([a-z]+)`", told[0], re.MULTILINE)) == sorted(targets)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_between_documents_leads_somewhere(document):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", read(document)):
        assert (ROOT / target).exists(), target


def test_every_home_in_the_glossary_exists():
    homes = re.findall(r"`([a-z_]+/[a-z_./]*)`", read("GLOSSARY.md"))
    assert homes
    assert [home for home in homes if not (ROOT / home).exists()] == []


@pytest.mark.parametrize(
    "record", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda path: path.stem
)
def test_a_decision_record_has_its_five_parts(record):
    text = record.read_text(encoding="utf-8")
    parts = ("Context", "Decision", "Alternatives that lost", "Consequences", "Deviations from the plan")
    assert re.match(rf"# {record.stem[:4]} .+ — (proposed|accepted|replaced by \d{{4}})\n", text)
    assert re.findall(r"^\*\*(.+?)\.\*\*", text, re.MULTILINE) == list(parts)


def test_nothing_names_the_machine_it_was_written_on_or_where_packages_came_from():
    # in brackets, so that this line is not what it looks for
    unwanted = re.compile(
        rb"/wor[k]/|/roo[t]/|/opt/pyp[i]|\.librar[y]/|https?://[^\s/]*(?:pyp[i]|pythonhoste[d]|npmj[s]|artifactor[y])"
    )
    found = {
        f"{path.relative_to(ROOT)}: {match[0].decode()}"
        for path in our_files()
        if (match := unwanted.search(path.read_bytes()))
    }
    assert found == set()


def test_the_lock_files_hold_hashes_and_no_address():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = read(name)
        assert "://" not in text
        pins = re.findall(r"^[A-Za-z0-9].*==", text, re.MULTILINE)
        assert len(pins) == len(
            re.findall(r"^[A-Za-z0-9].*== ?[^\n]* \\\n    --hash=sha256:", text, re.MULTILINE)
        )
