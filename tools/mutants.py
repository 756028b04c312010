"""Do the tests notice? Changes the program in one place at a time and runs the tests that guard that place.

    python -m tools.mutants [GROUP …] [--sample N] [--seed S] [--jobs J] [--only FILE]

A change is made in memory, in a process of its own, forked from one that has every library at hand; no file
is touched. The quickest test comes first, and the first that fails ends it: the change is killed. One that
hangs is killed too. What all tests let pass survived: docs/mutants.md lists it, with the reason that was
written there.
"""

import argparse
import contextlib
import gc
import importlib.machinery
import importlib.util
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest

from tools import mutants_report, mutations

ROOT = Path(__file__).parents[1]
TEST_S = 20
"""After which a test hangs; the slowest here takes 3."""
OPTIONS = [
    "-x",
    "-q",
    "-m",
    "not long and not apart",
    "-p",
    "no:randomly",
    "-p",
    "no:cacheprovider",
    "-n",
    "0",
]
AT_HAND = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
STEADY = [f"--timeout={TEST_S}", "--timeout-method=signal", "--hypothesis-seed=0"]


@dataclass(frozen=True)
class Group:
    """Files that belong together, and the short tests that guard them."""

    files: Sequence[str]
    tests: Sequence[str]


def _files(*named: str) -> list[str]:
    """Return the files of each "folder: name name"."""
    folders = (line.split(": ") for line in named)
    return [f"{folder}/{name}.py" for folder, names in folders for name in names.split()]


def _tests(*named: str) -> list[str]:
    return [f"tests/{folder}/test_{name}" for folder, _, name in (f.partition("/") for f in _files(*named))]


GROUPS = {
    "matching": Group(
        _files(
            "domain: matching masks grid alerts availability",
            "storage: matching matches",
            "services: matches",
        ),
        _tests(
            "domain: matching grid availability wishes",
            "storage: matching matches alerts",
            "services: alerts",
        ),
    ),
    "schedule": Group(
        _files("domain: schedule reminders", "storage: reminders", "services: reminders"),
        _tests("domain: schedule telling_times", "storage: reminders", "services: reminders"),
    ),
    "inbox": Group(
        _files("storage: inbox", "services: updates", "handlers: intake line"),
        _tests("storage: inbox", "handlers: intake line"),
    ),
    "limiter": Group(
        _files(
            "domain: pace",
            "storage: pace",
            "services: pacing",
            "delivery: limiter shared_limiter pause pacing",
        ),
        _tests("delivery: limiter shared_limiter", "storage: pace"),
    ),
    "outbox": Group(
        _files(
            "domain: outbox outcomes",
            "storage: outbox",
            "services: deliveries",
            "delivery: worker recorder sender",
        ),
        _tests("domain: outbox outcomes", "storage: outbox", "delivery: worker rendering transport parts"),
    ),
}


def _is_ours(module: object) -> bool:
    file = getattr(module, "__file__", None)
    return file is not None and "site-packages" not in file and file.startswith(f"{ROOT}{os.sep}")


