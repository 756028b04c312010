"""The rule of whom an announcement is for, held against all alerts at once; copies, figures, turns."""

import datetime as dt

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from domain.announcements import FURTHEST, MOST_COUNTED, Audience, State, is_for
from domain.availability import WHOLE_WEEK, Availability
from domain.errors import UserError
from domain.globe import Point
from domain.job_events import Mode
from domain.outbox import Kind, Lane, OutboxMessage
from domain.sectors import Sector
from domain.subscribers import Standing
from services import agencies, announcements, subscribers
from storage import database
from tests.databases import ON_SQLITE
from tests.factories import ALBI, NOW, TOULOUSE, alert, subscriber

POINTS = [TOULOUSE, ALBI, Point(43.62, 1.41), Point(48.8566, 2.3522), Point(-20.88, 55.45)]
DAYS = st.none() | st.dates(dt.date(2027, 3, 1), dt.date(2027, 3, 20))
SECTORS = st.frozensets(st.sampled_from([Sector.HEALTH, Sector.INDUSTRY, Sector.TRANSPORT]), max_size=2)
HALF_DAYS = st.sampled_from([WHOLE_WEEK, 1, 6, 1 << 20, 0b111000])


@st.composite
def availabilities(draw):
    first, last = draw(DAYS), draw(DAYS)
    if first and last and last < first:
        first, last = last, first
    return Availability(draw(HALF_DAYS), first, last)


@st.composite
def audiences(draw):
    point = draw(st.none() | st.sampled_from(POINTS))
    return Audience(
        commune="31555" if point else None,
        point=point,
        radius_km=draw(st.sampled_from([1, 10, 70, 100, 200])),
        is_online=point is None and draw(st.booleans()),
        sectors=draw(SECTORS),
        availability=draw(availabilities()),
    )


wishes = st.fixed_dictionaries(
    {
        "point": st.sampled_from(POINTS),
        "radius_km": st.sampled_from([5, 10, 30, 68, 100, 200]),
        "sectors": SECTORS,
        "availability": availabilities(),
        "modes": st.sampled_from(Mode),
    }
)


WEEK = Availability(1, dt.date(2027, 3, 5), dt.date(2027, 3, 9))
NEXT_WEEK = Availability(1, dt.date(2027, 3, 12), dt.date(2027, 3, 16))


@pytest.mark.parametrize("place", [{}, {"is_online": True}, {"commune": "31555", "point": TOULOUSE}])
@pytest.mark.parametrize("sectors", [frozenset(), frozenset({Sector.HEALTH})])
@pytest.mark.parametrize("availability", [Availability(), WEEK])
async def test_each_choice_of_an_audience_leaves_out_whom_it_is_not_for(uow, place, sectors, availability):
    audience = Audience(radius_km=10, sectors=sectors, availability=availability, **place)
    wished = [
        {"point": point, "sectors": frozenset({sector}), "availability": when, "modes": Mode.BOTH}
        for point in (TOULOUSE, ALBI)
        for sector in (Sector.HEALTH, Sector.INDUSTRY)
        for when in (WEEK, NEXT_WEEK)
    ]
    for number, wish in enumerate(wished, 1):
        await uow.subscribers.add(subscriber(number))
        await uow.alerts.add(alert(number, radius_km=10, **wish))
    chosen = bool(audience.point) + bool(sectors) + (availability == WEEK)
    assert await announcements.count(uow, audience, now=NOW) == len(wished) / 2**chosen


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(audience=audiences(), chosen=st.lists(wishes, min_size=1, max_size=12))
async def test_sql_and_the_rule_name_the_same_people(uow, audience, chosen):
    async with uow.savepoint() as made:
        wanted = set()
        for number, wish in enumerate(chosen, 1):
            await uow.subscribers.add(subscriber(number))
            one = await uow.alerts.add(alert(number, **wish))
            wanted |= {number} if is_for(audience, one) else set()
        assert await announcements.count(uow, audience, now=NOW) == len(wanted)
        number = (await begun(uow, audience)).id
        assert {message.chat_id for message in await copies(uow, number)} == wanted
        await made.rollback()


async def begun(uow, audience=None, *, name="Agence", writer=9_000):
    """A member sends an announcement now."""
    if await uow.agencies.named(name) is None:
        await agencies.add(uow, name, now=NOW)
    await uow.subscribers.add(subscriber(writer))
    member = await agencies.join(uow, subscriber(writer), (await uow.agencies.named(name)).id, now=NOW)
    kept = await announcements.send(uow, member, "Forum", audience or Audience(), at=None, now=NOW)
    await go_on(uow)
    return await announcements.require(uow, kept.id)


