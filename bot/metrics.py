"""What `/metrics` shows: counters that the edges raise, and figures read when somebody looks."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, ProcessCollector, exposition
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

PREFIX = "rdv_"

COUNTERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "updates": ("Updates from Telegram that were handled", ()),
    "updates_set_aside": ("Updates that could not be read or handled", ()),
    "answers_failed": ("Answers to people that Telegram did not take", ()),
    "telegram_calls": ("Calls to the Bot API", ("method", "outcome")),
    "deliveries": ("Messages sent unasked, by what became of them", ("kind", "result")),
    "webhook_calls": ("Calls to the webhook", ("answer",)),
}
"""Every name that an edge may count, with its labels."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A value as it is now, under its whole name."""

    name: str
    help: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


class Metrics:
    """The registry of this process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._counters = {
            name: Counter(PREFIX + name, help_text, labels, registry=self._registry)
            for name, (help_text, labels) in COUNTERS.items()
        }
        ProcessCollector(registry=self._registry)

    def count(self, name: str, labels: Mapping[str, str]) -> None:
        """Count one of this name with these labels."""
        counter = self._counters[name]
        (counter.labels(**labels) if labels else counter).inc()

    def count_one(self, name: str) -> None:
        """Count one of this name, which has no labels."""
        self._counters[name].inc()

    def render(self, figures: Iterable[Figure] = ()) -> tuple[bytes, str]:
        """Return the page and its content type: the counters, and these figures beside them."""
        now = CollectorRegistry()
        now.register(_Figures(tuple(figures)))
        body = exposition.generate_latest(self._registry) + exposition.generate_latest(now)
        return body, exposition.CONTENT_TYPE_PLAIN_0_0_4


class _Figures(Collector):
    """Figures of one name make one family."""

    def __init__(self, figures: tuple[Figure, ...]) -> None:
        self._figures = figures

    def collect(self) -> Iterator[GaugeMetricFamily]:
        families: dict[str, GaugeMetricFamily] = {}
        for figure in self._figures:
            names = list(figure.labels)
            family = families.setdefault(
                figure.name, GaugeMetricFamily(figure.name, figure.help, labels=names)
            )
            family.add_metric([figure.labels[name] for name in names], figure.value)
        yield from families.values()
