"""Conversations as tables: at each step a question, and what answers it. The state is a row.

A step's functions take the answer and say where to go; this module keeps the state,
asks the next question, and knows nothing of what is asked. Because a question is
drawn from the state alone, a restart, another process or a week's silence resumes
at the same question.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from domain.conversations import ConversationState
from handlers.turn import Draw, Remove, Show, Turn
from messages import screens
from messages.buttons import Back, Button, Done
from messages.screens import Screen
from services import conversations

Draft = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class To:
    """Go to a step with this draft."""

    step: str
    draft: Draft
    below: bool = False
    """Asked as a new message: something was shown after the one that was tapped."""


@dataclass(frozen=True, slots=True)
class End:
    """The conversation is over; the handler has shown what comes next."""


Move = To | End

Ask = Callable[[Turn, Draft], Awaitable[Screen]]
OnTyped = Callable[[Turn, Draft, str], Awaitable[Move]]
OnButton = Callable[[Turn, Draft, Any], Awaitable[Move]]
OnPosition = Callable[[Turn, Draft, float, float], Awaitable[Move]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One question: how it is asked, what answers it, and where the answers lead."""

    ask: Ask
    typed: OnTyped
    buttons: Mapping[type[Button], OnButton] = field(default_factory=dict)
    position: OnPosition | None = None
    words_first: bool = False
    """What is typed is first read as words, and only then held against what stands on the buttons."""
    takes_any_text: bool = False
    """What is typed is text for others: only a few words are heard as "stop", or "help"."""
    counts: bool = False
    """Asking it takes a while: it is drawn after the commit. `Turn.is_committed` tells which time it is."""
    leads_to: frozenset[str] = frozenset()
    """Steps, other than itself, to which an answer may lead: what the state diagram shows."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A named table of steps."""

    name: str
    steps: Mapping[str, Step]

    def step_of(self, state: ConversationState | None) -> Step | None:
        """Return the step that a state stands at; None for another conversation, or a step long gone."""
        if state is None or state.name != self.name:
            return None
        return self.steps.get(state.step)

    async def enter(self, turn: Turn, step: str, draft: Draft) -> None:
        """Begin, or begin again, at a step."""
        await turn.welcome()
        turn.state = None
        await self._go(turn, To(step, draft))

    async def ask_again(self, turn: Turn) -> None:
        """Ask the present question once more: as a new message, unless its own was tapped."""
        if turn.state is not None and (step := self.step_of(turn.state)):
            if turn.state.screen_id and not turn.is_on_question:
                turn.answers.append(Remove(turn.state.screen_id))
            await _show(turn, step, turn.state, edits=turn.tapped if turn.is_on_question else None)

    async def take_text(self, turn: Turn, text: str) -> bool:
        """Take a typed answer; False when this conversation is not under way."""
        step = self.step_of(turn.state)
        if step is None or turn.state is None:
            return False
        await self._take(turn, turn.state, await _read(turn, step, turn.state.draft, text))
        return True

    async def take_position(self, turn: Turn, latitude: float, longitude: float) -> bool:
        """Take a shared position; False when nothing here asks for one."""
        step = self.step_of(turn.state)
        if step is None or turn.state is None or step.position is None:
            return False
        await self._take(turn, turn.state, await step.position(turn, turn.state.draft, latitude, longitude))
        return True

    async def take_button(self, turn: Turn, button: Button) -> bool:
        """Take a tapped answer; False when the present step has no such button: it is stale."""
        step = self.step_of(turn.state)
        if step is None or turn.state is None or type(button) not in step.buttons:
            return False
        if isinstance(button, Back | Done) and button.step not in {"", turn.state.step}:
            # the second of two taps: the first has put another question in the place of its own
            return turn.is_on_question
        await self._take(turn, turn.state, await step.buttons[type(button)](turn, turn.state.draft, button))
        return True

    async def hint(self, turn: Turn, hint: str) -> bool:
        """Ask again, saying why; False when this conversation is not under way."""
        if turn.state is None or self.step_of(turn.state) is None:
            return False
        await self._go(turn, To(turn.state.step, {**turn.state.draft, "hint": hint}))
        return True

    async def _take(self, turn: Turn, before: ConversationState, move: Move) -> None:
        if isinstance(move, End):
            await turn.end_conversation()
            return
        step = self.steps[before.step]
        if move.step != before.step and move.step not in step.leads_to:
            raise ValueError(f"{self.name}: no way from {before.step} to {move.step}")
        await self._go(turn, move)

    async def _go(self, turn: Turn, move: To) -> None:
        """Keep the state and ask the next question; one question is on the screen, never a wall of them."""
        before, tapped = turn.state, None if move.below else turn.tapped
        if before is not None and before.screen_id and before.screen_id != tapped:
            turn.answers.append(Remove(before.screen_id))
        state = ConversationState(
            name=self.name,
            step=move.step,
            draft=move.draft,
            screen_id=before.screen_id if before else None,
            updated_at=turn.now,
        )
        turn.state = state
        await _show(turn, self.steps[move.step], state, edits=tapped)
        await conversations.keep(turn.uow, turn.chat_id, state)


async def _show(turn: Turn, step: Step, state: ConversationState, *, edits: int | None = None) -> None:
    if step.counts:
        turn.answers.append(Draw(partial(_asked, step, state), edits))
    else:
        turn.answers.append(Show(await _asked(step, state, turn), edits, is_question=True))


async def _asked(step: Step, state: ConversationState, turn: Turn) -> Screen:
    return screens.bound(await step.ask(turn, state.draft), state.step)


async def _read(turn: Turn, step: Step, draft: Draft, text: str) -> Move:
    """Take a typed answer: what stands on a button of the question, or words."""
    button = (await step.ask(turn, draft)).labelled(text)
    act = step.buttons.get(type(button)) if button else None
    if act and not step.words_first:
        return await act(turn, draft, button)
    move = await step.typed(turn, draft, text)
    is_unclear = isinstance(move, To) and bool(move.draft.get("hint"))
    return await act(turn, draft, button) if act and is_unclear else move
