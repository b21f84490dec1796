"""Everything that is measured, in the text format of Prometheus."""

from __future__ import annotations

import re
from collections import Counter as Tally
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from packetflow.observe.instruments import Counter, Gauge, Histogram

if TYPE_CHECKING:
    from packetflow.actor.system import System
    from packetflow.observe.measures import Measures
    from packetflow.observe.monitor import Monitor

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_FAMILIES: Final[dict[type, Any]] = {
    Counter: CounterMetricFamily,
    Gauge: GaugeMetricFamily,
    Histogram: HistogramMetricFamily,
}
_OUTCOMES: Final = ("handled", "failed", "denied", "faulted")


@final
class Collector:
    """Reads an app when it is asked to; until then nothing is made."""

    def __init__(
        self, system: System, measures: Measures, monitor: Monitor | None
    ) -> None:
        self._system = system
        self._measures = measures
        self._monitor = monitor

    def text(self) -> str:
        """All metrics as they are now."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return generate_latest(registry).decode()

    def collect(self) -> Iterator[Metric]:
        """Each family of metrics."""
        yield from self._of_reactors()
        yield from self._of_system()
        yield from self._declared()
        if self._monitor is not None:
            yield from self._watched(self._monitor)

    def _of_reactors(self) -> Iterator[Metric]:
        labels = ["reactor", "intent"]
        ended = CounterMetricFamily(
            "packetflow_intents",
            "Intents that reactors have ended, by outcome",
            labels=[*labels, "outcome"],
        )
        latency = HistogramMetricFamily(
            "packetflow_handler_seconds", "Seconds in the handler", labels=labels
        )
        for key, measure in self._measures.by_route.items():
            for outcome in _OUTCOMES:
                ended.add_metric([*key, outcome], getattr(measure, outcome))
            latency.add_metric(list(key), *_buckets(measure.latency))
        yield ended
        yield latency
        depth = GaugeMetricFamily(
            "packetflow_mailbox_depth", "Messages that wait", labels=["reactor"]
        )
        restarts = CounterMetricFamily(
            "packetflow_restarts", "Restarts after faults", labels=["reactor"]
        )
        for cell in self._system.cells:
            depth.add_metric([cell.name], cell.depth)
            restarts.add_metric([cell.name], cell.restarts)
        yield depth
        yield restarts

    def _of_system(self) -> Iterator[Metric]:
        uptime = GaugeMetricFamily(
            "packetflow_uptime_seconds", "Seconds since the start"
        )
        uptime.add_metric([], self._measures.uptime)
        yield uptime
        refused = CounterMetricFamily(
            "packetflow_denied", "Callers denied at an entry", labels=["intent"]
        )
        for intent, count in self._system.denials.items():
            refused.add_metric([intent], count)
        yield refused
        troubles = CounterMetricFamily(
            "packetflow_troubles", "What nobody waits to hear of", labels=["kind"]
        )
        stats = self._system.stats
        for name in stats.__slots__:
            troubles.add_metric([name], getattr(stats, name))
        yield troubles

    def _declared(self) -> Iterator[Metric]:
        made = self._system.instruments.made
        # Two kinds of one name would be one metric: told apart by the kind.
        kinds = {(_safe(name), type(one)) for (_, name), one in made.items()}
        names = Tally(name for name, _ in kinds)
        families: dict[str, Any] = {}
        for (reactor, name), one in made.items():
            written = _safe(name)
            if names[written] > 1:
                written = f"{written}_{type(one).__name__.lower()}"
            if written not in families:
                families[written] = _FAMILIES[type(one)](
                    written, f"{name}, declared by reactors", labels=["reactor"]
                )
            if isinstance(one, Histogram):
                families[written].add_metric([reactor], *_buckets(one))
            else:
                families[written].add_metric([reactor], one.value)
        yield from families.values()

    def _watched(self, monitor: Monitor) -> Iterator[Metric]:
        healthy = GaugeMetricFamily(
            "packetflow_healthy", "1 if all its checks hold", labels=["reactor"]
        )
        for one in monitor.conditions:
            healthy.add_metric([one.reactor], float(one.healthy))
        yield healthy
        alerts = GaugeMetricFamily(
            "packetflow_alert",
            "1 while the alert is raised",
            labels=["reactor", "alert", "severity"],
        )
        for alert in monitor.alerts:
            alerts.add_metric([alert.reactor, alert.name, alert.severity], 1.0)
        yield alerts


def _buckets(histogram: Histogram) -> tuple[list[tuple[str, float]], float]:
    """Cumulative counts by upper bound, and the sum."""
    found: list[tuple[str, float]] = []
    total = 0
    for bound, count in zip(histogram.bounds, histogram.counts, strict=False):
        total += count
        found.append((repr(bound), float(total)))
    found.append(("+Inf", float(histogram.count)))
    return found, histogram.sum


def _safe(name: str) -> str:
    """A name as Prometheus takes it; names in a program may have other letters."""
    made = re.sub(r"[^a-zA-Z0-9_]", "_", name)
    return f"_{made}" if made[:1].isdigit() else made
