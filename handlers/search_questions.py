"""The questions of a search, as a table: compare it with docs/conversations/search.mmd.

Where the parts of a search are asked, they are asked by the questions of the alert; each answer leads
to the events found, and nothing of the alert is changed.
"""

import enum
from collections.abc import Awaitable, Callable
from typing import Any

from domain import typed_answers
from domain.alert_drafts import AlertDraft
from domain.alerts import MAX_RADIUS_KM, RADII_KM
from domain.intents import Intent
from handlers import alert_questions, found_events, home, wishing
from handlers.asking import Ask
from handlers.conversation import Ask as AskScreen
from handlers.conversation import Conversation, Draft, End, Move, OnButton, OnTyped, Step, To
from handlers.turn import Turn
from messages import buttons
from messages import free_text as say
from messages.screens import Screen

Act = Callable[..., Awaitable[Move]]


class Find(enum.StrEnum):
    """The steps besides those of the alert."""

    UNDERSTOOD = "understood"
    CORRECT = "correct"
    FOUND = "found"


_TOGETHER = (
    frozenset({Ask.PLACE, Ask.PLACE_CHOICE}),
    frozenset({Ask.RADIUS}),
    frozenset({Ask.SECTORS}),
    frozenset({Ask.WHEN, Ask.DATES}),
)
"""Steps that ask one part: among them an answer leads on as in the alert."""
_FIRST_OF = {step: next(iter(group & {Ask.PLACE, Ask.WHEN}), step) for group in _TOGETHER for step in group}
_AWAY = frozenset({Intent.BACK, Intent.CANCEL, Intent.SKIP})
_DONE = frozenset({Intent.CONFIRM, Intent.YES})


async def ask_understood(turn: Turn, values: Draft) -> Screen:
    """Is that it?"""
    is_new = await turn.alert() is None
    return say.understood(turn.translator, AlertDraft.read(values), today=turn.today, is_new=is_new)


async def on_understood_typed(turn: Turn, values: Draft, text: str) -> Move:
    """Yes, no, or what was meant: "non, à Tarbes"."""
    intent = turn.world.words.intent(text)
    if intent in _DONE:
        return found(values)
    if intent is Intent.CANCEL:
        await home.show_menu(turn)
        return End()
    if intent in {Intent.NO, Intent.BACK}:
        return correct(values)
    return await _said_anew(turn, values, text, otherwise=Find.UNDERSTOOD)


async def on_right(_turn: Turn, values: Draft, _button: buttons.ConfirmSearch) -> Move:
    """It was understood."""
    return found(values)


async def on_wrong(_turn: Turn, values: Draft, _button: buttons.CorrectSearch) -> Move:
    """It was not, or something else is looked for."""
    return correct(values)


async def ask_which_part(turn: Turn, values: Draft) -> Screen:
    """What is to be corrected?"""
    return say.which_part(turn.translator, AlertDraft.read(values), today=turn.today)


async def on_part_typed(turn: Turn, values: Draft, text: str) -> Move:
    """What was meant, without asking for each part."""
    if turn.world.words.intent(text) in _AWAY | _DONE:
        return To(Find.UNDERSTOOD, AlertDraft.read(values).but().written())
    return await _said_anew(turn, values, text, otherwise=Find.CORRECT)


async def on_part(_turn: Turn, values: Draft, button: buttons.CorrectPart) -> Move:
    """One part; a name that is none, as a forged button bears, changes nothing."""
    step = button.step if button.step in set(_FIRST_OF.values()) else Find.CORRECT
    return To(step, AlertDraft.read(values).but().written())


async def on_back_from_part(_turn: Turn, values: Draft, _button: buttons.Back) -> Move:
    """It was right after all."""
    return To(Find.UNDERSTOOD, AlertDraft.read(values).but().written())


async def on_found_typed(turn: Turn, values: Draft, text: str) -> Move:
    """A distance or a moment, to look there; or no: what is to be another?"""
    changed = refined(turn, AlertDraft.read(values), text)
    return found(changed.written()) if changed else correct(values)


async def on_look(_turn: Turn, values: Draft, button: buttons.Look) -> Move:
    """Another page, or another list, of the same search."""
    return To(Find.FOUND, {**values, "view": button.view, "page": button.page})


async def on_widen(_turn: Turn, values: Draft, button: buttons.WidenSearch) -> Move:
    """The same, further around."""
    draft = AlertDraft.read(values)
    return found(draft.but(radius_km=button.km if button.km in RADII_KM else draft.radius_km).written())


def refined(turn: Turn, draft: AlertDraft, text: str) -> AlertDraft | None:
    """Return the search as far around, or at the moment, that a text says; None for any other text."""
    km = typed_answers.radius_km(text)
    # a smaller number is the place of an event in a list
    if km is not None and RADII_KM[0] <= km <= MAX_RADIUS_KM and draft.commune is not None:
        return draft.but(radius_km=km)
    has_meaning = turn.world.words.intent(text) is not None
    return None if has_meaning else wishing.with_moment(draft, text, turn.today)


def found(values: Draft) -> Move:
    """Show the first page of what there is."""
    return To(Find.FOUND, AlertDraft.read(values).but().written())


def correct(values: Draft) -> Move:
    """Ask what is to be corrected."""
    return To(Find.CORRECT, AlertDraft.read(values).but().written())


