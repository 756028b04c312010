"""What the questions share: the steps, and how one leads on."""

import enum
from typing import Any

from domain.alert_drafts import AlertDraft
from domain.intents import Intent
from handlers import settled_choices
from handlers.conversation import End, Move, To
from handlers.turn import Turn


class Ask(enum.StrEnum):
    """The steps, in the order of the first contact."""

    PLACE = "place"
    PLACE_CHOICE = "place_choice"
    RADIUS = "radius"
    SECTORS = "sectors"
    WHEN = "when"
    DATES = "dates"


async def go_on(turn: Turn, draft: AlertDraft, step: Ask) -> Move:
    """The next question of the first contact; a single change is kept at once."""
    if draft.is_first:
        return To(step, draft.written())
    return await keep(turn, draft)


async def keep(turn: Turn, draft: AlertDraft) -> Move:
    """Keep the alert and show what it brings: the questions are over."""
    await settled_choices.keep(turn, draft)
    return End()


async def leave(turn: Turn) -> Move:
    """Back from a single change: nothing is changed."""
    await settled_choices.show(turn)
    return End()


def is_back(intent: Intent | None) -> bool:
    """Say whether a typed word leads to the question before."""
    return intent in {Intent.BACK, Intent.CANCEL}


def stay(step: Ask, draft: AlertDraft, hint: str, **answers: Any) -> To:
    """Ask the same question again, and say why."""
    return To(step, draft.but(hint=hint, **answers).written())
