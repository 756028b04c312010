"""Where a person stands among the questions: kept with each answer, so that anybody can go on from there."""

from collections.abc import Mapping

from domain.conversations import ConversationState
from services import UnitOfWork


async def of(uow: UnitOfWork, chat_id: int) -> ConversationState | None:
    """Return where this person stands; None when nothing is asked."""
    return await uow.conversations.get(chat_id)


async def keep(uow: UnitOfWork, chat_id: int, state: ConversationState) -> None:
    """Keep where this person stands now."""
    await uow.conversations.save(chat_id, state)


async def shown_in(uow: UnitOfWork, messages: Mapping[int, int]) -> None:
    """Remember which message shows the question, by chat."""
    await uow.conversations.set_screens(messages)


async def end(uow: UnitOfWork, chat_id: int) -> None:
    """Nothing is asked any more."""
    await uow.conversations.end(chat_id)