async def _said_anew(turn: Turn, values: Draft, text: str, *, otherwise: Find) -> Move:
    draft, wish = AlertDraft.read(values), await wishing.read(turn, text)
    if wish.is_empty and (changed := refined(turn, draft, text)):
        return next_step(changed)
    if wish.is_empty:
        return To(otherwise, draft.but(hint="unclear").written())
    return next_step(wishing.with_wish(draft, wish))


def next_step(draft: AlertDraft) -> To:
    """Ask for the place if it is still to be told, else whether all was understood."""
    if draft.offered:
        return To(Ask.PLACE_CHOICE, draft.written())
    if draft.hint or (draft.commune is None and not draft.is_online_only):
        return To(Ask.PLACE, draft.written())
    return To(Find.UNDERSTOOD, draft.written())


# --- the questions of the alert, put to a search ---------------------------------------------


def _asked(name: Ask, ask: AskScreen | None = None) -> Step:
    """Return a question of the alert whose answers lead to what the search finds."""
    step = alert_questions.CONVERSATION.steps[name]
    acts = {kind: _leading_on(name, act) for kind, act in step.buttons.items()}
    own: dict[type[buttons.Button], OnButton] = {buttons.Back: _on_back(name)}
    if name is Ask.WHEN:
        own[buttons.Done] = on_when_done
    ways_on = next(group for group in _TOGETHER if name in group) - {name}
    return Step(
        ask=ask or step.ask,
        typed=_on_typed(name, step.typed),
        position=_leading_on(name, step.position) if step.position else None,
        buttons=acts | own,
        words_first=step.words_first,
        leads_to=frozenset({*ways_on, Find.FOUND, Find.UNDERSTOOD}),
    )


async def ask_place(turn: Turn, values: Draft) -> Screen:
    """Where? With what is understood so far."""
    question = await alert_questions.CONVERSATION.steps[Ask.PLACE].ask(turn, values)
    return say.asking_where(turn.translator, AlertDraft.read(values), question, today=turn.today)


async def on_when_done(_turn: Turn, values: Draft, _button: buttons.Done) -> Move:
    """No moment ticked means any."""
    return found(values)


def _leading_on(name: Ask, act: Act) -> Act:
    """Take an answer as in a first contact, where it leads on and keeps no alert."""

    async def acted(turn: Turn, values: Draft, *answer: Any) -> Move:
        return _within(name, await act(turn, {**values, "is_first": True}, *answer))

    return acted


def _within(name: Ask, move: Move) -> Move:
    if isinstance(move, End):
        return move
    draft = AlertDraft.read({**move.draft, "is_first": False})
    together = next(group for group in _TOGETHER if name in group)
    return To(move.step, draft.written()) if move.step in together else found(draft.written())


def _on_typed(name: Ask, typed: OnTyped) -> OnTyped:
    lead_on = _leading_on(name, typed)

    async def taken(turn: Turn, values: Draft, text: str) -> Move:
        intent = turn.world.words.intent(text)
        if intent in _AWAY:
            return _back(name, values)
        if name is Ask.WHEN and intent in _DONE:
            return found(values)
        move = await lead_on(turn, values, text)
        if name is Ask.PLACE and isinstance(move, To) and move.draft["hint"]:
            # no place by itself: a whole sentence, perhaps
            wish = await wishing.read(turn, text)
            return next_step(wishing.with_wish(AlertDraft.read(values), wish)) if wish.places else move
        return move

    return taken


def _on_back(name: Ask) -> OnButton:
    async def gone_back(_turn: Turn, values: Draft, _button: buttons.Back) -> Move:
        return _back(name, values)

    return gone_back


def _back(name: Ask, values: Draft) -> Move:
    """To the first question of this part, and from there to what was understood, if there is a place."""
    draft = AlertDraft.read(values).but()
    if _FIRST_OF[name] is not name:
        return To(_FIRST_OF[name], draft.written())
    if draft.commune is None and not draft.is_online_only:
        return End()
    return To(Find.UNDERSTOOD, draft.written())


CONVERSATION = Conversation(
    "search",
    {
        Find.UNDERSTOOD: Step(
            ask=ask_understood,
            typed=on_understood_typed,
            buttons={buttons.ConfirmSearch: on_right, buttons.CorrectSearch: on_wrong},
            leads_to=frozenset({Find.FOUND, Find.CORRECT, Ask.PLACE, Ask.PLACE_CHOICE}),
        ),
        Find.CORRECT: Step(
            ask=ask_which_part,
            typed=on_part_typed,
            buttons={buttons.CorrectPart: on_part, buttons.Back: on_back_from_part},
            leads_to=frozenset({Find.UNDERSTOOD, Ask.PLACE_CHOICE, *_FIRST_OF.values()}),
        ),
        Ask.PLACE: _asked(Ask.PLACE, ask_place),
        Ask.PLACE_CHOICE: _asked(Ask.PLACE_CHOICE),
        Ask.RADIUS: _asked(Ask.RADIUS),
        Ask.SECTORS: _asked(Ask.SECTORS),
        Ask.WHEN: _asked(Ask.WHEN),
        Ask.DATES: _asked(Ask.DATES),
        Find.FOUND: Step(
            ask=found_events.ask_found,
            typed=on_found_typed,
            buttons={
                buttons.Look: on_look,
                buttons.WidenSearch: on_widen,
                buttons.CorrectSearch: on_wrong,
            },
            leads_to=frozenset({Find.CORRECT}),
        ),
    },
)
