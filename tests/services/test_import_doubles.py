"""One session under several ids, or in several sources, is one event."""

from domain.job_events import EventStatus
from tests.services.import_world import (
    DAY,
    HOUR,
    MONDAY_NOON,
    an_event,
    but,
)


async def test_the_same_session_in_a_second_source_joins_the_first(world):
    await world.subscriber()
    await world.baseline()
    await world.baseline(source="francetravail")
    await world.sweep(an_event(mee_id=7))
    told = await world.waiting()
    other = an_event(50, source="francetravail", mee_id=7, title="Tout autre titre")
    result = await world.sweep(other, source="francetravail")
    assert (result.figures.merged, result.figures.new) == (1, 0)
    assert (await world.count("job_events"), await world.count("listings")) == (1, 2)
    assert (await world.event()).event.title == "Rencontre numéro 1"
    assert await world.waiting() == told


async def test_without_an_id_on_the_site_start_commune_and_title_decide(world):
    await world.sweep(an_event(title="Forum de l'emploi"))
    later = MONDAY_NOON + 11 * DAY
    result = await world.sweep(
        an_event(50, source="file", title="FORUM DE L’EMPLOI"),
        an_event(51, source="file", title="Forum de l'emploi", commune="69123"),
        an_event(52, source="file", title="Forum de l'emploi", starts_at=later),
        source="file",
    )
    assert (result.figures.merged, result.figures.new) == (1, 2)


async def test_doubles_within_one_page_become_one_event_told_once(world):
    await world.subscriber()
    await world.baseline()
    result = await world.sweep(*(an_event(number, title="Forum") for number in (1, 2, 3)))
    assert (result.figures.new, result.figures.merged, result.figures.matched) == (1, 2, 1)
    assert (await world.count("job_events"), await world.count("listings")) == (1, 3)


async def test_a_page_that_repeats_one_session_without_end_is_read(world):
    starts = (MONDAY_NOON + DAY + number * HOUR for number in range(1200))
    same = [an_event(number, mee_id=7, starts_at=start) for number, start in enumerate(starts)]
    result = await world.sweep(*same, size=len(same))
    assert (result.figures.new, result.figures.merged) == (1, 1199)
    assert (await world.count("job_events"), await world.count("listings")) == (1, 1200)


async def test_a_new_elder_of_known_doubles_joins_their_event(world):
    await world.sweep(an_event(5))
    result = await world.sweep(an_event(4, title="Même séance", other_ids=("5",)))
    assert (result.figures.merged, await world.count("job_events")) == (1, 1)
    found = await world.rows("SELECT source_id, job_event_id, absences FROM listings ORDER BY source_id")
    assert found == [("4", 1, 0), ("5", 1, 0)]


async def test_ids_merged_later_are_noted_with_their_event(world):
    await world.sweep(an_event(4))
    await world.sweep(an_event(4, other_ids=("5", "6")))
    assert await world.count("listings") == 3


async def test_two_sources_that_word_it_otherwise_do_not_overwrite_each_other(world):
    here, there = an_event(mee_id=7), an_event(50, source="francetravail", mee_id=7, description="B")
    for _ in range(2):
        await world.sweep(here)
        await world.sweep(there, source="francetravail")
    result = await world.sweep(but(there, starts_at=here.starts_at + HOUR), source="francetravail")
    assert (result.figures.changed, result.figures.saved, result.figures.unchanged) == (0, 0, 1)
    assert (await world.event()).event == here


async def test_when_the_first_source_drops_it_the_other_speaks_for_it(world):
    here, there = an_event(mee_id=7), an_event(50, source="francetravail", mee_id=7, description="B")
    others = [an_event(number, mee_id=100 + number) for number in (2, 3, 4)]
    await world.sweep(here, *others)
    await world.sweep(there, source="francetravail")
    await world.sweep(*others)
    await world.sweep(*others)
    assert (await world.event()).event.status is EventStatus.SCHEDULED
    moved = but(there, starts_at=here.starts_at + HOUR)
    result = await world.sweep(moved, source="francetravail")
    assert (result.figures.changed, (await world.event()).event) == (1, moved)


async def test_when_the_first_source_is_given_up_the_other_speaks_after_a_day(world):
    here, there = an_event(mee_id=7), an_event(50, source="francetravail", mee_id=7)
    await world.sweep(here)
    await world.sweep(there, source="francetravail", later=25 * HOUR)
    moved = but(there, starts_at=here.starts_at + HOUR)
    assert (await world.sweep(moved, source="francetravail")).figures.changed == 1


async def test_a_session_cancelled_and_published_anew_is_new(world):
    await world.baseline(an_event(1, title="Forum", status=EventStatus.CANCELLED))
    cancelled = an_event(1, title="Forum", status=EventStatus.CANCELLED)
    assert (await world.sweep(cancelled, an_event(2, title="Forum"))).figures.new == 1
