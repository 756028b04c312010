"""What is sent says what is true when it is sent, in the receiver's language, by their clock."""

import dataclasses
import datetime as dt

import pytest
from telegram import ReplyKeyboardRemove

from delivery import known, rendering
from delivery.desk import Desk
from delivery.sender import Composed
from domain import outcomes
from domain.alerts import Frequency
from domain.announcements import Audience
from domain.job_events import EventStatus
from domain.outbox import CHAT_REST, Kind, Lane, OutboxMessage
from domain.reminders import Lead, Reminder
from domain.subscribers import Language, Standing, Subscriber
from messages.screens import Screen
from playground import formatting
from services import agencies, announcements, deliveries, groups
from services.deliveries import Consequences, Dropped, Postponed, Settlement
from storage import database
from tests import factories
from tests.messages import samples

NOW = samples.NOW
NIGHT = dt.datetime(2027, 6, 9, 20, tzinfo=dt.UTC)
"""22 h in Paris."""
MORNING = dt.datetime(2027, 6, 10, 6, tzinfo=dt.UTC)
ANA = 10
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


async def never(*_told):
    raise AssertionError("nobody left, nor moved")


NO_CONSEQUENCES = Consequences(on_chat_gone=never, on_migrated=never)


@pytest.fixture
async def units(database_url):
    async with database.opened(database_url) as opened:
        async with opened.unit_of_work() as uow:
            await uow.subscribers.add(Subscriber(id=ANA, language=Language.ENGLISH, created_at=NOW))
            await uow.alerts.add(samples.alert(id=0, subscriber_id=ANA))
        yield opened


async def publish(units, count=1, *, now=NOW, **changes):
    """Publish events that fit Ana's alert, told at once; return their ids."""
    due = {("Europe/Paris", frequency): now for frequency in Frequency}
    numbers = []
    async with units.unit_of_work() as uow:
        for at in range(count):
            starts = samples.STARTS + at * dt.timedelta(days=7)
            job_event = samples.event(
                **{
                    "source_id": f"{at}",
                    "title": f"Title {at}",
                    "starts_at": starts,
                    "ends_at": starts + HOUR,
                }
                | changes
            )
            number = await factories.keep(uow, job_event, now=now)
            await uow.match_queue.queue_for(number, job_event, due, now=now)
            numbers.append(number)
    return numbers


async def claimed(units, kind, *, now=NOW):
    async with units.unit_of_work() as uow:
        await uow.outbox.release_all(wall=NOW, lease=dt.timedelta(0))
        found = await uow.outbox.claim(now=now, wall=now, lease=HOUR, limit=100)
    return [message for message in found if message.kind is kind]


async def compose(units, message, *, now=NOW):
    async with units.reading() as uow:
        (result,) = await rendering.compose([message], uow, now, samples.TRANSLATORS)
    if isinstance(result, Composed):
        formatting.parse_html(result.text)
    return result


async def send(units, message, *, message_id=500, now=NOW):
    """Compose, and record as the worker would."""
    composed = await compose(units, message, now=now)
    assert isinstance(composed, Composed)
    async with units.unit_of_work() as uow:
        sent = Settlement(message=message, result=outcomes.Accepted(message_id), told=composed.told)
        before = now - CHAT_REST
        assert await deliveries.settle(uow, [sent], NO_CONSEQUENCES, now=now, wall=before) == ["sent"]
    return composed


async def change(units, number, *, is_told=True, **changes):
    async with units.unit_of_work() as uow:
        stored = await uow.job_events.get(number)
        changed = dataclasses.replace(stored.event, **changes)
        if is_told:
            await uow.job_events.save(number, changed)
        else:
            await uow.job_events.save_silently({number: changed})


async def stand(units, standing):
    async with units.unit_of_work() as uow:
        subscriber = await uow.subscribers.get(ANA)
        await uow.subscribers.save(dataclasses.replace(subscriber, standing=standing))


def labels(composed):
    return [button.text for row in composed.keyboard.inline_keyboard for button in row]


# --- new events ---------------------------------------------------------------------------


async def test_one_match_is_a_card_and_is_told_once(units):
    await publish(units)
    (message,) = await claimed(units, Kind.MATCHES)
    composed = await send(units, message)
    assert composed.text.startswith("<b>Title 0</b>\n")
    assert "Why this message" in composed.text
    assert not composed.silent
    assert await compose(units, message) == Dropped("nothing is left to tell")


