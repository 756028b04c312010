"""Telegram fails for a moment: the person is answered all the same."""

import pytest

from handlers import answering


@pytest.mark.parametrize(
    "fault", ["server_error", "reset", "bad_gateway", "html_200", "reply_lost", "cut_body"]
)
async def test_an_answer_that_meets_a_fault_comes_again(stage, lea, fault):
    await lea.start()
    stage.telegram.faults.order(fault, method="editMessageText", times=1)
    assert "Où cherchez-vous ?" in await lea.tap("Commencer")


async def test_a_tap_that_can_not_be_answered_still_shows_its_screen(stage, lea):
    await lea.start()
    stage.telegram.faults.order("reset", method="answerCallbackQuery", times=1)
    assert "Où cherchez-vous ?" in await lea.tap("Commencer")


@pytest.mark.parametrize(
    ("method", "act"), [("answerCallbackQuery", "tap"), ("deleteMessage", "say")], ids=["a tap", "a deletion"]
)
async def test_what_goes_with_a_screen_may_be_refused_and_the_screen_comes(stage, lea, method, act):
    await lea.start()
    await lea.tap("Commencer")
    await lea.say("toulouse")
    stage.telegram.faults.order("chat_not_found", method=method, times=1)
    assert "2 sur 3" in await getattr(lea, act)("30 km")


async def test_an_answer_that_telegram_refuses_is_not_said_and_the_next_one_is(stage, lea):
    welcome = await lea.start()
    stage.telegram.faults.order("bad_entities", method="editMessageText", times=1)
    assert await lea.tap("Commencer") == welcome
    assert "Où cherchez-vous ?" in await lea.say("/start")


async def test_an_answer_is_tried_one_last_time_after_the_last_wait(stage, lea, monkeypatch):
    monkeypatch.setattr(answering, "WAITS_S", (0.01, 0.01))
    stage.telegram.faults.order("server_error", method="sendMessage", times=2)
    assert "Je vous préviens" in await lea.start()
