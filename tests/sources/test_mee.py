import datetime as dt
from typing import Any

import pytest

from domain.job_events import EventKind, EventStatus, JobEvent, Mode, Rejected
from domain.sectors import Sector, SectorBasis
from sources import drafts, mee
from sources.reading import Surroundings
from tests.sources import records
from tests.sources.feeds import NOON


def read(surroundings: Surroundings, **changes: Any) -> JobEvent | Rejected:
    (outcome,) = drafts.read(
        records.mee(**changes), mee.FORMAT, surroundings, source="francetravail", now=NOON
    )
    return outcome


def event(surroundings: Surroundings, **changes: Any) -> JobEvent:
    outcome = read(surroundings, **changes)
    assert isinstance(outcome, JobEvent), outcome
    return outcome


def test_a_record_becomes_an_event(surroundings):
    found = event(surroundings)
    assert found == JobEvent(
        source="francetravail",
        source_id="700001",
        mee_id=700001,
        kind=EventKind.JOB_DATING,
        title="Job dating : les boulangers recrutent",
        description="Venez avec votre CV.\nEntretiens de dix minutes.\n\nAccueil, puis entretiens.",
        starts_at=dt.datetime(2026, 6, 22, 7, 30, tzinfo=dt.UTC),
        ends_at=dt.datetime(2026, 6, 22, 10, 0, tzinfo=dt.UTC),
        zone="Europe/Paris",
        mode=Mode.ON_SITE,
        place_name="Agence TOULOUSE CARTOUCHERIE",
        address="31300 TOULOUSE",
        commune="31555",
        commune_name="Toulouse",
        point=found.point,
        sectors=frozenset({Sector.RETAIL}),
        sector_basis=SectorBasis.STATED,
        seats_total=20,
        seats_left=15,
        organiser="Agence TOULOUSE CARTOUCHERIE",
        url="https://mesevenementsemploi.francetravail.fr/mes-evenements-emploi/evenement/700001",
        audiences=("Ouvert à tous",),
        benefits=("CDI",),
        objectives=("Recrutement",),
        operations=("#TousMobilisés",),
    )
    assert found.point is not None
    assert (found.point.latitude, found.point.longitude) == (43.6, 1.42)


@pytest.mark.parametrize(
    ("date", "closing", "starts", "ends"),
    [
        ("2026-06-22T09:30:00.000+02:00", "12:00:00", "2026-06-22T07:30", "2026-06-22T10:00"),
        ("2026-01-12T09:30:00+01:00", "12:00:00", "2026-01-12T08:30", "2026-01-12T11:00"),
        ("2026-06-22T07:30:00Z", "10:00:00", "2026-06-22T07:30", "2026-06-22T10:00"),
        ("2026-06-22T22:00:00+02:00", "01:00:00", "2026-06-22T20:00", "2026-06-22T23:00"),
        ("2026-06-22T09:00:00-10:00", "11:00:00", "2026-06-22T19:00", "2026-06-22T21:00"),
        ("2026-06-22T09:30:00+02:00", None, "2026-06-22T07:30", None),
    ],
)
def test_the_time_rule_keeps_to_the_offset_of_the_start(date, closing, starts, ends):
    found = mee.times({"dateEvenement": date, "heureDebut": "00:00:00", "heureFin": closing})
    assert [instant and instant.astimezone(dt.UTC) for instant in found] == [
        instant and dt.datetime.fromisoformat(instant).replace(tzinfo=dt.UTC) for instant in (starts, ends)
    ]


def test_an_end_nobody_told_is_an_hour_after_the_start(surroundings):
    found = event(surroundings, heureFin=None)
    assert found.ends_at - found.starts_at == dt.timedelta(hours=1)


def test_a_date_without_offset_is_local_time_of_the_place(surroundings):
    found = event(
        surroundings,
        dateEvenement="2026-06-22T09:30:00",
        codePostal="97400",
        codeInsee=None,
        ville="ST DENIS",
    )
    assert found.local_start == dt.datetime.fromisoformat("2026-06-22T09:30:00+04:00")


@pytest.mark.parametrize(
    ("stated", "place", "zone"),
    [
        ("Europe/Paris", {"codePostal": "97400", "ville": "Saint-Denis"}, "Indian/Reunion"),
        (None, {"codePostal": "97200", "ville": "Fort-de-France"}, "America/Martinique"),
        ("Indian/Reunion", {"codePostal": "97400", "ville": "Saint-Denis"}, "Indian/Reunion"),
        ("America/Cayenne", {"codePostal": "75012", "ville": "Paris"}, "America/Cayenne"),
        ("Mars/Olympus", {"codePostal": "31000", "ville": "Toulouse"}, "Europe/Paris"),
        ("../../etc/passwd", {"codePostal": "31000", "ville": "Toulouse"}, "Europe/Paris"),
        (None, {"codePostal": "97499", "ville": None, "modalites": ["a distance"]}, "Indian/Reunion"),
        (None, {"codePostal": None, "ville": None, "modalites": ["à distance"]}, "Europe/Paris"),
    ],
)
def test_the_zone_is_the_stated_one_but_paris_is_not_believed_overseas(surroundings, stated, place, zone):
    nowhere = {"codeInsee": None, "latitude": None, "longitude": None}
    assert event(surroundings, timezone=stated, **nowhere, **place).zone == zone


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Job dating", EventKind.JOB_DATING),
        ("Job Dating", EventKind.JOB_DATING),
        ("Visite d'entreprise", EventKind.COMPANY_VISIT),
        ("Visites d’entreprise", EventKind.COMPANY_VISIT),
        ("Visite(s) d'entreprise", EventKind.COMPANY_VISIT),
        ("Réunion d'information", EventKind.INFORMATION_MEETING),
        ("REUNION D'INFORMATIONS", EventKind.INFORMATION_MEETING),
        ("Portes ouvertes", EventKind.OPEN_DAY),
        ("Salon en ligne", EventKind.ONLINE_FAIR),
        ("Conférence", EventKind.CONFERENCE),
        ("Forum", EventKind.FORUM),
        ("Atelier", EventKind.WORKSHOP),
    ],
)
def test_labels_of_kinds_are_known_in_every_spelling(surroundings, label, kind):
    assert event(surroundings, type=label).kind is kind