async def test_several_matches_are_one_paged_message(units):
    numbers = await publish(units, 7)
    (message,) = await claimed(units, Kind.MATCHES)
    composed = await send(units, message)
    assert composed.text.startswith("<b>7 events for you</b>\n\n1. <b>Title 0</b>")
    assert labels(composed) == [*(f"{at + 1}. Title {at}" for at in range(5)), "Next page"]
    following = composed.keyboard.inline_keyboard[-1][0]
    assert following.callback_data == f"page1:{message.id}:1"
    async with units.reading() as uow:
        assert [number for number, _ in await uow.matches.told_in(ANA, message.id)] == numbers


async def test_a_message_tells_its_own_though_the_clock_was_put_back_since_it_was_claimed(units):
    """Else it told what an earlier one was to tell, was sent, and led nobody to its own any more."""
    earlier = await publish(units, now=NOW - MINUTE)
    own = await publish(units, now=NOW, source_id="own")
    *_, message = sorted(await claimed(units, Kind.MATCHES), key=lambda one: one.due_at)
    composed = await compose(units, message, now=NOW - MINUTE)
    assert sorted(composed.told) == [*earlier, *own]


async def test_what_began_was_cancelled_or_filled_meanwhile_is_not_told(units):
    begun, cancelled, full, open_one = await publish(units, 4)
    await change(units, begun, starts_at=NOW - HOUR)
    await change(units, cancelled, status=EventStatus.CANCELLED)
    await change(units, full, status=EventStatus.FULL)
    (message,) = await claimed(units, Kind.MATCHES)
    assert (await compose(units, message)).text.startswith("<b>Title 3</b>")
    await change(units, open_one, status=EventStatus.UNLISTED)
    assert await compose(units, message) == Dropped("nothing is left to tell")


async def test_what_someone_saw_or_refused_is_not_told_again(units):
    seen, refused = await publish(units, 2)
    async with units.unit_of_work() as uow:
        await uow.matches.mark_shown(ANA, [seen], now=NOW)
        await uow.matches.dismiss(ANA, refused, "far", now=NOW)
    (message,) = await claimed(units, Kind.MATCHES)
    assert await compose(units, message) == Dropped("nothing is left to tell")


async def test_matches_wait_for_the_morning(units):
    await publish(units)
    (message,) = await claimed(units, Kind.MATCHES)
    assert await compose(units, message, now=NIGHT) == Postponed(MORNING)


@pytest.mark.parametrize("standing", [Standing.PAUSED, Standing.STOPPED, Standing.UNREACHABLE])
async def test_nobody_who_left_or_paused_hears_of_matches(units, standing):
    await publish(units)
    await stand(units, standing)
    (message,) = await claimed(units, Kind.MATCHES)
    assert await compose(units, message) == Dropped("the person paused, or left")


async def test_a_digest_makes_no_sound(units):
    await publish(units)
    (message,) = await claimed(units, Kind.MATCHES)
    composed = await compose(units, dataclasses.replace(message, lane=Lane.DIGESTS))
    assert composed.silent


# --- a card brought up to date --------------------------------------------------------------


async def refresh_of(units, message, number):
    async with units.unit_of_work() as uow:
        assert await uow.matches.queue_refreshes(number, 2, expires_at=NOW + 9 * HOUR, now=NOW) == 1
    (refresh,) = await claimed(units, Kind.CARD_REFRESH)
    return refresh


async def test_a_card_already_sent_is_edited_in_place(units):
    (number,) = await publish(units)
    (message,) = await claimed(units, Kind.MATCHES)
    await send(units, message, message_id=777)
    await change(units, number, status=EventStatus.CANCELLED)
    composed = await compose(units, await refresh_of(units, message, number))
    assert composed.text.startswith("<b>Cancelled.</b>\n<b>Title 0</b>")
    assert (composed.edit, composed.silent) == (777, True)
    assert "Same sector, near there" in labels(composed)


async def test_a_digest_already_sent_shows_its_first_page_anew(units):
    numbers = await publish(units, 6)
    (message,) = await claimed(units, Kind.MATCHES)
    await send(units, message)
    await change(units, numbers[1], status=EventStatus.FULL)
    composed = await compose(units, await refresh_of(units, message, numbers[1]))
    assert "2. <b>Title 1</b>" in composed.text
    assert composed.text.count("Full: no seat left.") == 1
    assert labels(composed)[-1] == "Next page"


async def test_a_card_that_was_put_away_stays_away(units):
    (number,) = await publish(units)
    (message,) = await claimed(units, Kind.MATCHES)
    await send(units, message)
    refresh = await refresh_of(units, message, number)
    async with units.unit_of_work() as uow:
        await uow.matches.dismiss(ANA, number, None, now=NOW)
    assert await compose(units, refresh) == Dropped("there is nothing to bring up to date")


