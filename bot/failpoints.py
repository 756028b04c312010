"""Dying on purpose, for the crash tests alone: `BOT_DIE_AT=send.after:3` kills at the third time."""

import os
import signal
from dataclasses import dataclass


@dataclass(slots=True)
class Failpoint:
    """Told each step at which a crash must lose nothing; kills this process at one of them."""

    die_at: tuple[str, int] | None
    _times: int = 0

    def __call__(self, step: str) -> None:
        """Note that this step was reached."""
        if self.die_at is None or self.die_at[0] != step:
            return
        self._times += 1
        if self._times == self.die_at[1]:
            os.kill(os.getpid(), signal.SIGKILL)
