"""The page of what survived: rewritten group by group, the reasons on it kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools import mutations

GOAL = 0.85
UNREAD = "not looked at yet"
HEAD = """# Mutants

What `make mutants` found. It changes the program in one place at a time (a bound by one, a condition left out
or forced, another operator, an effect that does not happen, an answer of None, a clause less in a query:
`tools/mutations.py`) and runs the short tests that guard that place (`tools/mutants.py`), the quickest first;
no kills, no browser, no year, no hundred thousand pairs. A change that no test notices survived: it is listed
with the reason, which is written here by hand and kept. Goal: 85 % killed in each group. Where not all were
tried, the seed says which; tests were written after looking at those, so others may score a little lower.

    make mutants                                             all of it: some hours on two cores
    make mutants MUTANTS="matching --sample 120 --seed 1"    one group, some of it
    make mutants MUTANTS="matching --again"                  what survived, after new tests

Why not a library: mutmut leaves alone every decorated function and all that is no function, and with them the
statements of matching, the table of refusals and the SQL of the shared pace; cosmic-ray starts Python anew
for each change, which takes longer than most of these tests together.

| group | killed | mutants | tried | seed |
|---|---|---|---|---|
"""
ROW = re.compile(r"^\| (\w+) \| .*\|$", re.MULTILINE)
SECTION = re.compile(r"^## (\w+)\n\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
SURVIVOR = re.compile(r"^- (.+) — (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Result:
    """What became of the mutants of one group."""

    group: str
    found: int
    tried: int
    drawn: str
    """By which seed, or "all"."""
    alive: Sequence[mutations.Mutant]

    @property
    def score(self) -> float:
        """Killed of those tried."""
        return 1 - len(self.alive) / self.tried if self.tried else 1.0

    @property
    def line(self) -> str:
        """One line for the console."""
        held = "holds" if self.score >= GOAL else "falls short"
        return f"{self.group}: {self.score:.1%} of {self.tried} killed, goal {GOAL:.0%}: {held}"


def listed(page: Path, group: str, found: Sequence[mutations.Mutant]) -> Result:
    """Return the group as it stands on the page: what survived when it was last tried."""
    rows, sections = _read(page)
    _, _, _, tried, drawn = rows[group].strip("| ").split(" | ")
    survived = {mutant for mutant, _ in SURVIVOR.findall(sections.get(group, ""))}
    alive = [mutant for mutant in found if str(mutant) in survived]
    gone = survived.difference(map(str, alive))  # the line is not there any more: no test killed it
    return Result(group, len(found), int(tried) - len(gone), drawn, alive)


def write(page: Path, result: Result) -> None:
    """Put a group's figures and survivors on the page; other groups, and reasons, stay as they are."""
    rows, sections = _read(page)
    reasons = dict(SURVIVOR.findall(sections.get(result.group, "")))
    figures = (result.group, f"{result.score:.1%}", result.found, result.tried, result.drawn)
    rows[result.group] = f"| {' | '.join(map(str, figures))} |"
    survivors = [f"- {mutant} — {reasons.get(str(mutant), UNREAD)}" for mutant in result.alive]
    sections[result.group] = "\n".join(survivors) or "None survived."
    parts = [HEAD + "\n".join(rows.values()), *(f"## {name}\n\n{text}" for name, text in sections.items())]
    page.write_text("\n\n".join(parts) + "\n")


def _read(page: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return the rows of the table and the lists of survivors, by group."""
    text = page.read_text() if page.exists() else ""
    rows = {found[1]: found[0] for found in ROW.finditer(text) if found[1] != "group"}
    return rows, {found[1]: found[2].strip() for found in SECTION.finditer(text)}