async def go_on(uow, *, now=NOW):
    """As the clock does each second."""
    sizes = await announcements.look_ahead(uow, now=now)
    return sizes is not None and await announcements.advance(uow, sizes, failing=set(), now=now)


async def copies(uow, number, *, limit=9_999):
    found = await uow.outbox.claim(
        now=NOW + dt.timedelta(hours=1), wall=NOW, lease=dt.timedelta(0), limit=limit
    )
    return [each for each in found if each.payload == {"announcement_id": number}]


async def people(uow, count, *, start=1, **changes):
    for number in range(start, start + count):
        await uow.subscribers.add(subscriber(number, **changes))
        await uow.alerts.add(alert(number))


@pytest.mark.parametrize("change", ["UPDATE journal SET people = 1", "DELETE FROM journal"])
async def test_the_journal_only_grows(data, change):
    async with data.unit_of_work() as uow:
        await begun(uow)
        kept = await agencies.journal(uow, limit=9)
    with pytest.raises(sa.exc.DBAPIError, match="the journal only grows"):
        async with data.unit_of_work() as uow:
            await uow._connection.execute(sa.text(change))
    async with data.reading() as uow:
        assert await agencies.journal(uow, limit=9) == kept != []


async def test_one_with_several_alerts_gets_it_once(uow):
    await people(uow, 2)
    await uow.alerts.add(alert(1, radius_km=50))
    await uow.alerts.add(alert(1, radius_km=100))
    announcement = await begun(uow)
    assert announcement.size == 2
    assert sorted(message.chat_id for message in await copies(uow, announcement.id)) == [1, 2]


async def test_a_copy_says_what_to_whom_until_when(uow):
    await people(uow, 1, zone="Pacific/Wallis")
    announcement = await begun(uow)
    assert await copies(uow, announcement.id) == []
    tonight = NOW.replace(hour=20)
    (message,) = [
        each
        for each in await uow.outbox.claim(now=tonight, wall=NOW, lease=dt.timedelta(0), limit=9)
        if each.kind is Kind.ANNOUNCEMENT
    ]
    assert (message.chat_id, message.lane) == (1, Lane.ANNOUNCEMENTS)
    assert message.due_at == tonight, "8 in the morning in Wallis"
    assert message.expires_at == tonight + dt.timedelta(hours=24)


@pytest.mark.parametrize("standing", [each for each in Standing if each is not Standing.ACTIVE])
async def test_who_is_not_to_be_written_to_is_left_out(uow, standing):
    await people(uow, 1, standing=standing)
    announcement = await begun(uow)
    assert announcement.size == 0
    assert await copies(uow, announcement.id) == []


SLICE, CROWD = 60, 130


@pytest.fixture
async def crowd(data, monkeypatch):
    """More people than two slices hold; slices are small, as people are dear."""
    monkeypatch.setattr(announcements, "SLICE", SLICE)
    async with data.unit_of_work() as uow:
        await people(uow, CROWD)
    return data


async def test_agencies_take_turns_and_all_get_theirs(crowd):
    async with crowd.unit_of_work() as uow:
        first = await begun(uow)
        second = await begun(uow, name="Cap emploi", writer=9_001)
    sent = []
    moment = NOW
    for _ in range(200):
        moment += dt.timedelta(seconds=1)
        async with crowd.unit_of_work() as uow:
            found = await uow.outbox.claim(now=moment, wall=moment, lease=dt.timedelta(0), limit=25)
            await uow.outbox.mark_sent({message.id: 1 for message in found}, now=moment)
            await go_on(uow, now=moment)
        sent += [each.payload["announcement_id"] for each in found if each.kind is Kind.ANNOUNCEMENT]
    assert sent.count(first.id) == sent.count(second.id) == CROWD
    assert sent.index(second.id) <= SLICE
    half = sent[:CROWD]
    assert abs(half.count(first.id) - half.count(second.id)) <= SLICE
    async with crowd.reading() as uow:
        assert (await announcements.figures(uow, first.id)).delivered == CROWD
        assert (await announcements.require(uow, first.id)).state is State.DONE


async def test_only_one_slice_waits_and_a_stop_leaves_nothing(crowd):
    async with crowd.unit_of_work() as uow:
        number = (await begun(uow)).id
        for second in range(9):
            await go_on(uow, now=NOW + dt.timedelta(seconds=second))
        assert await uow.announcements.waiting(number) == SLICE
        member = await agencies.member_of(uow, 9_000)
        await announcements.stop(uow, member, await announcements.require(uow, number), now=NOW)
        assert await uow.announcements.waiting(number) == 0
        await go_on(uow, now=NOW)
        assert await uow.announcements.waiting(number) == 0
        assert await announcements.look_ahead(uow, now=NOW) is None


