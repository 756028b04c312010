"""Runs the tests on a changed program, each change in a process of its own.

A change is made in memory, in a process forked from one that has every library at hand; no file is touched.
The first test that fails ends it: the change is killed. One that hangs is killed too.
"""

import contextlib
import gc
import importlib
import importlib.machinery
import importlib.util
import json
import os
import shutil
import signal
import sys
import time
import traceback
import types
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import hypothesis
import pytest

from tools import mutations

ROOT = Path(__file__).parents[1]
TEST_S = 20
"""After which a test hangs; the slowest here takes 3."""
OPTIONS = (
    *("-x", "-q", "-n", "0", "-m", "not long and not apart", "-p", "no:randomly", "-p", "no:cacheprovider"),
    *("--timeout-method=signal", f"--timeout={TEST_S}", "--hypothesis-seed=0"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # libraries are at hand before pytest sees them
)


def run(
    tests: Sequence[str], mutants: Sequence[mutations.Mutant], folder: Path, jobs: int
) -> Iterator[tuple[mutations.Mutant, bool]]:
    """Give each mutant and whether it is alive after all these tests, as they end."""
    known = _unchanged(tests, folder / "0")
    longest = 60 + 4 * sum(known.values())
    print(f"{len(known)} tests, {sum(known.values()):.0f} s; {len(mutants)} mutants", flush=True)
    waiting, free = list(reversed(mutants)), [folder / str(number + 1) for number in range(jobs)]
    running: list[tuple[mutations.Mutant, Trial]] = []
    killers: dict[str, Counter[str]] = defaultdict(Counter)
    try:
        while waiting or running:
            while waiting and free:
                mutant = waiting.pop()
                plugin = Quickest(known, killers[mutant.file])
                running.append((mutant, Trial(tests, free.pop(), longest, plugin, Changed(mutant))))
            for ended in [(mutant, trial) for mutant, trial in running if trial.has_ended()]:
                running.remove(ended)
                mutant, trial = ended
                killers[mutant.file].update(trial.told().failed)
                free.append(trial.folder)
                yield mutant, trial.code == 0
            time.sleep(0.01)
    finally:
        for _, trial in running:
            trial.end()


def _unchanged(tests: Sequence[str], folder: Path) -> dict[str, float]:
    """Return the seconds of each test with nothing changed, and import every library that they use."""
    trial = Trial(tests, folder, 600, Quickest({}, Counter()))
    while not trial.has_ended():
        time.sleep(0.1)
    if trial.code:
        sys.exit((folder / "output").read_text() + "\nThe tests fail with nothing changed.")
    told = trial.told()
    for name in told.libraries:
        with contextlib.suppress(Exception):  # one that is only there in a test
            importlib.import_module(name)
    gc.freeze()  # what is at hand is not garbage: no child looks through it
    return told.seconds


@dataclass(frozen=True)
class Told:
    """What a process says of its tests."""

    seconds: dict[str, float]
    failed: Sequence[str]
    libraries: Sequence[str]


class Trial:
    """A forked process that runs the tests, and its end. `code`: 0 when all passed."""

    def __init__(
        self, tests: Sequence[str], folder: Path, seconds: float, plugin: "Quickest", *changed: "Changed"
    ) -> None:
        self.folder = folder
        self.code: int | None = None
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        self._ends = time.monotonic() + seconds
        self._pid = os.fork()
        if not self._pid:
            _become(tests, folder, plugin, changed)

    def has_ended(self) -> bool:
        """Say whether it has; too late is over, whatever it does."""
        if time.monotonic() > self._ends:
            self.end()
            return True
        pid, status = os.waitpid(self._pid, os.WNOHANG)
        if pid:
            self.code = os.waitstatus_to_exitcode(status)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)  # what it left behind
        return bool(pid)

    def end(self) -> None:
        """End it, and what it started."""
        os.killpg(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        self.code = 1

    def told(self) -> Told:
        """Return what it said; nothing when it broke off."""
        said = self.folder / "told"
        return Told(**json.loads(said.read_text())) if said.exists() else Told({}, (), ())


def _become(tests: Sequence[str], folder: Path, plugin: "Quickest", changed: Sequence["Changed"]) -> NoReturn:
    """Run the tests in this process, and end it."""
    code = 1
    try:
        os.setpgid(0, 0)
        with (folder / "output").open("w") as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        sys.meta_path[:0] = changed
        plugin.says_in = folder / "told"
        # a folder of the test's own, short enough for a socket
        code = int(pytest.main([*tests, *OPTIONS, f"--basetemp={folder}/t"], plugins=[plugin]))
    except BaseException:  # noqa: BLE001 -- this process must not go on as if it were the first
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _is_ours(module: object) -> bool:
    file = getattr(module, "__file__", None)
    return file is not None and "site-packages" not in file and file.startswith(f"{ROOT}{os.sep}")


class Quickest:
    """Puts first what killed others of the same file, then the quickest; times all and says what failed."""

    def __init__(self, known: dict[str, float], killers: Counter[str]) -> None:
        self._known = known
        self._killers = killers
        self._seconds: dict[str, float] = {}
        self._failed: list[str] = []
        self.says_in = Path(os.devnull)

    def pytest_configure(self) -> None:
        """Let hypothesis not look for the smallest example; a test keeps the profile it was read with."""
        phases = [phase for phase in hypothesis.Phase if phase.name in ("explicit", "generate")]
        hypothesis.settings.register_profile("mutants", phases=phases, database=None)
        hypothesis.settings.load_profile("mutants")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """A PostgreSQL takes two seconds to start: it is only for what SQLite let pass."""
        items.sort(key=lambda item: self._known.get(item.nodeid, 0))
        items.sort(key=lambda item: ("postgresql" in item.nodeid, -self._killers[item.nodeid]))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add what preparing, running and clearing up took."""
        self._seconds[report.nodeid] = self._seconds.get(report.nodeid, 0) + report.duration
        if report.failed:
            self._failed.append(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        """Tell the process that asked."""
        libraries = [name for name, module in sys.modules.items() if not _is_ours(module)]
        self.says_in.write_text(
            json.dumps({"seconds": self._seconds, "failed": self._failed, "libraries": libraries})
        )


class Changed(importlib.machinery.SourceFileLoader):
    """Imports one file of ours with a change in it."""

    def __init__(self, mutant: mutations.Mutant) -> None:
        file = ROOT / mutant.file
        super().__init__(mutant.file.removesuffix(".py").replace("/", "."), str(file))
        tree = mutations.made(mutant, file.read_text())
        self._code: types.CodeType = compile(tree, file, "exec")

    def find_spec(self, fullname: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        """Say how this one is imported; others are not ours to find."""
        return importlib.util.spec_from_loader(fullname, self) if fullname == self.name else None

    def get_code(self, fullname: str) -> types.CodeType:  # noqa: ARG002 -- there is only one
        """Return the changed code."""
        return self._code