# --- reminders --------------------------------------------------------------------------------


async def promise(units, number, lead=Lead.TWO_HOURS, *, due_at=MORNING):
    async with units.unit_of_work() as uow:
        await uow.reminders.save(Reminder(subscriber_id=ANA, job_event_id=number, lead=lead, due_at=due_at))


async def reminder_of(units, *, now=MORNING):
    async with units.unit_of_work() as uow:
        await uow.reminders.queue_due(now=now)
    (message,) = await claimed(units, Kind.REMINDER, now=now)
    return message


async def test_a_reminder_says_when_and_where_under_its_card(units):
    (number,) = await publish(units)
    (matches,) = await claimed(units, Kind.MATCHES)
    await send(units, matches, message_id=321)
    await promise(units, number)
    composed = await compose(units, await reminder_of(units), now=MORNING)
    assert composed.text.splitlines()[0] == "<b>Reminder: Title 0</b>"
    assert composed.text.splitlines()[1].startswith("Today, Thursday 10")
    assert "2 rue Goya, 31100 Toulouse" in composed.text
    assert (composed.reply_to, composed.silent) == (321, False)
    assert "I cannot come any more" in labels(composed)


async def test_a_reminder_taken_back_or_moved_does_not_come(units):
    (number,) = await publish(units)
    await promise(units, number)
    message = await reminder_of(units)
    await promise(units, number, due_at=MORNING + dt.timedelta(minutes=10))
    assert await compose(units, message, now=MORNING) == Dropped("taken back, or moved")
    async with units.unit_of_work() as uow:
        await uow.reminders.cancel(ANA, number)
    assert await compose(units, message, now=MORNING) == Dropped("taken back, or moved")


async def test_nobody_is_reminded_of_what_is_cancelled_or_has_begun(units):
    (number,) = await publish(units)
    await promise(units, number)
    message = await reminder_of(units)
    assert await compose(units, message, now=samples.STARTS) == Dropped(
        "the event has begun, or is cancelled"
    )
    await change(units, number, status=EventStatus.CANCELLED)
    assert await compose(units, message, now=MORNING) == Dropped("the event has begun, or is cancelled")


async def test_one_that_vanished_is_told_as_no_longer_listed(units):
    (number,) = await publish(units)
    await promise(units, number)
    await change(units, number, status=EventStatus.UNLISTED)
    text = (await compose(units, await reminder_of(units), now=MORNING)).text
    assert "No longer on the site" in text
    assert "ancel" not in text


async def test_a_pause_does_not_silence_a_reminder_but_a_stop_does(units):
    (number,) = await publish(units)
    await promise(units, number)
    message = await reminder_of(units)
    await stand(units, Standing.PAUSED)
    assert isinstance(await compose(units, message, now=MORNING), Composed)
    await stand(units, Standing.STOPPED)
    assert await compose(units, message, now=MORNING) == Dropped("the person left")


async def test_a_reminder_held_up_into_the_night_waits_for_the_morning_if_it_can(units):
    (number,) = await publish(units)
    evening = dt.datetime(2027, 6, 9, 15, tzinfo=dt.UTC)
    await promise(units, number, Lead.DAY_BEFORE, due_at=evening)
    message = await reminder_of(units, now=evening)
    assert await compose(units, message, now=NIGHT) == Postponed(MORNING)
    early = dt.datetime(2027, 6, 10, 6, 30, tzinfo=dt.UTC)
    await change(units, number, starts_at=early, ends_at=early + HOUR)
    composed = await compose(units, message, now=NIGHT)
    assert isinstance(composed, Composed)
    assert composed.silent


# --- changes ----------------------------------------------------------------------------------


def changed(number, *, version=2, due_at=NOW):
    return OutboxMessage(
        id=900,
        key="changed",
        kind=Kind.EVENT_CHANGED,
        lane=Lane.URGENT,
        chat_id=ANA,
        payload={"job_event_id": number, "version": version},
        due_at=due_at,
        expires_at=samples.STARTS,
    )


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (EventStatus.CANCELLED, "Cancelled by the organiser."),
        (EventStatus.FULL, "This event is now full."),
        (EventStatus.UNLISTED, "This event is no longer on the site."),
        (EventStatus.SCHEDULED, "This event has changed"),
    ],
)
async def test_a_change_is_told_in_plain_words_with_three_ways_out(units, status, said):
    (number,) = await publish(units)
    await change(units, number, status=status)
    composed = await compose(units, changed(number))
    assert composed.text.splitlines()[0] == "<b>Change: Title 0</b>"
    assert said in composed.text
    assert labels(composed)[-3:] == ["Same sector, near there", "My next events", "Online events"]


