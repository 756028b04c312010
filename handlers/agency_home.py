"""Where a writer begins and ends; and the refusal of everybody else. Rights are read here, at every act."""

from domain.agencies import Member
from handlers.turn import SetCommands, Turn
from messages import announcements, menus
from messages.readers import Reader
from messages.screens import Screen
from services import agencies
from services import announcements as sending


async def writer(turn: Turn) -> Member | None:
    """Return whom the person writes for at this moment; somebody who may not is told so, and None."""
    member = await agencies.member_of(turn.uow, turn.chat_id)
    if member is None:
        turn.show(announcements.refused(turn.translator))
        turn.answers.append(SetCommands(None))
    return member


async def show(turn: Turn, member: Member) -> None:
    """Show where a writer begins and ends."""
    turn.show(await screen(turn, member))


async def screen(turn: Turn, member: Member) -> Screen:
    """What a writer can do, and the last announcements."""
    latest = await sending.latest(turn.uow, member.agency)
    return announcements.home(reader(turn), member.agency, latest)


def reader(turn: Turn) -> Reader:
    """Return for whom hours are written."""
    return Reader(t=turn.translator, zone=turn.zone, now=turn.now)


def commands(turn: Turn) -> SetCommands:
    """Return the command menu of a writer."""
    return SetCommands(tuple(menus.writer_commands(turn.translator)))
