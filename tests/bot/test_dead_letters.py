"""`deadletters`: an operator sees what was given up, and has it sent again."""

import asyncio
import datetime as dt

import pytest

from bot import cli
from bot.clock import wall
from domain.outbox import Kind, Lane, OutboxMessage
from services import ReceivedUpdate
from storage import database

HOUR = dt.timedelta(hours=1)
CHAT = 987654321


async def plant(*, expires_at):
    """Give up two messages and set an update aside."""
    now = wall()
    async with database.opened("sqlite+aiosqlite:///data/bot.db") as data, data.unit_of_work() as uow:
        for number, end in enumerate([expires_at, now - HOUR], start=1):
            message = OutboxMessage(
                key=str(number),
                kind=Kind.REMINDER,
                lane=Lane.URGENT,
                chat_id=CHAT,
                payload={},
                due_at=now - 2 * HOUR,
                expires_at=end,
            )
            await uow.outbox.add(message, now=now)
            await uow.outbox.mark_dead(number, f'wrong tag "Ana" for {CHAT}', now=now)
        await uow.inbox.store([ReceivedUpdate(70, CHAT, "{}")], now=now)
        await uow.inbox.quarantine(70, body="{}", reason="KeyError while handling")


async def due():
    async with database.opened("sqlite+aiosqlite:///data/bot.db") as data, data.reading() as uow:
        return await uow.outbox.waiting(now=wall())


def test_what_was_given_up_is_listed_without_a_word_of_anybody_s(home, capsys):
    asyncio.run(plant(expires_at=wall() + HOUR))
    assert cli.main(["deadletters"]) == cli.OK
    told = capsys.readouterr().out
    first, late, again, aside, update, advice = told.splitlines()
    assert first == "Messages given up: 2 (kept for 30 days)"
    assert "message 2: reminder (lane urgent), due " in late
    assert "at attempt 1, too late to try again: wrong tag … for …" in late
    assert "too late" not in again
    assert aside == "Updates set aside: 1 (kept for 7 days, without their text)"
    assert "update 70, received " in update
    assert "KeyError while handling" in update
    assert "--retry" in advice
    assert "Ana" not in told
    assert str(CHAT) not in told


def test_the_doctor_tells_of_it(home, capsys):
    asyncio.run(plant(expires_at=wall() + HOUR))
    assert cli.main(["doctor"]) == cli.OK
    told = "messages given up: 2, updates set aside: 1; `python -m bot deadletters` lists them"
    assert told in capsys.readouterr().out


def test_nothing_given_up_is_said_too(home, capsys):
    assert cli.main(["deadletters"]) == cli.OK
    assert capsys.readouterr().out.splitlines() == [
        "Messages given up: 0 (kept for 30 days)",
        "Updates set aside: 0 (kept for 7 days, without their text)",
    ]


@pytest.mark.parametrize("asked", ["1", "all"])
def test_messages_are_due_again_but_for_those_that_are_too_late(home, capsys, asked):
    asyncio.run(plant(expires_at=wall() + HOUR))
    assert cli.main(["deadletters", "--retry", asked]) == cli.OK
    assert capsys.readouterr().out.startswith("To be sent again: 1.")
    assert asyncio.run(due()) == 1


@pytest.mark.parametrize("asked", ["2", "3", "all"])
def test_with_nothing_to_send_again_it_fails(home, asked):
    asyncio.run(plant(expires_at=wall() - HOUR))
    assert cli.main(["deadletters", "--retry", asked]) == cli.FAILED
    assert asyncio.run(due()) == 0


@pytest.mark.parametrize("asked", ["everything", "-1", "9" * 30])
def test_what_is_no_number_is_refused(home, capsys, asked):
    with pytest.raises(SystemExit):
        cli.main(["deadletters", f"--retry={asked}"])
    assert "neither a message's number nor “all”" in capsys.readouterr().err
