"""Behaviours 67 and 98: what is measured is right, in values and in Prometheus' text."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from packetflow import (
    Capability,
    Context,
    Denied,
    Fault,
    Handler,
    Keyed,
    Kind,
    Mailbox,
    Metric,
    Shards,
    Turn,
    Unavailable,
    VirtualClock,
)
from packetflow.actor.route import Route
from packetflow.observe import Counter, Gauge, Histogram, Instruments
from packetflow.store import MemoryStore
from tests.durable.bank import ANN, BankApp, Deposit, Later
from tests.observe.watched import CALLER, Holder, Level, Refused, Slow, Tanks
from tests.routing.keeping import (
    GATES,
    Gate,
    Hold,
    Keeper,
    Kept,
    KeyedKeeper,
    Put,
    an_app,
)

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


async def test_reactors_of_keys_are_one_however_many_there_are() -> None:
    class Counting(KeyedKeeper):
        def on_put(self, turn: Turn[Kept], intent: Put) -> int:
            turn.counter("puts").inc()
            return int(KeyedKeeper.handlers[0].function(self, turn, intent))

        metrics = (Metric("puts", "counter"),)
        handlers = (Handler(Put, on_put),)

    clock = VirtualClock()
    app_type = an_app(Keyed("key", idle=10.0), reactor=Counting)
    async with app_type(clock=clock) as app:
        app.observe()
        sizes: list[int] = []
        for some in ("a", "bcdefgh"):
            for key in some:
                await app.ask(Put(key=key), CALLER)
            sizes.append(len(samples(app.metrics())))
        with pytest.raises(Fault):
            await app.ask(Put(key="a", breaks=True), CALLER)
        (before,) = app.observe().readings()
        await clock.advance(timedelta(seconds=25))
        (after,) = app.observe().readings()
        found = samples(app.metrics())
    assert sizes[0] == sizes[1]
    where = ("keeping.KeyedKeeper", "Put", "handled")
    assert found["packetflow_intents_total", frozenset(where)] == 8
    here = frozenset(where[:1])
    assert found["puts_total", here] == 9
    # None runs any longer, and no counter goes back.
    assert (before.running, after.running) == (8, 0)
    assert before.restarts == after.restarts == 1
    assert found["packetflow_restarts_total", here] == 1


async def test_time_in_the_queue_is_measured_of_those_that_waited() -> None:
    GATES.append(Gate())
    async with an_app(None)() as app:
        app.observe()
        await app.ask(Put(key="a"), CALLER)
        holding = asyncio.create_task(app.ask(Hold(key="a"), CALLER))
        await asyncio.sleep(0)
        waiting = [asyncio.create_task(app.ask(Put(key="b"), CALLER)) for _ in range(3)]
        await asyncio.sleep(0)
        (reading,) = app.observe().readings()
        assert reading.depth == 3
        GATES[-1].open.set()
        await asyncio.gather(holding, *waiting)
        found = samples(app.metrics())
        (reading,) = app.observe().readings()
    where = frozenset(("keeping.Keeper", "Put"))
    assert found["packetflow_mailbox_wait_seconds_count", where] == 3
    assert found["packetflow_handler_seconds_count", where] == 4
    assert found["packetflow_mailbox_wait_seconds_sum", where] > 0
    assert reading.waited is not None


@pytest.mark.parametrize("before", [0, 8, 300])
async def test_a_busy_reactor_can_be_observed(before: int) -> None:
    GATES.append(Gate())
    roomy = type("Roomy", (Keeper,), {"mailbox": Mailbox(1_000)})
    async with an_app(None, reactor=roomy)() as app:
        holding = asyncio.create_task(app.ask(Hold(key="a"), CALLER))
        await asyncio.sleep(0)

        def ask(count: int) -> list[asyncio.Task[int]]:
            return [
                asyncio.create_task(app.ask(Put(key="b"), CALLER)) for _ in range(count)
            ]

        answers = ask(before)
        await asyncio.sleep(0)
        app.observe()
        answers += ask(10)
        await asyncio.sleep(0)
        GATES[-1].open.set()
        await asyncio.wait_for(holding, 10)
        assert [await one for one in answers] == list(range(1, before + 11))
        # Some may go by before it is noticed, and none after that.
        found = app.observe().by_route["keeping.Keeper", "Put"]
        seen = found.waited.count
        assert seen >= before + 10 - 128
        GATES.append(Gate())
        holding = asyncio.create_task(app.ask(Hold(key="a"), CALLER))
        await asyncio.sleep(0)
        more = ask(7)
        await asyncio.sleep(0)
        GATES[-1].open.set()
        await asyncio.gather(holding, *more)
        assert found.waited.count == seen + 7


async def test_a_handler_that_is_broken_off_is_counted_as_such() -> None:
    async with Tanks() as app:
        app.observe()
        asked = asyncio.create_task(app.ask(Slow(), CALLER))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        app.system.cell(Holder).restart(fresh=False)
        with pytest.raises(Unavailable):
            await asked
        (reading,) = app.observe().readings()
    assert (reading.cancelled, reading.handled, reading.faulted) == (1, 0, 0)


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


async def test_no_two_metrics_write_one_sample() -> None:
    async with Tanks() as app:
        made = app.system.instruments
        odd = 'we"ird\\na\nme'
        for name in ("größe", "gr__e", "y", "y_total", "packetflow_uptime_seconds"):
            made.counter(odd, name).inc()
        made.histogram(odd, "a").observe(1)
        for name in ("a_sum", "a_count", "9lives", "le", "x_created", "class"):
            made.gauge(odd, name).set(1)
        made.counter(odd, "x").inc()
        text = app.metrics()
    families = list(text_string_to_metric_families(text))
    names = [family.name for family in families]
    assert len(names) == len(set(names))
    lines = [line.rpartition(" ")[0] for line in text.splitlines() if line[0] != "#"]
    assert len(lines) == len(set(lines))
    odd_ones = [
        one
        for family in families
        for one in family.samples
        if odd in one.labels.values()
    ]
    assert {one.labels["reactor"] for one in odd_ones} == {odd}
    # The runtime's own keeps its name and has no reactor.
    (uptime,) = [one for one in families if one.name == "packetflow_uptime_seconds"]
    assert [one.labels for one in uptime.samples] == [{}]


async def test_what_is_declared_is_there_from_the_start() -> None:
    clock = VirtualClock()
    async with Tanks(clock=clock) as app:
        found = samples(app.metrics())
        here = frozenset(("watched.Holder",))
        assert found["tries_total", here] == found["levels_count", here] == 0
        high = frozenset(("watched.Holder", "High", "warning"))
        assert found["packetflow_alert", high] == 0
        await app.ask(Level(to=11), CALLER)
        await clock.advance(timedelta(seconds=40))
        assert samples(app.metrics())["packetflow_alert", high] == 1


async def test_durable_reactors_show_their_journal() -> None:
    async with BankApp(store=MemoryStore()) as app:
        await app.ask(Deposit("a", 1), ANN)
        app.observe()
        for _ in range(3):
            await app.ask(Deposit("a", 1), ANN)
        await app.ask(Later("never", timedelta(days=1)), ANN)
        found = samples(app.metrics())
        (bank,) = [one for one in app.observe().kept() if one.reactor == "bank.Bank"]
    here = frozenset(("bank.Bank",))
    assert found["packetflow_commit_seconds_count", here] >= 4
    assert found["packetflow_journal_lines_since_snapshot", here] >= 5
    assert found["packetflow_outbox_entries", here] >= 1
    assert bank.last is not None
    assert bank.last > 0


async def test_one_name_of_two_kinds_in_two_reactors_is_two_metrics() -> None:
    async with Tanks() as app:
        app.system.instruments.counter("a", "n").inc()
        app.system.instruments.gauge("b", "n").set(7)
        app.system.instruments.gauge("b", "größe").set(8)
        found = samples(app.metrics())
    assert found["n_counter_total", frozenset("a")] == 1
    assert found["n_gauge", frozenset("b")] == 7
    assert found["gr__e", frozenset("b")] == 8
