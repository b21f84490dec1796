"""Everything that is measured, in the text format of Prometheus."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from packetflow.observe.declared import MetricKind
from packetflow.observe.instruments import Counter, Gauge, Histogram, Instrument
from packetflow.observe.naming import names

if TYPE_CHECKING:
    from packetflow.actor.system import System
    from packetflow.observe.measures import Measures
    from packetflow.observe.monitor import Monitor

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_KINDS: Final[dict[type[Instrument], MetricKind]] = {
    Counter: "counter",
    Gauge: "gauge",
    Histogram: "histogram",
}
_FAMILIES: Final[dict[MetricKind, Any]] = {
    "counter": CounterMetricFamily,
    "gauge": GaugeMetricFamily,
    "histogram": HistogramMetricFamily,
}
_OUTCOMES: Final = ("handled", "failed", "denied", "faulted", "cancelled")


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
        waited = HistogramMetricFamily(
            "packetflow_mailbox_wait_seconds",
            "Seconds in the mailbox, of those that had to wait",
            labels=labels,
        )
        for key, measure in self._measures.by_route.items():
            for outcome in _OUTCOMES:
                ended.add_metric([*key, outcome], getattr(measure, outcome))
            latency.add_metric(list(key), *_buckets(measure.latency))
            waited.add_metric(list(key), *_buckets(measure.waited))
        yield ended
        yield latency
        yield waited
        depth = GaugeMetricFamily(
            "packetflow_mailbox_depth", "Messages that wait", labels=["reactor"]
        )
        restarts = CounterMetricFamily(
            "packetflow_restarts", "Restarts after faults", labels=["reactor"]
        )
        running = GaugeMetricFamily(
            "packetflow_reactors", "Reactors that run", labels=["reactor"]
        )
        for one in self._measures.readings():
            depth.add_metric([one.reactor], one.depth)
            restarts.add_metric([one.reactor], one.restarts)
            running.add_metric([one.reactor], one.running)
        yield depth
        yield running
        yield restarts
        yield from self._kept()

    def _kept(self) -> Iterator[Metric]:
        labels = ["reactor"]
        since = GaugeMetricFamily(
            "packetflow_journal_lines_since_snapshot",
            "Lines that a recovery reads besides the snapshot",
            labels=labels,
        )
        outbox = GaugeMetricFamily(
            "packetflow_outbox_entries", "Sent and not known to be done", labels=labels
        )
        commit = HistogramMetricFamily(
            "packetflow_commit_seconds",
            "Seconds until what a reactor wrote was durable",
            labels=labels,
        )
        for one in self._measures.kept():
            since.add_metric([one.reactor], one.since_snapshot)
            outbox.add_metric([one.reactor], one.outbox)
            commit.add_metric([one.reactor], *_buckets(one.commits))
        yield since
        yield outbox
        yield commit

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
        made = self._system.instruments.every(
            (cell.family, metric.name, metric.kind)
            for cell in self._system.cells
            for metric in cell.reactor_type.metrics
        )
        kinds = {(name, _KINDS[type(one)]) for (_, name), one in made.items()}
        written = names(kinds)
        families: dict[str, Any] = {}
        for (reactor, name), one in made.items():
            kind = _KINDS[type(one)]
            as_ = written[name, kind]
            if as_ not in families:
                families[as_] = _FAMILIES[kind](
                    as_, f"{name}, declared by reactors", labels=["reactor"]
                )
            if isinstance(one, Histogram):
                families[as_].add_metric([reactor], *_buckets(one))
            else:
                families[as_].add_metric([reactor], one.value)
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
            "1 while the alert is raised, else 0",
            labels=["reactor", "alert", "severity"],
        )
        for reactor, alert, raised in monitor.watched:
            alerts.add_metric([reactor, alert.name, alert.severity], float(raised))
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