class Quickest:
    """Keeps hypothesis from looking for the smallest example, puts the quickest test first, and times all."""

    def __init__(self, known: dict[str, float], told: Path | None = None) -> None:
        self._known = known
        self._told = told
        self._seconds: dict[str, float] = {}

    def pytest_configure(self) -> None:
        """Before any test is read: each keeps the profile that it was read with."""
        phases = [phase for phase in hypothesis.Phase if phase.name in ("explicit", "generate")]
        hypothesis.settings.register_profile("mutants", phases=phases, database=None)
        hypothesis.settings.load_profile("mutants")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """A PostgreSQL takes two seconds to start: it is only for what SQLite let pass."""
        items.sort(key=lambda item: ("postgresql" in item.nodeid, self._known.get(item.nodeid, 0)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add what preparing, running and clearing up took."""
        self._seconds[report.nodeid] = self._seconds.get(report.nodeid, 0) + report.duration

    def pytest_sessionfinish(self) -> None:
        """Tell the process that asked."""
        if self._told:
            libraries = [name for name, module in sys.modules.items() if not _is_ours(module)]
            self._told.write_text(json.dumps([self._seconds, libraries]))


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


@dataclass
class Run:
    """A forked process under way."""

    pid: int
    ends: float

    def outcome(self) -> int | None:
        """Return its exit code, None while it runs; too late is over, whatever it does."""
        if time.monotonic() > self.ends:
            os.killpg(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            return 1
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if not pid:
            return None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)  # what it left behind
        return os.waitstatus_to_exitcode(status)


def _forked(
    tests: Sequence[str], plugin: Quickest, folder: Path, changed: Changed | None, seconds: float
) -> Run:
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return Run(pid, time.monotonic() + seconds)
    code = 1
    try:
        os.setpgid(0, 0)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        with (folder / "output").open("w") as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        if changed:
            sys.meta_path.insert(0, changed)
        # a folder of the test's own, short enough for a socket
        code = int(
            pytest.main([*tests, *OPTIONS, *AT_HAND, *STEADY, f"--basetemp={folder}/t"], plugins=[plugin])
        )
    except BaseException:  # noqa: BLE001 -- this process must not go on as if it were the first
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _unchanged(group: Group, folder: Path) -> dict[str, float]:
    """Return the seconds of each test with nothing changed, and import every library that they use."""
    told = folder / "told"
    run = _forked(group.tests, Quickest({}, told), folder / "0", None, 600)
    while (code := run.outcome()) is None:
        time.sleep(0.1)
    if code:
        sys.exit((folder / "0" / "output").read_text() + "\nThe tests fail with nothing changed.")
    seconds: dict[str, float]
    seconds, libraries = json.loads(told.read_text())
    for name in libraries:
        with contextlib.suppress(Exception):  # one that is only there in a test
            importlib.import_module(name)
    gc.freeze()  # what is at hand is not garbage: no child looks through it
    return seconds


def _survivors(
    group: Group, chosen: Sequence[mutations.Mutant], folder: Path, jobs: int
) -> Iterator[tuple[mutations.Mutant, bool]]:
    """Give each mutant and whether it survived, as they end."""
    known = _unchanged(group, folder)
    longest = 60 + 4 * sum(known.values())
    print(f"{len(known)} tests, {sum(known.values()):.0f} s; {len(chosen)} mutants")
    waiting, free = list(reversed(chosen)), list(range(1, jobs + 1))
    running: dict[int, tuple[mutations.Mutant, Run]] = {}
    while waiting or running:
        while waiting and free:
            mutant, place = waiting.pop(), free.pop()
            run = _forked(group.tests, Quickest(known), folder / str(place), Changed(mutant), longest)
            running[place] = (mutant, run)
        for place, (mutant, run) in list(running.items()):
            if (code := run.outcome()) is not None:
                del running[place]
                free.append(place)
                yield mutant, code == 0
        time.sleep(0.01)


def _try_group(name: str, given: argparse.Namespace, folder: Path) -> mutants_report.Result:
    group = GROUPS[name]
    files = [file for file in group.files if given.only in (None, file)]
    found = [mutant for file in files for mutant in mutations.of(file, (ROOT / file).read_text())]
    chosen = found
    if given.sample and given.sample < len(found):
        picked = random.Random(given.seed).sample(range(len(found)), given.sample)  # noqa: S311 -- a draw
        chosen = [found[place] for place in sorted(picked)]
    print(f"\n== {name}")
    began, survivors = time.monotonic(), []
    for mutant, survived in _survivors(group, chosen, folder, given.jobs):
        if survived:
            survivors.append(mutant)
            print(f"{mutant.file}:{mutant.line}{mutant.where}: {mutant.change}", flush=True)
    minutes = (time.monotonic() - began) / 60
    return mutants_report.Result(name, len(found), len(chosen), survivors, minutes)


def main(arguments: Sequence[str] | None = None) -> None:
    """Try the groups that are named, or all, and write what came out."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutants")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    parser.add_argument("--sample", type=int, help="so many of each group, drawn by the seed; else all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--only", metavar="FILE", help="one file of the group; writes nothing")
    given = parser.parse_args(arguments)
    if unknown := set(given.groups) - set(GROUPS):
        parser.error(f"there is no group {', '.join(unknown)}")
    os.chdir(ROOT)
    sys.dont_write_bytecode = False  # whatever the surroundings say: each process would compile all anew
    for name in given.groups or GROUPS:
        with tempfile.TemporaryDirectory(prefix="m") as made:
            result = _try_group(name, given, Path(made))
        print(result.line)
        if not given.only:
            mutants_report.write(ROOT / "docs/mutants.md", result, given.seed)


if __name__ == "__main__":
    main()
