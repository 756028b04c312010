"""People who write for an agency: how one becomes one, what was sent, how far it is, stopping it."""

from domain.announcements import Announcement
from handlers import agency_home, announcement_questions, stale
from handlers.routing import Buttons
from handlers.turn import Turn
from messages import announcements
from messages.buttons import ShowAnnouncement, StopAnnouncement, WriteAnnouncement
from services import agencies
from services import announcements as sending


async def join(turn: Turn, payload: str) -> None:
    """By the link of an invitation: the person, not the chat, gets the right."""
    person = turn.update.effective_user
    if person is None or person.id != turn.chat_id:
        return
    agency_id = await agencies.redeem(turn.uow, payload, now=turn.now)
    if agency_id is None:
        turn.say(announcements.invitation_refused(turn.translator))
        return
    member = await agencies.join(turn.uow, await turn.welcome(), agency_id, now=turn.now)
    await turn.end_conversation()
    turn.say(announcements.joined(turn.translator, member.agency))
    turn.answers.append(agency_home.commands(turn))


async def home(turn: Turn) -> None:
    """`/annonce`: for writers; refused kindly to all others."""
    if (member := await agency_home.writer(turn)) is None:
        return
    if turn.state is not None and announcement_questions.CONVERSATION.step_of(turn.state):
        await announcement_questions.CONVERSATION.ask_again(turn)
        return
    await agency_home.show(turn, member)


async def on_write(turn: Turn, _button: WriteAnnouncement) -> None:
    """A new announcement."""
    if await agency_home.writer(turn) is not None:
        await turn.end_conversation()
        await announcement_questions.begin(turn)


async def on_show(turn: Turn, button: ShowAnnouncement) -> None:
    """How far is it?"""
    found = await _mine(turn, button.announcement_id)
    if found is not None:
        await _show(turn, found)


async def on_stop(turn: Turn, button: StopAnnouncement) -> None:
    """Nothing more of it."""
    member = await agency_home.writer(turn)
    if member is None:
        return
    found = await sending.of_member(turn.uow, member, button.announcement_id)
    if found is None:
        await stale.show_present(turn)
        return
    await sending.stop(turn.uow, member, found, now=turn.now)
    turn.toast(announcements.stopped(turn.translator))
    await _show(turn, await sending.require(turn.uow, found.id))


async def _mine(turn: Turn, announcement_id: int) -> Announcement | None:
    """Return an announcement of the person's own agency; else say what is."""
    member = await agency_home.writer(turn)
    if member is None:
        return None
    found = await sending.of_member(turn.uow, member, announcement_id)
    if found is None:
        await stale.show_present(turn)
    return found


async def _show(turn: Turn, announcement: Announcement) -> None:
    figures = await sending.figures(turn.uow, announcement.id)
    turn.show(announcements.progress(agency_home.reader(turn), announcement, figures))


BUTTONS: Buttons = {WriteAnnouncement: on_write, ShowAnnouncement: on_show, StopAnnouncement: on_stop}
