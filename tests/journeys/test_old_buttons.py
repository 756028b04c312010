"""Buttons of another time, of another person, or forged: a kind answer, the present screen, no harm."""

import dataclasses

import pytest

from domain.alerts import Frequency
from domain.job_events import Mode
from domain.reminders import Lead
from messages import buttons
from storage.tables import alerts, conversations, matches, outbox, reminders, subscribers

FOREIGN = 999_999
GARBAGE = [
    "", ":", "begin1:", "begin1:1", "begin0", "open1", "open1:nowhere", "page1:1", "page1:x:0", "page1:1:-5",
    f"page1:{10**18}:{10**18}", f"card1:{10**30}:b.0", "card1:-1:", "card1:0:", "card1:1:d999999.0",
    "card1:1:<b>", "lead2:1:never:1:", "lead1:1:day_before:", "freq1:hourly", "mode1:0", "mode1:7",
    "half1:0", "half1:-1",
    f"half1:{1 << 40}", "radius1:-30", "radius1:100000", "widen1:7", "change1:nothing",
    "change1:place_choice", "change1:dates", "place1:", "place1:00000", "place1:dep-", "place1:dep-99",
    "sector1:", "sector1:Z", "sector1:GH", "lang1:xx", "nobecause1:1:because:", "reportas1:1:because:",
    "look1:zz:0", "look1:s999999:0", "look1:d1:0", "browse1:-1", "browse1:99999999999", "erase1:2",
    "💥", "\x00", "a" * 64,
]  # fmt: skip
VALUES = {
    "screen": "choices", "code": "31555", "km": 50, "letter": "G", "mask": 1, "by_day": 1,
    "mode": Mode.ONLINE, "frequency": Frequency.WEEKLY, "step": "radius", "page": 1, "view": "o",
    "outbox_id": FOREIGN, "job_event_id": FOREIGN, "origin": "b.0", "lead": Lead.TWO_HOURS, "is_wanted": 1,
    "reason": "far", "sure": 1, "announcement_id": 1, "at": 0, "chat_id": -100_999,
}  # fmt: skip
pytestmark = pytest.mark.long
KEPT = (subscribers, alerts, conversations, matches, reminders, outbox)


def every_button(**values):
    """One of each button that exists."""
    for kind in buttons._TYPES.values():
        if kind is not buttons.EventButton:
            chosen = VALUES | values | {"code": "en" if kind is buttons.PickLanguage else "31555"}
            yield kind(*(chosen[each.name] for each in dataclasses.fields(kind)))


async def kept_of(stage, person):
    rows = [row for table in KEPT for row in await stage.rows(table)]
    return [row for row in rows if person.id in (row.get("subscriber_id"), row.get("chat_id"), row.get("id"))]


def shown(person):
    return [(message["id"], message["html"]) for message in person.messages]


@pytest.fixture
async def omar_with_everything(stage, omar):
    """Somebody with choices, a digest, a reminder and a change under way."""
    await omar.settle_in()
    await stage.publish(stage.event(), stage.event())
    await omar.tap("1.")
    await omar.tap("Remind me")
    await omar.tap("The day before")
    await omar.say("my choices")
    await omar.tap("Change the distance")
    return omar


@pytest.mark.parametrize("place", ["newcomer", "asked", "settled"])
async def test_no_button_of_another_harms_anybody(stage, omar_with_everything, place):
    omar = omar_with_everything
    before, read = await kept_of(stage, omar), shown(omar)
    (digest,) = [row for row in await stage.rows(outbox) if row["chat_id"] == omar.id]
    malo = stage.person("Malo")
    await malo.start()
    if place != "newcomer":
        await malo.say("commencer")
    if place == "settled":
        for answer in ("Bayonne", "30", "tout", "tout", "ok"):
            await malo.say(answer)
    for button in every_button(outbox_id=digest["id"], job_event_id=1):
        await malo.tap_data(button.pack())
        answer = malo.last
        assert answer["html"] or answer["venue"] or answer["document"], button
        assert "n° 2" not in malo.text or not isinstance(button, buttons.TurnPage)
    assert await kept_of(stage, omar) == before
    assert shown(omar) == read


async def test_every_button_of_what_does_not_exist_leads_on(stage, lea):
    await lea.settle_in()
    for button in every_button():
        if isinstance(button, buttons.Erase | buttons.PickLanguage | buttons.Export):
            continue
        await lea.tap_data(button.pack())
        assert lea.last["inline_keyboard"], button
        assert len(await stage.rows(alerts)) == 1


@pytest.mark.parametrize("place", ["newcomer", "asked", "when", "searching", "settled"])
async def test_garbage_leads_on(stage, lea, place):
    await lea.start()
    if place in {"asked", "when"}:
        await lea.say("commencer")
    if place == "when":
        for answer in ("Guéret", "30", "tout"):
            await lea.say(answer)
    if place == "searching":
        await lea.say("un emploi dans la cuisine vers Pau")
    if place == "settled":
        await lea.settle_in()
    for data in GARBAGE:
        await lea.tap_data(data)
        assert lea.last["inline_keyboard"], data
    for row in await stage.rows(alerts):
        assert 1 <= row["radius_km"] <= 200


async def test_garbage_shows_the_question_of_a_search_again(lea):
    await lea.start()
    question = await lea.say("un emploi dans la cuisine vers Pau")
    assert question in await lea.tap_data("💥")
    assert "C’est ça" in lea.labels


async def test_an_old_question_shows_the_present_one(lea):
    await lea.start()
    await lea.tap("Commencer")
    await lea.say("Guéret")
    radius = lea.data("50 km")
    await lea.tap("30 km")
    assert "2 sur 3" in await lea.tap_data(radius)
    assert sum("sur 3" in text for text in lea.texts) == 1
    assert "Guéret (23), 30 km" in lea.text


async def test_two_taps_at_once_do_what_one_does(stage, lea):
    await lea.start()
    await lea.tap("Commencer")
    await lea.say("Guéret")
    screen, data = lea.last["id"], lea.data("50 km")
    for _ in range(3):
        stage.telegram.tap_data(lea.id, screen, data)
    await stage.settle()
    assert "2 sur 3" in lea.text
    assert sum("sur 3" in text for text in lea.texts) == 1
    assert lea.last["id"] == screen, "a question tapped twice stays where it is"
