"""A sentence typed outside any question: "je cherche un truc dans la cuisine vers pau la semaine pro".

A search under way gives way to everything else that a person asks for.
"""

import functools
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from telegram import Update

from domain.alert_drafts import AlertDraft
from domain.alerts import Alert
from domain.conversations import ConversationState
from domain.intents import Intent
from domain.job_events import Mode
from handlers import (
    alert_questions,
    attachments,
    browsing,
    search_questions,
    settled_choices,
    stale,
    wishing,
)
from handlers.asking import Ask
from handlers.context import BotContext
from handlers.routing import Buttons
from handlers.search_questions import CONVERSATION, Find
from handlers.turn import Show, Turn
from messages import free_text as say
from messages.buttons import Button, KeepSearch, Look
from services import conversations

Act = Callable[..., Awaitable[None]]


async def begin(turn: Turn, text: str) -> bool:
    """Say what was understood of a sentence, or ask for the place; False when nothing was."""
    wish = await wishing.read(turn, text)
    if wish.is_empty:
        return False
    draft = wishing.with_wish(wishing.beginning(await turn.alert()), wish)
    first = search_questions.next_step(draft)
    await CONVERSATION.enter(turn, first.step, first.draft)
    return True


async def take_text(turn: Turn, text: str) -> bool:
    """Take a typed answer to a search; False when there is none under way, or it is something else."""
    step = CONVERSATION.step_of(turn.state)
    if step is None or turn.state is None:
        return False
    if _stands_at_list(turn.state):
        tapped = (await step.ask(turn, turn.state.draft)).labelled(text)
        intent = turn.world.words.intent(text)
        says_yes = intent is Intent.YES and await turn.alert() is None
        if says_yes or isinstance(tapped, KeepSearch):
            await on_keep(turn, KeepSearch())
            return True
        is_refined = search_questions.refined(turn, AlertDraft.read(turn.state.draft), text) is not None
        if not (tapped or is_refined or intent in {Intent.NO, Intent.BACK}):
            return False
    await CONVERSATION.take_text(turn, text)
    await _let_the_list_stay(turn)
    return True


async def take_button(turn: Turn, button: Button) -> bool:
    """Take a tapped answer; a list of events that is not of this search is none."""
    if isinstance(button, Look) and button.view not in say.VIEWS:
        return False
    taken = await CONVERSATION.take_button(turn, button)
    await _let_the_list_stay(turn)
    return taken


async def _let_the_list_stay(turn: Turn) -> None:
    """What was found is no question: whatever is asked next, its message is not taken away."""
    if turn.state is None or not _stands_at_list(turn.state):
        return
    turn.state = replace(turn.state, screen_id=None)
    await conversations.keep(turn.uow, turn.chat_id, turn.state)
    turn.answers = [
        replace(answer, is_question=False) if isinstance(answer, Show) else answer for answer in turn.answers
    ]


def _stands_at_list(state: ConversationState | None) -> bool:
    return state is not None and state.name == CONVERSATION.name and state.step == Find.FOUND


async def on_keep(turn: Turn, _button: KeepSearch) -> None:
    """Tell me of such events: only what is missing is asked; who has an alert has it replaced."""
    if turn.state is None or not _stands_at_list(turn.state):
        await stale.show_present(turn)
        return
    draft, alert = AlertDraft.read(turn.state.draft), await turn.alert()
    # a search ends with its dates, an alert goes on
    draft = draft.but(not_after="", takes_unknown_sector=True)
    if alert is None:
        draft = replace(draft, is_first=True)
        step = Ask.WHEN if draft.sectors else Ask.SECTORS
        await alert_questions.CONVERSATION.enter(turn, step, draft.written())
        return
    await turn.end_conversation()
    await settled_choices.keep(turn, _in_place_of(alert, draft))


def _in_place_of(alert: Alert, draft: AlertDraft) -> AlertDraft:
    """Return the alert with what was searched for; a part that was not said stays."""
    before = AlertDraft.of(alert)
    # who searches around a town did not say that what is online is unwanted
    goes_on_online = draft.modes == Mode.ON_SITE.value and alert.modes is Mode.BOTH
    return before.but(
        commune=draft.commune,
        place_label=draft.place_label,
        is_online_only=draft.is_online_only,
        radius_km=draft.radius_km,
        modes=before.modes if goes_on_online else draft.modes,
        sectors=draft.sectors or before.sectors,
        half_days=draft.half_days or before.half_days,
        not_before=draft.not_before,
        not_after="",
    )


async def leave(turn: Turn) -> None:
    """End the search under way, if any."""
    if turn.state is not None and CONVERSATION.step_of(turn.state):
        await turn.end_conversation()


def leaving(act: Act) -> Act:
    """Return the same act, which ends a search under way before."""

    @functools.wraps(act)
    async def left(turn: Turn, *answer: Any) -> None:
        await leave(turn)
        await act(turn, *answer)

    return left


async def on_look(turn: Turn, button: Look) -> None:
    """A list; of a search that is over, or stands at a question, what there is now."""
    if button.view in say.VIEWS and turn.state is not None and CONVERSATION.step_of(turn.state):
        await CONVERSATION.ask_again(turn)
        return
    await browsing.on_look(turn, button)


async def on_position(update: Update, context: BotContext) -> None:
    """A shared position: an answer where a search asks for a place, else as ever."""
    turn, message = context.turn, update.effective_message
    place = message.location if message else None
    if place is None or not await CONVERSATION.take_position(turn, place.latitude, place.longitude):
        await attachments.on_position(update, context)
        return
    await _let_the_list_stay(turn)


BUTTONS: Buttons = {KeepSearch: on_keep, Look: on_look}
