"""Words together what is asked for at the same time: the more is under way, the fewer reads each takes."""

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from delivery import rendering
from delivery.rendering import Result
from domain.errors import StorageError
from domain.outbox import OutboxMessage
from domain.subscribers import Language
from locales.translators import Translator
from services import UnitOfWork

_UNANSWERED = RuntimeError("what waits is answered by whose turn it is")


@dataclass(slots=True, eq=False)
class _Asked:
    """A message that waits for its words."""

    message: OutboxMessage
    now: dt.datetime
    answer: Result | Exception = _UNANSWERED


class Composer:
    """Nothing waits to be gathered: what is asked for while a batch is worded makes the next one.

    So each message is worded right before it is sent, however many there are.
    """

    def __init__(self, reading: Callable[[], UnitOfWork], translators: Mapping[Language, Translator]) -> None:
        self._reading = reading
        self._translators = translators
        self._waiting: list[_Asked] = []
        self._turn: asyncio.Event | None = None
        """While a batch is worded; set at its end."""

    async def compose(self, message: OutboxMessage, now: dt.datetime) -> Result:
        """Word a message as all stands now (UTC, product time); raises what its own wording raises."""
        asked = _Asked(message, now)
        self._waiting.append(asked)
        while asked.answer is _UNANSWERED:
            # not a lock, which all would pass one after the other, at a turn of the event loop each
            if self._turn is None:
                await self._take_turn()
            else:
                await self._turn.wait()
        if isinstance(asked.answer, Exception):
            raise asked.answer
        return asked.answer

    async def _take_turn(self) -> None:
        self._turn = ended = asyncio.Event()
        try:
            await self._answer_all()
        finally:
            # whoever is cancelled in its turn leaves what waits to the next
            self._turn = None
            ended.set()

    async def _answer_all(self) -> None:
        batch = list(self._waiting)
        messages, now = [one.message for one in batch], batch[-1].now
        answers: Sequence[Result | Exception]
        try:
            answers = await self._worded(messages, now)
        except StorageError as error:
            answers = [error] * len(batch)
        except Exception:  # noqa: BLE001 -- one of them can't be worded: which, shows when each is alone
            answers = [await self._alone(message, now) for message in messages]
        for one, answer in zip(batch, answers, strict=True):
            one.answer = answer
        self._waiting = [one for one in self._waiting if one.answer is _UNANSWERED]

    async def _worded(self, messages: Sequence[OutboxMessage], now: dt.datetime) -> Sequence[Result]:
        async with self._reading() as uow:
            return await rendering.compose(messages, uow, now, self._translators)

    async def _alone(self, message: OutboxMessage, now: dt.datetime) -> Result | Exception:
        try:
            (answer,) = await self._worded([message], now)
        except Exception as error:  # noqa: BLE001 -- raised to who asked
            return error
        return answer
