import datetime as dt
import json
from typing import Any

import pytest

from domain.job_events import EventKind, EventStatus, JobEvent, Mode, Rejected
from domain.sectors import Sector, SectorBasis
from sources import drafts, openagenda
from sources.reading import Surroundings
from tests.sources import records
from tests.sources.feeds import NOON


def read(surroundings: Surroundings, **changes: Any) -> list[JobEvent | Rejected]:
    record = records.openagenda(**changes)
    return list(drafts.read(record, openagenda.FORMAT, surroundings, source="openagenda", now=NOON))


def event(surroundings: Surroundings, **changes: Any) -> JobEvent:
    (outcome,) = read(surroundings, **changes)
    assert isinstance(outcome, JobEvent), outcome
    return outcome


def test_a_record_becomes_an_event(surroundings):
    found = event(surroundings)
    assert found == JobEvent(
        source="openagenda",
        source_id="40000001",
        mee_id=700001,
        kind=EventKind.JOB_DATING,
        title="Job dating : les boulangers recrutent",
        description="Venez avec votre CV.\n\n- Accueil\n- Entretiens & café",
        starts_at=dt.datetime(2026, 6, 22, 7, 30, tzinfo=dt.UTC),
        ends_at=dt.datetime(2026, 6, 22, 10, 0, tzinfo=dt.UTC),
        zone="Europe/Paris",
        mode=Mode.ON_SITE,
        place_name="Agence TOULOUSE CARTOUCHERIE",
        address="31300 Toulouse",
        commune="31555",
        commune_name="Toulouse",
        point=found.point,
        sectors=found.sectors,
        sector_basis=SectorBasis.INFERRED,
        organiser="Agence TOULOUSE CARTOUCHERIE",
        url="https://mesevenementsemploi.francetravail.fr/mes-evenements-emploi/evenement/700001",
        objectives=("Recrutement",),
        operations=("#TousMobilisés",),
    )


def test_the_mixed_keywords_are_sorted_into_the_vocabulary(surroundings):
    found = event(
        surroundings,
        keywords_fr=[
            "Portes ouvertes", "La semaine du Tourisme", "Hôtellerie-Restauration", "Tourisme",
            "Loisirs et Animation", "Recrutement", "Tout public", "CDI", "Rencontre recruteur", "en physique",
        ],
    )  # fmt: skip
    assert found.kind is EventKind.OPEN_DAY
    assert (found.sectors, found.sector_basis) == ({Sector.HOSPITALITY}, SectorBasis.STATED)
    assert found.audiences == ("Tout public",)
    assert found.benefits == ("CDI", "Rencontre recruteur")
    assert found.objectives == ("Recrutement",)
    assert found.operations == ("La semaine du Tourisme",)


def timings(*starts: str) -> str:
    return json.dumps([
        {"begin": start, "end": (dt.datetime.fromisoformat(start) + dt.timedelta(hours=2)).isoformat()}
        for start in starts
    ])  # fmt: skip


def test_each_session_of_a_record_is_an_event_of_its_own(surroundings):
    found = read(
        surroundings,
        timings=timings(
            "2026-06-24T09:00:00+02:00", "2026-06-22T09:00:00+02:00", "2026-06-23T09:00:00+02:00"
        ),
    )
    assert [(one.source_id, one.starts_at.day) for one in found if isinstance(one, JobEvent)] == [
        ("40000001", 22),
        ("40000001#2", 23),
        ("40000001#3", 24),
    ]
    assert {one.mee_id for one in found if isinstance(one, JobEvent)} == {None}


def test_one_absurd_session_does_not_take_the_others_with_it(surroundings):
    good, bad = read(surroundings, timings=timings("2026-06-22T09:00:00+02:00", "2503-06-22T09:00:00+02:00"))
    assert isinstance(good, JobEvent)
    assert isinstance(bad, Rejected)
    assert bad.reason == "absurd date: year 2503"


@pytest.mark.parametrize("broken", [None, "", "[", "{}", "[]", "[null]", '[{"begin": "soon"}]', 5])
def test_without_readable_timings_the_first_date_counts(surroundings, broken):
    assert event(surroundings, timings=broken).starts_at == dt.datetime(2026, 6, 22, 7, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("begin", "end", "outcome"),
    [
        ("2026-06-22T14:00:00+02:00", "2026-06-21T16:00:00+02:00", dt.timedelta(hours=2)),
        ("2026-06-22T22:00:00+02:00", "2026-06-22T01:00:00+02:00", dt.timedelta(hours=3)),
        ("2026-06-22T14:00:00+02:00", "2026-06-22T14:00:00+02:00", dt.timedelta(hours=1)),
        ("2026-06-22T14:00:00+02:00", "nonsense", dt.timedelta(hours=1)),
        ("2026-06-22T09:00:00+02:00", "2026-06-22T08:00:00+02:00", "ends before it starts"),
        ("2026-06-22T09:00:00+02:00", "2503-06-22T08:00:00+02:00", "absurd end: year 2503"),
        ("2026-06-22T09:00:00+02:00", "2027-12-22T08:00:00+01:00", "lasts longer than a year"),
    ],
)
def test_a_slip_in_the_end_is_mended_where_a_person_would(surroundings, begin, end, outcome):
    (found,) = read(surroundings, timings=json.dumps([{"begin": begin, "end": end}]))
    if isinstance(found, JobEvent):
        assert found.ends_at - found.starts_at == outcome
    else:
        assert found.reason == outcome


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (json.dumps({"id": 5, "label": {"fr": "Complet"}}), EventStatus.FULL),
        (json.dumps({"id": 6, "label": {"fr": "Annulé"}}), EventStatus.CANCELLED),
        ({"label": {"fr": "Annulé"}}, EventStatus.CANCELLED),
        ("Complet", EventStatus.FULL),
        (None, EventStatus.SCHEDULED),
        ("[", EventStatus.SCHEDULED),
    ],
)
def test_full_and_cancelled_are_read_from_the_status(surroundings, status, expected):
    assert event(surroundings, status=status).status is expected


