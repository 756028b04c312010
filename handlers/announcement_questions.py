"""The questions behind an announcement, as a table: compare it with docs/conversations/announcement.mmd."""

from domain.announcement_drafts import AnnouncementDraft
from handlers import announcement_audience as audience
from handlers import announcement_sending as sending
from handlers import announcement_text as text
from handlers import asking_place, asking_sectors, asking_when
from handlers.asking import Ask
from handlers.asking_announcement import Tell, as_for_alert, by_writer
from handlers.conversation import Conversation, Step
from handlers.turn import Turn
from messages import buttons

CONVERSATION = Conversation(
    "announcement",
    {
        Tell.OFFER: Step(
            ask=text.ask_offer,
            typed=by_writer(text.on_offer_typed),
            takes_any_text=True,
            buttons={
                buttons.TakeText: by_writer(text.on_take_text),
                buttons.WriteAnnouncement: by_writer(text.on_take_text),
                buttons.DropAnnouncement: by_writer(text.on_drop),
            },
            leads_to=frozenset({Tell.TEXT, Ask.PLACE}),
        ),
        Tell.TEXT: Step(
            ask=text.ask_text,
            typed=by_writer(text.on_text),
            takes_any_text=True,
            buttons={
                buttons.DropAnnouncement: by_writer(text.on_drop),
                buttons.Back: by_writer(text.on_keep_text),
            },
            leads_to=frozenset({Ask.PLACE, Tell.PREVIEW}),
        ),
        Ask.PLACE: Step(
            ask=audience.ask_place,
            typed=audience.on_place,
            position=as_for_alert(asking_place.on_position),
            buttons={
                buttons.Done: by_writer(audience.on_keep_place),
                buttons.Everyone: by_writer(audience.on_everyone),
                buttons.OnlineOnly: as_for_alert(asking_place.on_online_only),
                buttons.Back: by_writer(text.on_ask_text),
            },
            leads_to=frozenset({Tell.TEXT, Ask.PLACE_CHOICE, Ask.RADIUS, Ask.SECTORS}),
        ),
        Ask.PLACE_CHOICE: Step(
            ask=audience.ask_place_choice,
            typed=as_for_alert(asking_place.on_place_typed_again),
            position=as_for_alert(asking_place.on_position),
            buttons={
                buttons.PickPlace: as_for_alert(asking_place.on_place_picked),
                buttons.AskPlaceAgain: by_writer(audience.on_ask_place),
            },
            leads_to=frozenset({Ask.PLACE, Ask.RADIUS, Ask.SECTORS}),
        ),
        Ask.RADIUS: Step(
            ask=audience.ask_radius,
            typed=audience.on_radius,
            buttons={
                buttons.PickRadius: as_for_alert(asking_place.on_radius),
                buttons.Back: by_writer(audience.on_ask_place),
            },
            leads_to=frozenset({Ask.PLACE, Ask.SECTORS}),
        ),
        Ask.SECTORS: Step(
            ask=audience.ask_sectors,
            counts=True,
            typed=audience.on_sectors,
            buttons={
                buttons.ToggleSector: as_for_alert(asking_sectors.on_sector),
                buttons.AllSectors: as_for_alert(asking_sectors.on_all_sectors),
                buttons.AskPlaceAgain: as_for_alert(asking_sectors.on_see_all_sectors),
                buttons.Done: as_for_alert(asking_sectors.on_sectors_done),
                buttons.Back: by_writer(audience.on_back_from_sectors),
            },
            leads_to=frozenset({Ask.PLACE, Ask.RADIUS, Ask.WHEN}),
        ),
        Ask.WHEN: Step(
            ask=audience.ask_when,
            counts=True,
            typed=audience.on_when,
            words_first=True,
            buttons={
                buttons.ToggleHalfDays: as_for_alert(asking_when.on_half_days),
                buttons.ShowDays: as_for_alert(asking_when.on_show_days),
                buttons.AskDates: as_for_alert(asking_when.on_ask_dates),
                buttons.Done: by_writer(audience.on_when_done),
                buttons.Back: by_writer(audience.on_back_from_when),
            },
            leads_to=frozenset({Ask.SECTORS, Ask.DATES, Tell.PREVIEW}),
        ),
        Ask.DATES: Step(
            ask=audience.ask_dates,
            typed=as_for_alert(asking_when.on_dates_typed),
            buttons={
                buttons.AnyDates: as_for_alert(asking_when.on_any_dates),
                buttons.Back: as_for_alert(asking_when.on_back_from_dates),
            },
            leads_to=frozenset({Ask.WHEN}),
        ),
        Tell.PREVIEW: Step(
            ask=sending.ask_preview,
            counts=True,
            typed=by_writer(sending.on_typed),
            buttons={
                buttons.TestAnnouncement: by_writer(sending.on_test),
                buttons.SendAnnouncement: by_writer(sending.on_send),
                buttons.AskMoment: by_writer(sending.on_ask_moment),
                buttons.WriteAnnouncement: by_writer(text.on_ask_text),
                buttons.AskPlaceAgain: by_writer(audience.on_ask_place),
                buttons.DropAnnouncement: by_writer(text.on_drop),
            },
            leads_to=frozenset({Tell.TEXT, Ask.PLACE, Tell.MOMENT}),
        ),
        Tell.MOMENT: Step(
            ask=sending.ask_moment,
            typed=by_writer(sending.on_moment),
            buttons={
                buttons.AtOnce: by_writer(sending.on_at_once),
                buttons.Back: by_writer(sending.on_back_from_moment),
            },
            leads_to=frozenset({Tell.PREVIEW}),
        ),
    },
)


async def offer(turn: Turn, text: str) -> None:
    """Ask whether that is the text of one: what was typed unasked is not lost."""
    await CONVERSATION.enter(turn, Tell.OFFER, AnnouncementDraft(text=text).written())


async def begin(turn: Turn) -> None:
    """Ask for the text."""
    await CONVERSATION.enter(turn, Tell.TEXT, AnnouncementDraft().written())