async def test_a_reminder_goes_before_all_that_waits_of_an_announcement(crowd):
    async with crowd.unit_of_work() as uow:
        await begun(uow)
        await uow.outbox.add(
            OutboxMessage(
                key="r", kind=Kind.REMINDER, lane=Lane.URGENT, chat_id=5, payload={},
                due_at=NOW + dt.timedelta(minutes=5), expires_at=NOW + dt.timedelta(hours=1),
            ),
            now=NOW,
        )  # fmt: skip
        (first,) = await uow.outbox.claim(
            now=NOW + dt.timedelta(minutes=5), wall=NOW, lease=dt.timedelta(0), limit=1, except_chats=[9_000]
        )
    assert first.kind is Kind.REMINDER


async def test_what_was_stopped_or_begun_does_not_begin_again(uow):
    await people(uow, 1)
    number = (await begun(uow)).id
    assert not await uow.announcements.begin(number, size=5)
    await uow.announcements.withdraw(number, "stopped", now=NOW)
    assert not await uow.announcements.begin(number, size=5)
    assert (await announcements.require(uow, number)).state is State.STOPPED


async def test_who_leaves_between_two_slices_is_not_written_to(crowd):
    async with crowd.unit_of_work() as uow:
        number = (await begun(uow)).id
        last = await subscribers.require(uow, CROWD)
        await subscribers.stop(uow, last, now=NOW)
        for turn in range(5):
            for message in await copies(uow, number):
                await uow.outbox.mark_sent({message.id: 1}, now=NOW)
                assert message.chat_id != last.id
            await go_on(uow, now=NOW + dt.timedelta(seconds=turn))
        assert (await announcements.figures(uow, number)).delivered == CROWD - 1


async def test_an_invitation_is_used_up_by_one_of_two_transactions(url):
    async with database.opened(url) as data:
        async with data.unit_of_work() as uow:
            agency = await agencies.add(uow, "Agence", now=NOW)
            payload = await agencies.invite(uow, "Agence", now=NOW)
        got = []
        for _ in range(2):
            async with data.unit_of_work() as uow:
                got.append(await agencies.redeem(uow, payload, now=NOW))
        assert got == [agency.id, None]


async def test_old_invitations_are_forgotten(uow):
    await agencies.add(uow, "Agence", now=NOW)
    payload = await agencies.invite(uow, "Agence", now=NOW)
    await agencies.purge(uow, now=NOW + dt.timedelta(hours=47))
    assert await agencies.redeem(uow, payload, now=NOW + dt.timedelta(hours=47))


async def test_who_joined_after_it_was_sent_gets_no_copy(uow):
    await people(uow, 2)
    await people(uow, 1, start=5, created_at=NOW + dt.timedelta(seconds=1))
    announcement = await begun(uow)
    assert announcement.size == 2
    assert sorted(message.chat_id for message in await copies(uow, announcement.id)) == [1, 2]


async def test_of_many_they_are_counted_up_to_a_bound(uow, monkeypatch):
    monkeypatch.setattr("storage.announcements.MOST_COUNTED", 3)
    await people(uow, 5)
    assert MOST_COUNTED > 5
    assert await announcements.count(uow, Audience(), now=NOW) == 3
    announcement = await begun(uow)
    assert len(await copies(uow, announcement.id)) == 5


async def test_a_slice_looks_through_so_many_alerts_and_goes_on(uow, monkeypatch):
    monkeypatch.setattr("storage.announcements.REACH", 3)
    await people(uow, 5)
    await people(uow, 5, start=6, standing=Standing.STOPPED)
    await people(uow, 2, start=11)
    number = (await begun(uow)).id
    for second in range(1, 6):
        await go_on(uow, now=NOW + dt.timedelta(seconds=second))
    assert sorted(each.chat_id for each in await copies(uow, number)) == [1, 2, 3, 4, 5, 11, 12]


async def test_a_writer_invited_again_keeps_their_number_and_what_is_under_way(uow):
    await people(uow, 1)
    announcement = await begun(uow)
    again = await agencies.join(uow, subscriber(9_000), announcement.agency.id, now=NOW)
    assert again.id == announcement.member_id
    other = await agencies.add(uow, "Cap emploi", now=NOW)
    moved = await agencies.join(uow, subscriber(9_000), other.id, now=NOW)
    assert (moved.agency, (await announcements.require(uow, announcement.id)).state) == (other, State.STOPPED)
    acts = [entry.act for entry, _ in await agencies.journal(uow, limit=9)]
    assert acts[-2:] == ["removed", "joined"]


