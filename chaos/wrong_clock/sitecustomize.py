"""Python imports this by itself at the start of a victim: its clock is wrong by the seconds in `clock`.

Read again at each SIGUSR1. The program reads the machine's clock in one place; the one that only goes forward
stays as it is.
"""

import datetime as dt
import signal
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType

_FILE = Path("clock")
_wrong_by = [dt.timedelta(0)]


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        right = module.wall
        vars(module)["wall"] = lambda: right() + _wrong_by[0]


class _Finder:
    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, _target: object = None) -> ModuleSpec | None:
        if name != "bot.clock":
            return None
        spec = PathFinder.find_spec(name, path)
        if spec and spec.origin:
            spec.loader = _Loader(name, spec.origin)
        return spec


def _read(*_signal: object) -> None:
    _wrong_by[0] = dt.timedelta(seconds=float(_FILE.read_text(encoding="ascii")))


if _FILE.exists():
    # whoever set it meanwhile finds us listening, or we read what is new
    signal.signal(signal.SIGUSR1, _read)
    _read()
    sys.meta_path.insert(0, _Finder)
