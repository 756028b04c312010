"""People who write for an agency: how one becomes one, what was sent, how far it is, stopping it."""

from dataclasses import replace

from domain import announcements as rules
from domain.announcement_drafts import AnnouncementDraft
from domain.announcements import Announcement, State
from handlers import agency_home, announcement_questions, free_text, stale
from handlers.asking_announcement import Tell
from handlers.routing import Buttons
from handlers.turn import Turn
from messages import announcements, menus
from messages.buttons import (
    SearchText,
    SendAnnouncement,
    ShowAnnouncement,
    StopAnnouncement,
    WriteAnnouncement,
)
from services import agencies
from services import announcements as sending


async def join(turn: Turn, payload: str) -> None:
    """By the link of an invitation: the person, not the chat, gets the right."""
    person = turn.update.effective_user
    if person is None or person.id != turn.chat_id:
        return
    agency_id = await agencies.redeem(turn.uow, payload, now=turn.now)
    if agency_id is None:
        member = await agencies.joined_by(turn.uow, payload, turn.chat_id)
        refused = announcements.invitation_refused(turn.translator)
        turn.say(announcements.already_joined(turn.translator, member.agency) if member else refused)
        return
    member = await agencies.join(turn.uow, await turn.welcome(), agency_id, now=turn.now)
    await turn.end_conversation()
    turn.say(announcements.joined(turn.translator, member.agency))
    turn.answers.append(agency_home.commands(turn))


async def home(turn: Turn) -> None:
    """`/annonce`: for writers; refused kindly to all others."""
    member = await agency_home.writer(turn)
    if member and not await _asked_again(turn):
        await agency_home.show(turn, member)


async def write(turn: Turn) -> None:
    """What is the text? For writers; one who is writing goes on."""
    if await agency_home.writer(turn) and not await _asked_again(turn):
        await turn.end_conversation()
        await announcement_questions.begin(turn)


async def _asked_again(turn: Turn) -> bool:
    if turn.state is None or announcement_questions.CONVERSATION.step_of(turn.state) is None:
        return False
    await announcement_questions.CONVERSATION.ask_again(turn)
    return True


async def offer(turn: Turn, text: str) -> bool:
    """Ask a writer whether what they wrote is an announcement; False for others, and for few words."""
    if not rules.may_be_one(text) or await agencies.member_of(turn.uow, turn.chat_id) is None:
        return False
    await turn.end_conversation()
    await announcement_questions.offer(turn, text)
    return True


async def take_label(turn: Turn, typed: str) -> bool:
    """Take a typed label of what follows or stops a sending; False for those who write for no agency."""
    button = announcements.way(turn.translator, typed)
    member = await agencies.member_of(turn.uow, turn.chat_id) if button else None
    if button is None or member is None:
        return False
    going = await sending.under_way_of(turn.uow, member)
    if len(going) != 1:  # which one, a typed word does not say
        await agency_home.show(turn, member)
        return True
    await BUTTONS[type(button)](turn, replace(button, announcement_id=going[0]))
    return True


async def on_search_text(turn: Turn, _button: SearchText) -> None:
    """No: it is a search."""
    state = turn.state
    if (
        state is None
        or announcement_questions.CONVERSATION.step_of(state) is None
        or state.step != Tell.OFFER
    ):
        await stale.show_present(turn)
        return
    text = AnnouncementDraft.read(state.draft).text
    await turn.end_conversation()
    if not await free_text.begin(turn, text):
        turn.show(menus.not_understood(turn.translator))


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


async def on_sent_already(turn: Turn, _button: SendAnnouncement) -> None:
    """The second tap of two: how far it is. While something is asked, or nothing goes, it is old."""
    member = await agencies.member_of(turn.uow, turn.chat_id)
    going = await sending.under_way_of(turn.uow, member) if member else ()
    if turn.state is not None or not going:
        await stale.show_present(turn)
        return
    await _show(turn, await sending.require(turn.uow, max(going)))


async def on_stop(turn: Turn, button: StopAnnouncement) -> None:
    """Nothing more of it."""
    member = await agency_home.writer(turn)
    if member is None:
        return
    found = await sending.of_member(turn.uow, member, button.announcement_id)
    if found is None:
        await stale.show_present(turn)
        return
    if sending.has_just_begun(found, now=turn.now):
        turn.toast(announcements.just_begun(turn.translator))
        await _show(turn, found)
        return
    await sending.stop(turn.uow, member, found, now=turn.now)
    turn.toast(announcements.stopped(turn.translator, has_begun=found.state is not State.SCHEDULED))
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
    at_night = await sending.waits_for_morning(turn.uow, announcement.id, now=turn.now)
    reader = agency_home.reader(turn)
    turn.show(announcements.progress(reader, announcement, figures, waits_for_morning=at_night))


BUTTONS: Buttons = {
    WriteAnnouncement: on_write,
    ShowAnnouncement: on_show,
    SendAnnouncement: on_sent_already,
    StopAnnouncement: on_stop,
    SearchText: on_search_text,
}
