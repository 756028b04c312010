"""Telegram fails for a moment: the person is answered all the same."""

import pytest


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