@pytest.mark.parametrize(
    ("labels", "mode"),
    [
        (["en physique"], Mode.ON_SITE),
        (["a distance"], Mode.ONLINE),
        (["à distance"], Mode.ONLINE),
        (["en physique", "A distance"], Mode.BOTH),
        ("a distance", Mode.ONLINE),
        (None, Mode.ON_SITE),
        ([], Mode.ON_SITE),
    ],
)
def test_modes_are_compared_without_accents(surroundings, labels, mode):
    assert event(surroundings, modalites=labels).mode is mode


@pytest.mark.parametrize(
    ("seats", "left", "status"),
    [
        ({"nombrePlaceTotalPresentiel": 0}, (None, None), EventStatus.SCHEDULED),
        ({"nombrePlaceTotalPresentiel": None}, (None, None), EventStatus.SCHEDULED),
        ({"nombreInscritPresentiel": None}, (20, 20), EventStatus.SCHEDULED),
        ({"nombreInscritPresentiel": 20}, (20, 0), EventStatus.FULL),
        ({"nombreInscritPresentiel": 25}, (20, 0), EventStatus.FULL),
        ({"nombrePlaceTotalDistance": 10, "nombreInscritDistance": 4}, (30, 21), EventStatus.SCHEDULED),
        (
            {"nombreInscritPresentiel": 25, "nombrePlaceTotalDistance": 10, "nombreInscritDistance": 4},
            (30, 6),
            EventStatus.SCHEDULED,
        ),
    ],
)
def test_seats_left_are_never_below_zero_and_a_total_of_zero_is_unknown(surroundings, seats, left, status):
    found = event(surroundings, **seats)
    assert ((found.seats_total, found.seats_left), found.status) == (left, status)


@pytest.mark.parametrize(
    ("codes", "sectors"),
    [
        (["M1805"], {Sector.BUSINESS_SUPPORT}),
        (["J", "N4105"], {Sector.HEALTH, Sector.TRANSPORT}),
        (["Z9999", "M18", 5], set()),
    ],
)
def test_sectors_are_stated_by_full_codes_or_bare_letters(surroundings, codes, sectors):
    found = event(surroundings, codesRome=codes, titre="Rencontre", description="", deroulement="")
    assert found.sectors == sectors
    assert found.sector_basis is (SectorBasis.STATED if sectors else SectorBasis.UNKNOWN)


def test_sectors_are_inferred_when_none_is_stated_and_open_events_are_open_to_all(surroundings):
    found = event(surroundings, codesRome=None, titre="Les restaurants recrutent des cuisiniers")
    assert (found.sectors, found.sector_basis) == ({Sector.HOSPITALITY}, SectorBasis.INFERRED)
    assert event(surroundings, multisectoriel=True).multisector
    assert event(surroundings, titre="Forum de l'emploi, tous secteurs confondus").multisector


@pytest.mark.parametrize(
    "url", [None, "", "javascript:alert(1)", "file:///etc/passwd", "https://bad host/", 5]
)
def test_without_a_usable_link_the_page_of_the_event_is_given(surroundings, url):
    assert event(surroundings, urlDetailEvenement=url).url == (
        "https://mesevenementsemploi.francetravail.fr/mes-evenements-emploi/evenement/700001"
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"titre": None}, "no title"),
        ({"titre": " \u200b\u202e "}, "no title"),
        ({"id": None}, "no id"),
        ({"id": "MEE-36173"}, "no id"),
        ({"dateEvenement": None}, "no date"),
        ({"dateEvenement": "22/06/2026"}, "no date"),
        ({"dateEvenement": "2503-06-22T09:30:00+02:00"}, "absurd date: year 2503"),
        ({"dateEvenement": "0001-01-01T00:00:00+02:00"}, "absurd date: year 1"),
        ({"dateEvenement": "9999-12-31T23:59:59-10:00"}, "absurd date: year 9999"),
        ({"dateEvenement": "2028-09-22T09:30:00+02:00"}, "absurd date: 2028-09-22"),
        ({"ville": None, "codePostal": None, "codeInsee": None, "latitude": None}, "no place"),
    ],
)
def test_what_no_person_could_place_is_set_aside_with_its_reason(surroundings, changes, reason):
    outcome = read(surroundings, **changes)
    assert isinstance(outcome, Rejected)
    assert outcome.reason == reason
    assert "TOULOUSE CARTOUCHERIE" in outcome.raw


def test_an_online_event_needs_no_place(surroundings):
    found = event(
        surroundings, modalites=["a distance"], ville=None, codePostal=None, codeInsee=None, latitude=None
    )
    assert (found.mode, found.commune, found.point) == (Mode.ONLINE, None, None)