@pytest.mark.parametrize(
    ("title", "text", "mode"),
    [
        ("Webinaire : les métiers du numérique", "", Mode.ONLINE),
        (
            "Découvrir la banque",
            "Rendez-vous en visioconférence, lien de connexion envoyé la veille.",
            Mode.ONLINE,
        ),
        ("Réunion à distance sur la formation", "", Mode.ONLINE),
        ("Découvrir la banque", "L'échange a lieu à distance, un matin.", Mode.ONLINE),
        ("Découvrir la banque", "Échange sur place ; un retour suit à distance.", Mode.ON_SITE),
        ("Atelier", "Connectez-vous sur Teams depuis chez vous.", Mode.ONLINE),
        ("Atelier retraite", "Organisé en agence ou en format webinaire.", Mode.BOTH),
        ("Forum hybride", "En présentiel et à distance.", Mode.BOTH),
        ("Développer votre présence en ligne", "Vendre en ligne, pas à pas.", Mode.ON_SITE),
        ("Job dating", "Candidature en ligne avant le 3 juin.", Mode.ON_SITE),
        ("Job dating", "Inscription obligatoire en ligne.", Mode.ON_SITE),
        ("Réunion", "Une formation à distance de six mois, présentée en agence.", Mode.ON_SITE),
        ("Réunion", "Postes en télétravail, entretiens sur place.", Mode.ON_SITE),
        ("Un webinaire", "Il présente un parcours de trois séminaires en présentiel.", Mode.ONLINE),
    ],
)
def test_a_webinar_is_online_though_its_record_says_on_site(surroundings, title, text, mode):
    assert event(surroundings, title_fr=title, longdescription_fr=text).mode is mode


@pytest.mark.parametrize(
    ("number", "mode"), [(2, Mode.ONLINE), (3, Mode.BOTH), (1, Mode.ON_SITE), ("x", Mode.ON_SITE)]
)
def test_a_stated_mode_other_than_on_site_is_believed(surroundings, number, mode):
    assert event(surroundings, attendancemode=json.dumps({"id": number})).mode is mode


@pytest.mark.parametrize(
    ("registration", "url", "mee_id"),
    [
        (
            '[{"value": "https://mesevenementsemploi.francetravail.fr/mes-evenements-emploi/evenement/12/forum"}]',
            "https://mesevenementsemploi.francetravail.fr/mes-evenements-emploi/evenement/12/forum",
            12,
        ),
        (
            '[{"value": "mail@example.org"}, {"value": "https://example.org/a"}]',
            "https://example.org/a",
            None,
        ),
        ("[", "https://openagenda.com/francetravail/events/boulangers", None),
        (
            '[{"value": "https://mesevenementsemploi.francetravail.fr/x/evenement/99999999999999999999"}]',
            "https://mesevenementsemploi.francetravail.fr/x/evenement/99999999999999999999",
            None,
        ),
    ],
)
def test_one_registers_by_the_link_which_bears_the_id(surroundings, registration, url, mee_id):
    found = event(surroundings, registration=registration)
    assert (found.url, found.mee_id) == (url, mee_id)


def test_a_description_cut_off_in_a_word_ends_at_the_word_before(surroundings):
    cut = ("Accueil et entretiens. " * 30)[:497] + "sui"
    assert event(surroundings, longdescription_fr=f"<p>{cut}</p>").description.endswith("…")


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("ATELIER PITCH ET ENTRETIEN DE RECRUTEMENT", EventKind.WORKSHOP),
        ("JOBDATING : équipiers", EventKind.JOB_DATING),
        ("JOB-DATING de l'intérim", EventKind.JOB_DATING),
        ("Les transports recrutent", EventKind.JOB_DATING),
        ("Salon de l'emploi", EventKind.FORUM),
        ("Salon de l'emploi en ligne", EventKind.ONLINE_FAIR),
        ("Visite de l'entreprise Dupont", EventKind.COMPANY_VISIT),
        ("PORTES OUVERTES de la laiterie", EventKind.OPEN_DAY),
        ("Conférence : la retraite", EventKind.CONFERENCE),
        ("Information collective", EventKind.INFORMATION_MEETING),
        ("Webinaire : présentation d'une école", EventKind.INFORMATION_MEETING),
        ("Découvrez la formation de boucher", EventKind.INFORMATION_MEETING),
        ("Café", EventKind.OTHER),
    ],
)
def test_without_a_label_the_kind_is_what_the_title_calls_it(surroundings, title, kind):
    assert (
        event(surroundings, title_fr=title, keywords_fr=None, longdescription_fr="", description_fr="").kind
        is kind
    )
