"""How long finding a place takes, over the first list of hard inputs: python -m benchmarks.bench_places."""

import csv
import platform
import statistics
import time
from pathlib import Path

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
    p50, p95 = statistics.median(spent_ms), spent_ms[int(len(spent_ms) * 0.95)]
    print(f"{platform.machine()}, Python {platform.python_version()}, {len(typed)} inputs × {ROUNDS}")
    print(f"load {(loaded - started) * 1000:.0f} ms, build {(built - loaded) * 1000:.0f} ms")
    print(f"search: p50 {p50:.1f} ms, p95 {p95:.1f} ms, worst {spent_ms[-1]:.1f} ms (goal: p95 under 25)")


def _spent_ms(found: places.Gazetteer, text: str) -> float:
    started = time.perf_counter()
    found.search(text)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
