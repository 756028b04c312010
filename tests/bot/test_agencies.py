"""The operator's side: agencies added, invited, listed, a member removed, the journal read."""

import asyncio
import datetime as dt
import re

import pytest

from bot import agencies as bot_agencies
from bot import cli, settings
from domain.agencies import Act, Entry
from playground import options, server
from services import agencies
from storage import database
from tests.factories import NOW, subscriber

TOKEN = "7654321:a-token-that-must-never-be-seen-anywhere"


def test_without_a_token_the_link_is_for_the_playground(home, capsys):
    assert cli.main(["agency", "list"]) == cli.OK
    assert cli.main(["agency", "add", "  Agence de  Guéret "]) == cli.OK
    assert cli.main(["agency", "invite", "Agence de Guéret"]) == cli.OK
    printed = capsys.readouterr().out
    assert "There is no agency yet" in printed
    assert "python -m bot agency invite 'Agence de Guéret'" in printed
    assert re.search(r"In the playground, write: /start i[\w-]{22}\n", printed)
    assert "once, within 48 hours" in printed


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["add", " "], "1 to 80 characters"),
        (["add", "x" * 81], "1 to 80 characters"),
        (["add", "Agence"], "there is an agency “Agence” already"),
        (["invite", "Autre"], "there is no agency “Autre”"),
        (["remove", "7"], "there is no member 7"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(home, capsys, arguments, told):
    assert cli.main(["agency", "add", "Agence"]) == cli.OK
    assert cli.main(["agency", *arguments]) == cli.WRONG_SETTINGS
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line


@pytest.mark.parametrize("number", ["x", "-1", "9" * 20])
def test_what_is_no_members_number_is_refused(home, capsys, number):
    with pytest.raises(SystemExit, match="2"):
        cli.main(["agency", "remove", number])
    assert "member" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("count", "told"), [(3, "fewer than 10 people"), (10, "10 people"), (20_000, "at least 20000 people")]
)
def test_the_journal_tells_no_number_that_would_tell_of_each(count, told):
    entry = Entry(at=NOW, act=Act.SENT, agency_id=1, member_id=1, announcement_id=1, people=count)
    assert bot_agencies._line(entry, "Agence").endswith(f"announcement 1, {told}")


def test_a_member_is_listed_by_number_removed_and_the_journal_says_so(home, capsys):
    assert cli.main(["agency", "add", "Agence"]) == cli.OK
    asyncio.run(join())
    assert cli.main(["agency", "list"]) == cli.OK
    assert "Agence\n  member 1, since 2027-03-01" in capsys.readouterr().out
    assert cli.main(["agency", "remove", "1"]) == cli.OK
    assert cli.main(["agency", "list"]) == cli.OK
    assert "nobody writes for it yet" in capsys.readouterr().out
    assert cli.main(["agency", "journal"]) == cli.OK
    told = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[1] for line in told] == ["added", "joined", "removed"]
    assert "member 1: joined" in told[1]
    assert "4242" not in "".join(told)


async def join():
    chosen = settings.read()
    async with (
        database.opened(f"sqlite+aiosqlite:///{chosen.playground_file}") as data,
        data.unit_of_work() as uow,
    ):
        await uow.subscribers.add(subscriber(4242))
        await agencies.join(uow, subscriber(4242), 1, now=NOW)


async def test_with_a_token_the_link_bears_the_bots_own_name(home, capsys, monkeypatch):
    given = options.Options(
        port=0, token=TOKEN, bot_name="Bot", bot_username="rdv_bot", clock=lambda: NOW,
        search_places=lambda _typed: [],
    )  # fmt: skip
    async with server.running(given) as telegram:
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
        monkeypatch.setenv("TELEGRAM_API_URL", telegram.url)
        assert await asyncio.to_thread(cli.main, ["agency", "add", "Agence"]) == cli.OK
        assert await asyncio.to_thread(cli.main, ["agency", "invite", "Agence"]) == cli.OK
        printed = capsys.readouterr().out
        assert re.search(r"^https://t\.me/rdv_bot\?start=i[\w-]{22}$", printed, re.MULTILINE)
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:wrong-token-wrong-token-wrong-token-00")
        assert await asyncio.to_thread(cli.main, ["agency", "invite", "Agence"]) == cli.WRONG_SETTINGS
    assert "refuses" in capsys.readouterr().err
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:1")
    assert await asyncio.to_thread(cli.main, ["agency", "invite", "Agence"]) == cli.WRONG_SETTINGS
    assert "can't be reached" in capsys.readouterr().err


async def test_an_invitation_is_made_at_the_hour_of_the_playground_that_is_open(home, monkeypatch):
    later = NOW + dt.timedelta(days=400)
    given = options.Options(
        port=0, token=TOKEN, bot_name="Bot", bot_username="rdv_bot", clock=lambda: later,
        search_places=lambda _typed: [],
    )  # fmt: skip
    async with server.running(given) as playground:
        monkeypatch.setenv("PLAYGROUND_PORT", playground.url.rpartition(":")[2])
        for what in ("add", "invite"):
            assert await asyncio.to_thread(cli.main, ["agency", what, "Agence"]) == cli.OK
    path = settings.read().playground_file
    async with database.opened(f"sqlite+aiosqlite:///{path}") as data, data.reading() as uow:
        (added, _), (invited, _) = await agencies.journal(uow, limit=9)
    assert added.at == invited.at == later
