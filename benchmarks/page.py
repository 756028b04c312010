"""docs/performance.md and its plot, written from the figures of the last runs."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

HEAD = """# Performance

What `make bench` found, each figure beside its peer or physical limit, measured in the same run. This page
and its plot are written by the command; each benchmark runs alone (`python -m benchmarks.bench_…`), and
some take `--full` for the whole size of their goal. A value is the middle of its rounds, its spread the
least and the greatest of them. The program measured is the real one, with its own pragmas and isolation: a
commit is on the disk when it returns.

![How much of each goal is reached](performance.svg)
"""
WIDTH, LABEL, LINE = 1080, 520, 22
HOLDS, SHORT = "#2e7d4f", "#c0504d"
LINES = ("#1f5fa8", "#c0504d", "#7a5195", "#2e7d4f", "#b8860b")
DASHES = ("", ' stroke-dasharray="6 3"', ' stroke-dasharray="2 3"')


def line(row: Mapping[str, Any]) -> str:
    """Return a figure in one line of text."""
    goal = f" (goal {row['goal']}: {verdict(row)})" if row["goal"] else ""
    return f"{row['what']}: {row['ours']} | {row['peer']} → {value(row)}{goal}"


def value(row: Mapping[str, Any]) -> str:
    """Return the value with its spread."""
    low, high = row["spread"]
    return number(row["value"]) + (f" ({number(low)}–{number(high)})" if low != high else "")


def number(one: float) -> str:
    """Return three digits that count."""
    if one == 0 or one >= 1000:
        return f"{one:,.0f}"
    return f"{one:.{max(0, 2 - math.floor(math.log10(abs(one))))}f}"


def verdict(row: Mapping[str, Any]) -> str:
    """Say whether the goal holds."""
    return "holds" if row["share"] >= 1 else "falls short"


def write(data: Mapping[str, Any], folder: Path) -> None:
    """Write the page and its plot."""
    runs = sorted(data.items(), key=lambda item: (item[1]["row"], item[0]))
    parts = [HEAD, *(_section(title, run) for title, run in runs)]
    (folder / "performance.md").write_text("\n".join(parts), encoding="utf-8")
    (folder / "performance.svg").write_text(_plot(runs), encoding="utf-8")


def _section(title: str, run: Mapping[str, Any]) -> str:
    rows = [
        f"| {row['what']} | {row['ours']} | {row['peer']} | {value(row)} | {row['goal']} | "
        f"{verdict(row) if row['goal'] else ''} |"
        for row in run["figures"]
    ]
    return "\n".join(
        [
            f"## {run['row']}. {title}\n",
            run["method"],
            "\n| what | ours | peer or limit | value (spread) | goal | |\n|---|---|---|---|---|---|",
            *rows,
            f"\n{run['day']}; {run['machine']}; {run['clock']}; load average {run['load']}.\n",
        ]
    )


def _plot(runs: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """Draw one bar a goal, on a logarithmic scale where 1 is the goal; and the growth with the alerts."""
    bars = [
        (f"{run['row']}{_other(title)}", row)
        for title, run in runs
        for row in run["figures"]
        if row["share"] is not None
    ]
    curves = {name: points for _, run in runs for name, points in run["curves"].items()}
    bottom = 60 + LINE * len(bars)
    height = bottom + (360 if curves else 20)
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif">',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        _text(20, 24, "How much of each goal is reached (logarithmic; right of the line it holds)", 14),
        *(_bar(place, row, shown) for place, (row, shown) in enumerate(bars)),
        f'<path d="M{_x(1):.0f} 40V{bottom}" stroke="black"/>',
    ]
    if curves:
        drawn.append(_growth(curves, bottom + 30))
    return "\n".join([*drawn, "</svg>\n"])


def _x(share: float) -> float:
    """Place a share of a goal between 0.1 and 30 on the width."""
    part = (math.log10(min(max(share, 0.1), 30)) + 1) / (math.log10(30) + 1)
    return LABEL + part * (WIDTH - LABEL - 130)


def _other(title: str) -> str:
    """Say on which database, where it is not the usual one."""
    _, on, database = title.rpartition(", on ")
    return f", {database}" if on else ""


def _bar(place: int, row: str, shown: Mapping[str, Any]) -> str:
    top = 44 + LINE * place
    left, right = sorted((_x(1), _x(shown["share"])))
    colour = HOLDS if shown["share"] >= 1 else SHORT
    what = f"{row}. {shown['what']}"
    return (
        _text(20, top + 12, what if len(what) < 82 else what[:80] + "…")
        + f'<rect x="{left:.0f}" y="{top}" width="{max(2, right - left):.0f}" height="15" fill="{colour}"/>'
        + _text(right + 6, top + 12, f"{number(shown['value'])}, goal {shown['goal']}")
    )


def _growth(curves: Mapping[str, Sequence[Sequence[float]]], top: float) -> str:
    """Draw milliseconds an event over the number of alerts, both logarithmic."""
    points = [point for line in curves.values() for point in line]
    xs, ys = _decades([x for x, _ in points]), _decades([y for _, y in points])
    left, right, bottom = 90, 640, top + 290

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            left + (math.log10(x) - xs[0]) / (xs[1] - xs[0]) * (right - left),
            bottom - (math.log10(y) - ys[0]) / (ys[1] - ys[0]) * (bottom - top - 20),
        )

    drawn = [
        _text(
            20, top, "One event on site against all alerts: mean milliseconds over the number of alerts", 14
        )
    ]
    for power in range(xs[0], xs[1] + 1):
        x, _ = at(10**power, 10 ** ys[0])
        drawn.append(
            f'<path d="M{x:.0f} {top + 20}V{bottom}" stroke="#ddd"/>'
            + _text(x - 20, bottom + 16, f"{10**power:,}")
        )
    for power in range(ys[0], ys[1] + 1):
        _, y = at(10 ** xs[0], 10**power)
        drawn.append(
            f'<path d="M{left} {y:.0f}H{right}" stroke="#ddd"/>' + _text(20, y + 4, f"{10.0**power:,g} ms")
        )
    for place, (name, line) in enumerate(curves.items()):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in line))
        colour, dash = LINES[place % len(LINES)], DASHES[place // len(LINES) % len(DASHES)]
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        drawn.append(
            f'<path d="M{right + 20} {top + 36 + 20 * place}h24" stroke="{colour}" stroke-width="4"{dash}/>'
        )
        drawn.append(_text(right + 50, top + 41 + 20 * place, name))
    return "\n".join(drawn)


def _decades(values: Sequence[float]) -> tuple[int, int]:
    return math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))


def _text(x: float, y: float, told: str, size: int = 12) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}">{escape(told)}</text>'