async def test_a_change_says_when_the_reminder_comes_now(units):
    (number,) = await publish(units)
    await promise(units, number)
    await change(units, number, place_name="Halle aux grains")
    text = (await compose(units, changed(number))).text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Halle aux grains, 2 rue Goya" in text
    assert "Your reminder: Thursday 10 June, 8:00." in text


async def test_of_two_changes_the_last_is_told(units):
    (number,) = await publish(units)
    await promise(units, number)
    await change(units, number, status=EventStatus.FULL)
    await change(units, number, status=EventStatus.SCHEDULED)
    assert await compose(units, changed(number, version=2)) == Dropped("it has changed again since")
    assert isinstance(await compose(units, changed(number, version=3)), Composed)


async def test_a_change_is_not_told_of_what_has_begun_nor_to_who_left(units):
    (number,) = await publish(units)
    assert await compose(units, changed(number), now=samples.STARTS) == Dropped(
        "the event has begun, or is gone"
    )
    await stand(units, Standing.UNREACHABLE)
    assert await compose(units, changed(number)) == Dropped("the person left")


async def test_a_change_that_was_due_by_day_waits_and_one_due_at_night_does_not(units):
    (number,) = await publish(units)
    assert await compose(units, changed(number), now=NIGHT) == Postponed(MORNING)
    assert isinstance(await compose(units, changed(number, due_at=NIGHT), now=NIGHT), Composed)


# --- operators --------------------------------------------------------------------------------


def notice(**payload):
    return OutboxMessage(
        id=901,
        key="notice",
        kind=Kind.OPERATOR_NOTICE,
        lane=Lane.QUIET,
        chat_id=5,
        payload=payload,
        due_at=NOW,
        expires_at=NOW + HOUR,
    )


@pytest.mark.parametrize("trouble", ["stale", "held_back"])
async def test_operators_hear_of_a_source_in_every_language(units, trouble):
    composed = await compose(units, notice(source="open<agenda>", trouble=trouble))
    assert composed.text.count("open&lt;agenda&gt;") == len(Language)


async def test_operators_hear_what_people_report(units):
    (number,) = await publish(units)
    composed = await compose(units, notice(job_event_id=number, report="place"))
    assert "The place is wrong" in composed.text
    assert composed.text.count("<b>Title 0</b>") == len(Language)
    assert composed.silent
    assert await compose(units, notice(job_event_id=number + 1, report="place")) == Dropped(
        "the event is gone"
    )


# --- announcements, and groups --------------------------------------------------------------


@pytest.fixture
async def announced(units):
    """An announcement under way, by Ana and for everyone: so for her too."""
    async with units.unit_of_work() as uow:
        agency = await agencies.add(uow, "Agence de Toulouse", now=NOW)
        writer = await agencies.join(uow, await uow.subscribers.get(ANA), agency.id, now=NOW)
        made = await announcements.send(uow, writer, "Forum mardi", Audience(), at=None, now=NOW)
        await announcements.advance(uow, {made.id: 1}, failing=set(), now=NOW)
    return units


async def test_an_announcement_is_said_by_day_to_who_still_listens(announced):
    (message,) = await claimed(announced, Kind.ANNOUNCEMENT)
    composed = await compose(announced, message)
    assert "Forum mardi" in composed.text
    assert composed.silent
    assert await compose(announced, message, now=NIGHT) == Postponed(MORNING)
    await stand(announced, Standing.PAUSED)
    assert await compose(announced, message) == Dropped("the person paused, or left")


async def test_a_writer_who_left_is_not_told_how_far_it_is(announced):
    (message,) = await claimed(announced, Kind.ANNOUNCEMENT_PROGRESS)
    assert "Forum mardi" in (await compose(announced, message)).text
    await stand(announced, Standing.STOPPED)
    assert await compose(announced, message) == Dropped("nobody is left to be told")


async def test_who_stopped_is_offered_no_group(units):
    told = notice(group_id=-7, what=groups.OFFER)
    offer = dataclasses.replace(told, kind=Kind.GROUP_NOTICE, chat_id=ANA)
    assert isinstance(await compose(units, offer), Composed)
    await stand(units, Standing.STOPPED)
    assert await compose(units, offer) == Dropped("the person left")


async def test_what_is_sent_unasked_leaves_the_keyboard_of_the_phone_alone(units):
    async with units.reading() as uow:
        facts = await known.read(uow, [], NOW)
        desk = Desk(notice(), facts, uow, NOW, samples.TRANSLATORS)
    with pytest.raises(TypeError):
        desk.composed(Screen("Bonjour", ReplyKeyboardRemove()))
