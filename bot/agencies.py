"""Agencies, from the command line: added, invited, listed, a member removed; and the journal."""

import argparse
import datetime as dt
import shlex
from contextlib import AbstractAsyncContextManager

import aiohttp

from bot import doctor_telegram
from bot.clock import wall
from bot.settings import Settings
from domain.agencies import INVITATION_LASTS, Entry
from domain.announcements import FEWEST_TOLD, MOST_COUNTED, is_told
from domain.errors import SettingsError, UserError
from services import agencies
from storage import Database, database

LAST = 50
_LONGEST_NUMBER = 18
"""Digits: more than any row will ever need, fewer than the database refuses."""
_SAID = {
    "agency_name_length": "the name of an agency has 1 to {most} characters",
    "agency_name_taken": "there is an agency “{name}” already",
    "unknown_agency": "there is no agency “{name}”; `agency list` shows all of them",
    "unknown_member": "there is no member {number}; `agency list` shows all of them",
}


def member(text: str) -> int:
    """Check what follows `remove`: a member's number."""
    if text.isdecimal() and len(text) <= _LONGEST_NUMBER:
        return int(text)
    raise argparse.ArgumentTypeError(f"“{text}” is not a member's number; `agency list` shows them")


async def add(settings: Settings, name: str) -> str:
    """Keep a new agency."""
    async with _opened(settings) as data, data.unit_of_work() as uow:
        try:
            agency = await agencies.add(uow, name, now=await _now(settings))
        except UserError as error:
            raise _told(error) from error
    where = "" if settings.telegram_bot_token else " in the playground until it is started anew"
    return (
        f"{agency.name} is kept{where}. Invite a writer: "
        f"python -m bot agency invite {shlex.quote(agency.name)}"
    )


async def invite(settings: Settings, name: str) -> str:
    """Make an invitation; it is shown once, and stored nowhere."""
    username = await _username(settings) if settings.telegram_bot_token else ""
    async with _opened(settings) as data, data.unit_of_work() as uow:
        try:
            payload = await agencies.invite(uow, name, now=await _now(settings))
        except UserError as error:
            raise _told(error) from error
    hours = INVITATION_LASTS // dt.timedelta(hours=1)
    way = (
        f"https://t.me/{username}?start={payload}"
        if username
        else f"In the playground, write: /start {payload}"
    )
    return f"{way}\nIt serves once, within {hours} hours. Give it to nobody else."


async def listed(settings: Settings) -> str:
    """Name every agency, and its members by number."""
    async with _opened(settings) as data, data.reading() as uow:
        found = await agencies.listed(uow)
    lines = []
    for agency, members in found:
        lines.append(agency.name)
        lines += [f"  member {member.id}, since {since:%Y-%m-%d}" for member, since in members]
        lines += [] if members else ["  nobody writes for it yet"]
    return "\n".join(lines) or "There is no agency yet: agency add NAME"


async def remove(settings: Settings, number: int) -> str:
    """Take a member's right to write away, at once."""
    async with _opened(settings) as data, data.unit_of_work() as uow:
        try:
            member = await agencies.remove(uow, number, now=await _now(settings))
        except UserError as error:
            raise _told(error) from error
    return f"Member {number} writes for {member.agency.name} no longer. What they had under way is stopped."


async def journal(settings: Settings) -> str:
    """Say who did what, when, to how many: the last lines."""
    async with _opened(settings) as data, data.reading() as uow:
        found = await agencies.journal(uow, limit=LAST)
    return "\n".join(_line(entry, name) for entry, name in found) or "Nothing was done yet."


def _line(entry: Entry, agency: str) -> str:
    who = f"member {entry.member_id}" if entry.member_id else "operator"
    what = f", announcement {entry.announcement_id}" if entry.announcement_id else ""
    many = "" if entry.people is None else f", {_people(entry.people)}"
    return f"{entry.at:%Y-%m-%d %H:%M} UTC  {agency}  {who}: {entry.act}{what}{many}"


def _people(count: int) -> str:
    """Of few the number is told to nobody: it would tell of each."""
    if not is_told(count):
        return f"fewer than {FEWEST_TOLD} people"
    return f"{'at least ' if count == MOST_COUNTED else ''}{count} people"


def _opened(settings: Settings) -> AbstractAsyncContextManager[Database]:
    playground = f"sqlite+aiosqlite:///{settings.playground_file}"
    url = settings.database_url if settings.telegram_bot_token else playground
    return database.opened(url, beside_others=True)


async def _now(settings: Settings) -> dt.datetime:
    """Return the product's time: that of the playground, where it can be moved, while one is open."""
    if settings.telegram_bot_token:
        return wall()
    address = f"http://127.0.0.1:{settings.playground_port}/phone/api/clock"
    timeout = aiohttp.ClientTimeout(total=doctor_telegram.TIMEOUT_S)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(address) as answer:
            return dt.datetime.fromisoformat((await answer.json())["now"])
    except (aiohttp.ClientError, TimeoutError, ValueError, KeyError):
        return wall()


def _told(error: UserError) -> SettingsError:
    return SettingsError(_SAID[error.code].format(**error.params))


async def _username(settings: Settings) -> str:
    timeout = aiohttp.ClientTimeout(total=doctor_telegram.TIMEOUT_S)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        return await doctor_telegram.username(session, settings)
