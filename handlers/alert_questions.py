"""The questions behind an alert, as a table: compare it with docs/conversations/alert.mmd."""

from domain.alert_drafts import AlertDraft
from handlers import asking_place, asking_sectors, asking_when
from handlers.asking import Ask
from handlers.conversation import Conversation, Step
from handlers.turn import Turn
from messages import buttons

CONVERSATION = Conversation(
    "alert",
    {
        Ask.PLACE: Step(
            ask=asking_place.ask_place,
            typed=asking_place.on_place,
            position=asking_place.on_position,
            buttons={
                buttons.SharePosition: asking_place.on_share_position,
                buttons.OnlineOnly: asking_place.on_online_only,
                buttons.Back: asking_place.on_back_from_place,
            },
            leads_to=frozenset({Ask.PLACE_CHOICE, Ask.RADIUS, Ask.SECTORS}),
        ),
        Ask.PLACE_CHOICE: Step(
            ask=asking_place.ask_place_choice,
            typed=asking_place.on_place_typed_again,
            position=asking_place.on_position,
            buttons={
                buttons.PickPlace: asking_place.on_place_picked,
                buttons.AskPlaceAgain: asking_place.on_place_refused,
            },
            leads_to=frozenset({Ask.PLACE, Ask.RADIUS, Ask.SECTORS}),
        ),
        Ask.RADIUS: Step(
            ask=asking_place.ask_radius,
            typed=asking_place.on_radius_typed,
            buttons={
                buttons.PickRadius: asking_place.on_radius,
                buttons.Back: asking_place.on_back_from_radius,
            },
            leads_to=frozenset({Ask.PLACE, Ask.SECTORS}),
        ),
        Ask.SECTORS: Step(
            ask=asking_sectors.ask_sectors,
            typed=asking_sectors.on_trade,
            buttons={
                buttons.ToggleSector: asking_sectors.on_sector,
                buttons.AllSectors: asking_sectors.on_all_sectors,
                buttons.ToggleUnknownSector: asking_sectors.on_unknown_sector,
                buttons.AskPlaceAgain: asking_sectors.on_see_all_sectors,
                buttons.Done: asking_sectors.on_sectors_done,
                buttons.Back: asking_sectors.on_back_from_sectors,
            },
            leads_to=frozenset({Ask.PLACE, Ask.RADIUS, Ask.WHEN}),
        ),
        Ask.WHEN: Step(
            ask=asking_when.ask_when,
            typed=asking_when.on_when_typed,
            words_first=True,
            buttons={
                buttons.ToggleHalfDays: asking_when.on_half_days,
                buttons.ShowDays: asking_when.on_show_days,
                buttons.ToggleMode: asking_when.on_mode,
                buttons.AskDates: asking_when.on_ask_dates,
                buttons.Done: asking_when.on_when_done,
                buttons.Back: asking_when.on_back_from_when,
            },
            leads_to=frozenset({Ask.SECTORS, Ask.DATES}),
        ),
        Ask.DATES: Step(
            ask=asking_when.ask_dates,
            typed=asking_when.on_dates_typed,
            buttons={
                buttons.AnyDates: asking_when.on_any_dates,
                buttons.Back: asking_when.on_back_from_dates,
            },
            leads_to=frozenset({Ask.WHEN}),
        ),
    },
)


async def begin(turn: Turn) -> None:
    """Ask the first question, or go on where the person stopped; one who has an alert sees it instead."""
    if turn.state is not None and CONVERSATION.step_of(turn.state):
        await CONVERSATION.ask_again(turn)
        return
    await CONVERSATION.enter(turn, Ask.PLACE, AlertDraft().written())


async def change(turn: Turn, step: str) -> bool:
    """Ask one question again; False when there is no alert yet, or no such question."""
    alert = await turn.alert()
    if alert is None or step not in CONVERSATION.steps:
        return False
    await CONVERSATION.enter(turn, step, AlertDraft.of(alert).written())
    return True
