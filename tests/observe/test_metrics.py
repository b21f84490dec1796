"""Behaviours 67 and 98: what is measured is right, in values and in Prometheus' text."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from packetflow import Capability, Context, Denied, Fault, Keyed, Kind, Shards
from packetflow.actor.route import Route
from packetflow.observe import Counter, Gauge, Histogram, Instruments
from tests.observe.watched import CALLER, Holder, Level, Refused, Tanks
from tests.routing.keeping import KeyedKeeper, Put, an_app

_LOCK = Capability(Kind("watched.Lock.open"))


def samples(text: str) -> dict[tuple[str, frozenset[str]], float]:
    """Every sample, by its name and the values of its labels."""
    return {
        (sample.name, frozenset(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_98_how_handlers_end_is_counted() -> None:
    async with Tanks() as app:
        app.observe()
        for how, error in (
            ("", None),
            ("", None),
            ("fails", Refused),
            ("denies", Denied),
            ("breaks", Fault),
        ):
            if error is None:
                await app.ask(Level(to=3, how=how), CALLER)
            else:
                with pytest.raises(error):
                    await app.ask(Level(to=4, how=how), CALLER)
        (reading,) = app.observe().readings()
        found = samples(app.metrics())
    assert reading[:1] == ("watched.Holder",)
    assert (reading.handled, reading.failed) == (2, 1)
    assert (reading.denied, reading.faulted, reading.restarts) == (1, 1, 1)
    assert reading.p50 is not None

    def count(*labels: str) -> float:
        return found["packetflow_intents_total", frozenset(labels)]

    where = ("watched.Holder", "Level")
    ended = [count(*where, how) for how in ("handled", "failed", "denied", "faulted")]
    assert ended == [2, 1, 1, 1]
    assert found["packetflow_handler_seconds_count", frozenset(where)] == 5
    assert found["packetflow_restarts_total", frozenset(where[:1])] == 1
    assert found["packetflow_mailbox_depth", frozenset(where[:1])] == 0
    assert found["packetflow_uptime_seconds", frozenset()] >= 0


async def test_98_declared_metrics_have_the_reactors_name() -> None:
    async with Tanks() as app:
        for level in (3, 40):
            await app.ask(Level(to=level), CALLER)
        with pytest.raises(Refused):
            await app.ask(Level(to=5, how="fails"), CALLER)
        found = samples(app.metrics())
    here = frozenset(("watched.Holder",))
    assert found["tries_total", here] == 3
    assert found["level", here] == 40
    assert (found["levels_sum", here], found["levels_count", here]) == (43, 2)
    assert found["levels_bucket", here | {"5.0"}] == 1
    assert found["levels_bucket", here | {"+Inf"}] == 2


async def test_a_denial_at_an_entry_is_counted_before_anything_runs() -> None:
    class Locked(Level, frozen=True):
        def missing(self, caller: Context) -> tuple[Capability, ...]:
            return () if caller.can(_LOCK) else (_LOCK,)

    class Door(Holder):
        handlers = (type(Holder.handlers[0])(Locked, Holder.on_level),)

    async with an_app(None, reactor=Door)() as app:
        for _ in range(3):
            with pytest.raises(Denied):
                await app.ask(Locked(), CALLER)
        found = samples(app.metrics())
    assert found["packetflow_denied_total", frozenset(("Locked",))] == 3
    assert (
        found[
            "packetflow_handler_seconds_count", frozenset(("watched.Holder", "Locked"))
        ]
        == 0
    )


async def test_what_is_not_observed_is_not_measured() -> None:
    def functions(app: Tanks) -> list[Callable[..., object]]:
        return [route.function for route in app.system.every_route()]

    async with Tanks() as app:
        # Nothing stands between the dispatcher and the handler.
        plain = [handler.function for handler in Holder.handlers]
        assert functions(app) == plain
        await app.ask(Level(), CALLER)
        measures = app.observe()
        assert functions(app) != plain
        assert app.observe() is measures
        await app.ask(Level(), CALLER)
        (reading,) = measures.readings()
        assert reading.handled == 1


async def test_shards_are_measured_each_and_keyed_ones_together() -> None:
    async with an_app(Shards(2, "key"))() as app:
        app.observe()
        for key in "abcdefgh":
            await app.ask(Put(key=key), CALLER)
        handled = [one.handled for one in app.observe().readings()]
        assert sum(handled) == 8
        assert all(handled)
    async with an_app(Keyed("key"), reactor=KeyedKeeper)() as app:
        app.observe()
        for key in "abcdefgh":
            await app.ask(Put(key=key), CALLER)
        found = samples(app.metrics())
    where = frozenset(("keeping.KeyedKeeper", "Put", "handled"))
    assert found["packetflow_intents_total", where] == 8


def test_every_route_is_one_of_the_dispatchers() -> None:
    for many in (None, Shards(3, "key")):
        found = an_app(many)().system.every_route()
        assert all(isinstance(one, Route) and one.pool is None for one in found)
        assert len(found) == 3 * (1 if many is None else 3)


# -- instruments ---------------------------------------------------------------------
def test_98_a_counter_only_grows() -> None:
    counter = Counter()
    counter.inc()
    counter.inc(Decimal("2.5"))
    counter.inc(0)
    assert counter.value == 3.5
    for wrong in (-1, math.nan, math.inf):
        with pytest.raises(ValueError, match=r"go back|no number"):
            counter.inc(wrong)
    assert counter.value == 3.5


def test_98_a_gauge_goes_up_and_down() -> None:
    gauge = Gauge()
    gauge.set(5)
    gauge.inc()
    gauge.dec(2.5)
    assert gauge.value == 3.5
    gauge.set(timedelta(minutes=1))
    assert gauge.value == 60


def test_the_quantile_of_nothing_is_none() -> None:
    assert Histogram().quantile(0.5) is None
    high = Histogram((1.0,))
    high.observe(2)
    assert high.quantile(0.99) == math.inf


@given(
    st.lists(st.integers(0, 200), min_size=1),
    st.sampled_from([0.01, 0.5, 0.9, 0.99, 1.0]),
)
def test_67_a_quantile_is_the_bound_above_the_exact_one(
    values: list[int], share: float
) -> None:
    bounds = tuple(float(bound) for bound in range(0, 201, 10))
    histogram = Histogram(bounds)
    for value in values:
        histogram.observe(value)
    exact = sorted(values)[math.ceil(share * len(values)) - 1]
    assert histogram.quantile(share) == min(one for one in bounds if one >= exact)
    assert (histogram.count, histogram.sum) == (len(values), sum(values))


def test_a_name_is_one_kind_of_metric() -> None:
    instruments = Instruments()
    assert instruments.counter("R", "n") is instruments.counter("R", "n")
    assert instruments.counter("R", "n") is not instruments.counter("S", "n")
    with pytest.raises(ValueError, match="two kinds"):
        instruments.gauge("R", "n")


async def test_one_name_of_two_kinds_in_two_reactors_is_two_metrics() -> None:
    async with Tanks() as app:
        app.system.instruments.counter("a", "n").inc()
        app.system.instruments.gauge("b", "n").set(7)
        app.system.instruments.gauge("b", "größe").set(8)
        found = samples(app.metrics())
    assert found["n_counter_total", frozenset("a")] == 1
    assert found["n_gauge", frozenset("b")] == 7
    assert found["gr__e", frozenset("b")] == 8
