"""Once the questions are answered: the alert is kept, and what it brings is shown."""

from domain.alert_drafts import AlertDraft
from domain.alerts import Alert
from handlers.routing import Buttons
from handlers.turn import Turn
from messages import choices, menus
from messages.buttons import PickFrequency
from messages.screens import Screen
from services import alerts, subscribers


async def keep(turn: Turn, draft: AlertDraft) -> None:
    """Keep the alert, and show the next events, the volume to expect, and how often to write.

    Whoever answers the questions anew asks by that to hear again.
    """
    subscriber = await turn.welcome()
    if draft.is_first:
        subscriber = await subscribers.resume(turn.uow, subscriber)
    commune = turn.world.gazetteer.get(draft.commune) if draft.commune else None
    wish = draft.to_alert(subscriber.id, commune, now=turn.now)
    alert = await alerts.save(turn.uow, subscriber, wish, zone=commune.zone if commune else None)
    turn.subscriber = await subscribers.get(turn.uow, subscriber.id)
    turn.show(await _ready(turn, alert, is_first=draft.is_first))


async def show(turn: Turn) -> None:
    """Show the choices, each with its way to change it; before the first alert, the way to it."""
    alert = await turn.alert()
    if alert is None:
        turn.show(menus.welcome(turn.translator))
        return
    turn.show(choices.overview(turn.translator, turn.subscriber, alert, today=turn.today))


async def on_frequency(turn: Turn, button: PickFrequency) -> None:
    """How often? Another answer that was being changed stays as it was: a draft must not undo this one."""
    alert = await turn.alert()
    if alert is None or turn.subscriber is None:
        turn.show(menus.welcome(turn.translator))
        return
    await turn.end_conversation()
    alert = await alerts.tell(turn.uow, turn.subscriber, alert, button.frequency)
    turn.subscriber = await subscribers.get(turn.uow, turn.chat_id)
    turn.toast(choices.frequency_set(turn.translator, alert.frequency))
    turn.show(await _ready(turn, alert, is_first=False))


async def _ready(turn: Turn, alert: Alert, *, is_first: bool) -> Screen:
    events = await alerts.next_events(turn.uow, alert, now=turn.now)
    weekly = await alerts.messages_a_week(turn.uow, alert, now=turn.now)
    await turn.mark_seen(events)
    return choices.ready(
        turn.translator,
        turn.subscriber,
        alert,
        events,
        messages_a_week=weekly,
        now=turn.now,
        zone=turn.zone,
        is_first=is_first,
    )


BUTTONS: Buttons = {PickFrequency: on_frequency}
