import datetime as dt
import json
from dataclasses import replace

import hypothesis as hyp
import pytest
from hypothesis import strategies as st

from domain.alert_drafts import AlertDraft
from domain.alerts import MAX_RADIUS_KM, Frequency
from domain.availability import WHOLE_WEEK, Availability
from domain.communes import Commune, Department
from domain.errors import UserError
from domain.job_events import Mode
from domain.sectors import Sector
from tests.factories import NOW, TOULOUSE, alert

COMMUNE = Commune("31555", "Toulouse", ("31000",), "31", 504_000, TOULOUSE, "Europe/Paris")
DEPARTMENT = Department("31", "Haute-Garonne", 1_400_000, COMMUNE)

DATES = st.just("") | st.dates().map(dt.date.isoformat)
SECTORS = st.frozensets(st.sampled_from(Sector)).map(lambda chosen: "".join(sorted(chosen)))
DRAFTS = st.builds(
    AlertDraft,
    alert_id=st.integers(0, 1 << 40),
    is_first=st.booleans(),
    commune=st.none() | st.text(max_size=5),
    place_label=st.text(),
    is_online_only=st.booleans(),
    radius_km=st.integers(1, MAX_RADIUS_KM),
    sectors=SECTORS,
    takes_unknown_sector=st.booleans(),
    half_days=st.integers(0, WHOLE_WEEK),
    not_before=DATES,
    not_after=DATES,
    modes=st.sampled_from([1, 2, 3]),
    frequency=st.sampled_from([frequency.value for frequency in Frequency]),
    created_at=st.just("") | st.just(NOW.isoformat()),
    by_day=st.booleans(),
    offered=st.lists(st.text()).map(tuple),
    hint=st.text(),
)

STEPS = st.one_of(
    st.sampled_from(Sector).map(lambda sector: lambda draft: draft.toggled_sector(sector.value)),
    st.integers(-1, 1 << 22).map(lambda mask: lambda draft: draft.toggled_half_days(mask)),
    st.sampled_from([Mode.ON_SITE, Mode.ONLINE]).map(lambda mode: lambda draft: draft.toggled_mode(mode)),
    st.sampled_from([COMMUNE, DEPARTMENT]).map(lambda place: lambda draft: draft.at(place, place.name)),
    st.just(lambda draft: draft.online()),
    st.integers(1, 1000).map(lambda km: lambda draft: draft.but(radius_km=km)),
    st.tuples(DATES, DATES).map(lambda days: lambda draft: draft.but(not_before=days[0], not_after=days[1])),
)


@hyp.given(DRAFTS)
def test_a_draft_survives_being_written_and_read(draft):
    assert AlertDraft.read(json.loads(json.dumps(draft.written()))) == draft


def test_a_draft_of_yesterday_is_read_today():
    assert AlertDraft.read({"commune": "31555", "colour": "blue"}) == AlertDraft(commune="31555")
    assert AlertDraft.read({}) == AlertDraft()


def test_an_alert_becomes_a_draft_and_the_same_alert_again():
    first = alert(
        id=7,
        sectors=frozenset({Sector.HEALTH, Sector.CRAFTS}),
        takes_unknown_sector=False,
        availability=Availability(5, dt.date(2027, 3, 1), dt.date(2027, 4, 1)),
        modes=Mode.ON_SITE,
        frequency=Frequency.WEEKLY,
        radius_km=10,
    )
    draft = AlertDraft.of(first)
    assert not draft.is_first
    assert draft.to_alert(1, COMMUNE, now=NOW + dt.timedelta(days=9)) == first
    online = alert(id=8, commune=None, place_label="", point=None, modes=Mode.ONLINE)
    assert AlertDraft.of(online).to_alert(1, None, now=NOW) == online


@pytest.mark.long
@hyp.settings(max_examples=300)
@hyp.given(st.lists(STEPS, max_size=12))
def test_whatever_is_tapped_the_alert_is_one_that_something_can_fit(steps):
    draft = AlertDraft().at(COMMUNE, "Toulouse")
    for step in steps:
        draft = AlertDraft.read(json.loads(json.dumps(step(draft).written())))
    draft = draft.but(half_days=draft.half_days or 1)
    first, last = draft.dates()
    if first and last and last < first:
        with pytest.raises(UserError):
            draft.to_alert(1, COMMUNE, now=NOW)
        return
    made = draft.to_alert(1, COMMUNE if draft.commune else None, now=NOW)
    assert Mode.ONLINE in made.modes or (Mode.ON_SITE in made.modes and made.point is not None)
    assert 1 <= made.radius_km <= MAX_RADIUS_KM
    assert made.created_at == NOW
    assert (made.commune is None) == draft.is_online_only


def test_ticking_a_sector_twice_changes_nothing_and_keeps_what_is_offered():
    draft = AlertDraft(sectors="AJ", offered=("G", "J"), hint="unclear")
    once = draft.toggled_sector("G")
    assert (once.sectors, once.offered, once.hint) == ("AGJ", ("G", "J"), "")
    assert once.toggled_sector("G") == replace(draft, hint="")


def test_a_letter_that_is_no_sector_is_refused():
    with pytest.raises(ValueError, match="Z"):
        AlertDraft().toggled_sector("Z")


def test_a_row_is_ticked_whole_and_unticked_only_when_it_was_whole():
    row = 0b111
    assert AlertDraft().toggled_half_days(row).half_days == row
    assert AlertDraft(half_days=0b001).toggled_half_days(row).half_days == row
    assert AlertDraft(half_days=0b1111).toggled_half_days(row).half_days == 0b1000


def test_without_any_moment_there_is_no_alert():
    with pytest.raises(UserError) as caught:
        AlertDraft(commune="31555").to_alert(1, COMMUNE, now=NOW)
    assert caught.value.code == "availability_empty"


def test_one_way_of_attending_always_stays():
    draft = AlertDraft(commune="31555")
    assert draft.toggled_mode(Mode.ONLINE).modes == Mode.ON_SITE.value
    assert draft.toggled_mode(Mode.ONLINE).toggled_mode(Mode.ON_SITE).modes == Mode.ONLINE.value


@pytest.mark.parametrize("mode", [Mode.ON_SITE, Mode.ONLINE])
def test_without_a_place_only_online_is_left_even_for_an_old_button(mode):
    online = AlertDraft(half_days=1).online()
    assert online.toggled_mode(mode).modes == Mode.ONLINE.value


def test_a_department_is_its_main_town_and_a_hundred_kilometres():
    draft = AlertDraft(radius_km=10).at(DEPARTMENT, "Haute-Garonne")
    assert (draft.commune, draft.place_label, draft.radius_km) == ("31555", "Haute-Garonne", 100)


def test_a_place_after_online_only_means_both_again():
    draft = AlertDraft().online().at(COMMUNE, "Toulouse")
    assert (draft.commune, draft.is_online_only, Mode(draft.modes)) == ("31555", False, Mode.BOTH)
    kept = AlertDraft(modes=Mode.ON_SITE.value).at(COMMUNE, "Toulouse")
    assert Mode(kept.modes) is Mode.ON_SITE


def test_a_commune_that_the_gazetteer_lost_still_makes_an_alert():
    made = AlertDraft(commune="99999", half_days=1, modes=Mode.BOTH.value).to_alert(1, None, now=NOW)
    assert (made.commune, made.point) == ("99999", None)