async def test_a_scheduled_one_whose_writer_is_gone_by_then_is_never_sent(uow):
    await people(uow, 2)
    member_of = (await begun(uow)).member_id
    member = await uow.agencies.member(member_of)
    at = NOW + dt.timedelta(days=1)
    kept = await announcements.send(uow, member, "Demain", Audience(), at=at, now=NOW)
    sizes = await announcements.look_ahead(uow, now=at)
    assert sizes[kept.id] == 2
    await subscribers.erase(uow, member.chat_id)
    await announcements.advance(uow, sizes, failing=set(), now=at)
    assert (await announcements.require(uow, kept.id)).state is State.STOPPED
    assert await uow.announcements.waiting(kept.id) == 0


async def test_one_that_is_not_there_is_an_error(uow):
    with pytest.raises(LookupError):
        await announcements.require(uow, 404)


async def test_it_begins_at_an_instant_ahead_and_within_reach(uow):
    await begun(uow)
    member = await uow.agencies.member_of(9_000)
    for at in (NOW, NOW + FURTHEST + dt.timedelta(seconds=1)):
        with pytest.raises(UserError, match="moment_out_of_bounds"):
            await announcements.send(uow, member, "Demain", Audience(), at=at, now=NOW)
    last = await announcements.send(uow, member, "Demain", Audience(), at=NOW + FURTHEST, now=NOW)
    assert last.send_at == NOW + FURTHEST


async def test_what_is_over_is_not_stopped(uow):
    announcement = await begun(uow)
    await go_on(uow, now=NOW + dt.timedelta(seconds=1))
    over = await announcements.require(uow, announcement.id)
    assert over.state is State.DONE
    await announcements.stop(uow, await uow.agencies.member_of(9_000), over, now=NOW)
    assert await announcements.require(uow, announcement.id) == over
    assert "stopped" not in [entry.act for entry, _ in await agencies.journal(uow, limit=9)]


async def test_of_two_who_begin_it_one_does(uow):
    await people(uow, 2)
    await begun(uow)
    member = await uow.agencies.member_of(9_000)
    scheduled = await announcements.send(uow, member, "Encore", Audience(), at=None, now=NOW)
    begin = [await announcements._begin(uow, scheduled, member, size=2, now=NOW) for _ in range(2)]
    assert begin == [True, False]
    assert [entry.act for entry, _ in await agencies.journal(uow, limit=9)].count("sent") == 2


@ON_SQLITE
async def test_one_that_fails_holds_up_no_other(uow):
    await people(uow, 2)
    await begun(uow)
    member = await uow.agencies.member_of(9_000)
    first, second = [
        await announcements.send(uow, member, text, Audience(), at=None, now=NOW) for text in ("A", "B")
    ]
    await uow._connection.exec_driver_sql(
        f"CREATE TRIGGER fails BEFORE INSERT ON outbox WHEN new.key LIKE 'announcement:{first.id}:%' "
        "BEGIN SELECT RAISE(ABORT, 'no'); END"
    )
    assert await go_on(uow)
    assert [(await announcements.require(uow, one.id)).state for one in (first, second)] == [
        State.SCHEDULED,
        State.SENDING,
    ]
    await uow._connection.exec_driver_sql("DROP TRIGGER fails")
    await go_on(uow)
    assert len(await copies(uow, first.id)) == 2


async def test_what_is_under_way_reaches_all_without_its_writer_and_nobody_is_told_how_far(uow):
    await people(uow, 2)
    announcement = await begun(uow)
    await subscribers.erase(uow, 9_000)
    for message in await copies(uow, announcement.id):
        await uow.outbox.mark_sent({message.id: 1}, now=NOW)
    assert not await go_on(uow, now=NOW + dt.timedelta(seconds=1))
    assert (await announcements.require(uow, announcement.id)).state is State.DONE
    assert (await announcements.figures(uow, announcement.id)).delivered == 2


async def test_one_that_fails_is_told_of_once_and_again_after_it_went_on(uow, monkeypatch):
    await people(uow, 1)
    number, failing = (await begun(uow)).id, set()

    async def tell():
        with capture_logs() as logs:
            for second in range(3):
                await announcements.advance(uow, {}, failing=failing, now=NOW + dt.timedelta(seconds=second))
        return [line["announcement"] for line in logs]

    with monkeypatch.context() as broken:
        broken.setattr(type(uow.agencies), "member", lambda *_: 1 / 0)
        assert await tell() == [number]
        assert await tell() == []
    assert await tell() == []
    assert failing == set()
