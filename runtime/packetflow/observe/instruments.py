"""Counters, gauges and histograms: plain numbers, without a library and a lock."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Final, TypeAlias, TypeVar, final

from packetflow.observe.declared import MetricKind

Number: TypeAlias = int | float | Decimal | timedelta

# Upper bounds, as Prometheus' clients have them; in seconds, where it is a time.
BOUNDS: Final = (
    *(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
    *(30.0, 60.0, 300.0, 1_000.0, 10_000.0, 100_000.0, 1_000_000.0),
)
# Handlers mostly take microseconds.
LATENCIES: Final = (
    *(0.000_01, 0.000_05, 0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05),
    *(0.1, 0.5, 1.0, 5.0, 10.0, 60.0),
)


I = TypeVar("I", "Counter", "Gauge", "Histogram")  # noqa: E741 - an instrument


def number(value: Number) -> float:
    """A value as a float, a length of time in seconds; raises ValueError for none."""
    made = value.total_seconds() if isinstance(value, timedelta) else float(value)
    if not math.isfinite(made):
        raise ValueError(f"{value} is no number to count with")
    return made


@final
class Counter:
    """Something that only grows."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0.0

    def inc(self, by: Number = 1) -> None:
        """Count so many more; raises ValueError below zero."""
        more = number(by)
        if more < 0:
            raise ValueError(f"a counter does not go back: {by}")
        self.value += more


@final
class Gauge:
    """Something that goes up and down."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0.0

    def set(self, to: Number) -> None:
        """It is this much now."""
        self.value = number(to)

    def inc(self, by: Number = 1) -> None:
        """So much more than before."""
        self.value += number(by)

    def dec(self, by: Number = 1) -> None:
        """So much less than before."""
        self.value -= number(by)


@final
class Histogram:
    """How values are spread: how many were at most each bound, and their sum."""

    __slots__ = ("bounds", "counts", "sum")

    def __init__(self, bounds: tuple[float, ...] = BOUNDS) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def observe(self, value: Number) -> None:
        """One more value."""
        made = number(value)
        self.counts[bisect_left(self.bounds, made)] += 1
        self.sum += made

    @property
    def count(self) -> int:
        """How many values there were."""
        return sum(self.counts)

    def quantile(self, share: float) -> float | None:
        """The smallest bound that so large a share of the values does not pass.

        None without values; infinite if it is above the last bound.
        """
        total = self.count
        if not total:
            return None
        seen = 0
        for bound, count in zip((*self.bounds, math.inf), self.counts, strict=True):
            seen += count
            if seen >= share * total:
                return bound
        return math.inf


Instrument: TypeAlias = Counter | Gauge | Histogram


class Instruments:
    """The metrics that reactors declare, each made when it is first used."""

    def __init__(self) -> None:
        self.made: dict[tuple[str, str], Instrument] = {}

    def every(
        self, declared: Iterable[tuple[str, str, MetricKind]]
    ) -> dict[tuple[str, str], Instrument]:
        """All of them, those that are declared and were not used yet at zero."""
        for reactor, name, kind in declared:
            if (reactor, name) not in self.made:
                self.made[reactor, name] = instrument(kind)
        return self.made

    def counter(self, reactor: str, name: str) -> Counter:
        """A reactor's counter."""
        found = self.made.get((reactor, name))
        return (
            found if isinstance(found, Counter) else self._new(reactor, name, Counter())
        )

    def gauge(self, reactor: str, name: str) -> Gauge:
        """A reactor's gauge."""
        found = self.made.get((reactor, name))
        return found if isinstance(found, Gauge) else self._new(reactor, name, Gauge())

    def histogram(self, reactor: str, name: str) -> Histogram:
        """A reactor's histogram."""
        found = self.made.get((reactor, name))
        if isinstance(found, Histogram):
            return found
        return self._new(reactor, name, Histogram())

    def _new(self, reactor: str, name: str, made: I) -> I:
        if (reactor, name) in self.made:
            raise ValueError(f"{reactor} uses {name} as two kinds of metric")
        self.made[reactor, name] = made
        return made


def instrument(kind: MetricKind) -> Instrument:
    """A new one, at zero."""
    if kind == "counter":
        return Counter()
    return Gauge() if kind == "gauge" else Histogram()
