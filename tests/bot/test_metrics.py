"""The metrics page: counters from their first second on, figures as they are now."""

import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import COUNTERS, Figure, Metrics

ROOT = Path(__file__).parents[2]


def samples(metrics: Metrics, *figures: Figure) -> dict[tuple[str, str], float]:
    body, content_type = metrics.render(figures)
    assert content_type.startswith("text/plain")
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }


def test_counters_start_at_nothing_and_count():
    metrics = Metrics()
    assert samples(metrics)["rdv_updates_total", ""] == 0
    metrics.count_one("updates")
    metrics.count("deliveries", {"kind": "alert", "result": "Accepted"})
    metrics.count("deliveries", {"kind": "alert", "result": "Accepted"})
    metrics.count("updates", {})
    found = samples(metrics)
    assert found["rdv_updates_total", ""] == 2
    assert found["rdv_deliveries_total", "alert,Accepted"] == 2


def test_figures_of_one_name_make_one_family():
    found = samples(
        Metrics(),
        Figure("rdv_waiting", "Waiting", 3, {"queue": "outbox"}),
        Figure("rdv_waiting", "Waiting", 4, {"queue": "inbox"}),
        Figure("rdv_sources", "Sources", 1),
    )
    assert found["rdv_waiting", "outbox"] == 3
    assert found["rdv_waiting", "inbox"] == 4
    assert found["rdv_sources", ""] == 1


def test_two_programs_in_one_process_count_apart():
    one, other = Metrics(), Metrics()
    one.count_one("updates")
    assert samples(other)["rdv_updates_total", ""] == 0


def test_a_name_that_nobody_declared_is_a_fault():
    with pytest.raises(KeyError):
        Metrics().count_one("nonsense")


def test_every_name_that_an_edge_counts_is_declared_and_every_declared_one_is_counted():
    counted = {
        name
        for room in ("handlers", "delivery", "web")
        for path in (ROOT / room).rglob("*.py")
        for name in re.findall(r"count\(\s*\"([a-z_]+)\"", path.read_text(encoding="utf-8"))
    }
    assert counted == set(COUNTERS)
