"""How long finding a place takes, over the first list of hard inputs: python -m benchmarks.bench_places."""

import csv
import statistics
import time
from pathlib import Path

from benchmarks import harness
from domain import places
from storage import gazetteer

LIST = Path(__file__).parents[1] / "tests" / "blind" / "places_first.csv"
ROUNDS = 20


def main() -> None:
    """Print p50, p95 and the worst, in milliseconds, and the machine."""
    started = time.perf_counter()
    communes = gazetteer.load()
    loaded = time.perf_counter()
    found = places.Gazetteer(communes)
    built = time.perf_counter()
    with LIST.open(encoding="utf-8", newline="") as file:
        typed = [row["typed"] for row in csv.DictReader(file)]
    spent_ms = sorted(_spent_ms(found, text) for _ in range(ROUNDS) for text in typed)
    report = harness.report(15, "Finding a place", __doc__)
    report.add(
        harness.Figure(
            what=f"search, {len(typed)} hard inputs × {ROUNDS}: p95, ms",
            ours=f"p50 {statistics.median(spent_ms):.1f} ms, worst {spent_ms[-1]:.1f} ms",
            peer=f"read {(loaded - started) * 1000:.0f} ms, index {(built - loaded) * 1000:.0f} ms, once",
            values=[harness.percentile(spent_ms, 0.95)],
            goal=harness.at_most(25),
        )
    )
    report.publish()


def _spent_ms(found: places.Gazetteer, text: str) -> float:
    started = time.perf_counter()
    found.search(text)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
