"""Spans are parented across mailboxes, sends, delays, shards and journals."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased
from opentelemetry.trace import NoOpTracer, StatusCode
from opentelemetry.util._once import Once

from packetflow import Denied, Handler, Kind, Shards, VirtualClock
from packetflow.observe.spans import Spans
from packetflow.store import MemoryStore
from tests.durable.bank import (
    ANN,
    Bank,
    BankApp,
    Deposit,
    Later,
    Note,
    Pages,
    Poor,
    Who,
    Withdraw,
)
from tests.durable.stores import Dying
from tests.observe.test_spans_and_logs import CALLER, Both, Kept, Outer, parent
from tests.routing.keeping import Clear, Keeper, Put, an_app


def ids(spans: list[ReadableSpan]) -> set[int]:
    return {one.context.span_id for one in spans}


# Whose grants end is another one at each entry.
_FOR_A_TIME = Who(
    name="ann",
    capabilities=(Kind("bank.Desk.look")().until(datetime(9000, 1, 1, tzinfo=UTC)),),
)


@pytest.mark.parametrize("caller", [ANN, _FOR_A_TIME])
async def test_a_delayed_send_belongs_to_its_sender(caller: Who) -> None:
    kept = Kept()
    clock = VirtualClock()
    async with BankApp(store=MemoryStore(), clock=clock) as app:
        Spans(app, kept.tracer)
        await app.ask(Later("soon", timedelta(seconds=5)), caller)
        assert kept.named("Note") == []
        await clock.advance(timedelta(seconds=6))
        await app.ask(Pages(), ANN)
    (later,) = kept.named("Later")
    (note,) = kept.named("Note")
    assert parent(note) == later.context.span_id
    assert note.context.trace_id == later.context.trace_id


async def test_what_a_journal_redelivers_belongs_to_its_sender() -> None:
    kept = Kept()
    store = Dying(MemoryStore())
    async with BankApp(store=store) as app:
        Spans(app, kept.tracer)
        store.allow(1)  # the bank's line, but not the book's
        await app.ask(Deposit("a", 5), ANN)
    (sender,) = kept.named("Deposit")
    kept.exporter.clear()
    again = BankApp(store=store.alive())
    Spans(again, kept.tracer)
    async with again:
        await again.ask(Pages(), ANN)
    (note,) = kept.named("Note")
    assert parent(note) == sender.context.span_id
    assert note.context.trace_id == sender.context.trace_id
    assert note.parent is not None
    assert note.parent.is_remote


async def test_without_spans_a_journal_keeps_nothing_of_them() -> None:
    store = Dying(MemoryStore())
    async with BankApp(store=store) as app:
        store.allow(1)
        await app.ask(Deposit("a", 5), ANN)
        lines = store.alive().read(app.system.cell(Bank).writer.log, after=0)
    assert lines
    assert all(b"origin" not in line.body for line in lines)


async def test_each_shard_of_a_broadcast_belongs_to_the_entry() -> None:
    kept = Kept()
    async with an_app(Shards(3, "key"), reactor=Keeper)() as app:
        Spans(app, kept.tracer)
        # All at once: some have to wait in mailboxes.
        await asyncio.gather(
            *(app.ask(Put(key=key), CALLER) for key in "abcdef"),
            app.ask(Clear(), CALLER),
        )
    (entry,) = kept.named("ask Clear")
    cleared = kept.named("Clear")
    assert len(cleared) == 3
    assert {parent(one) for one in cleared} == {entry.context.span_id}


async def test_a_denied_entry_leaves_nothing_to_the_next() -> None:
    class Closed(Note, frozen=True):
        pass

    class Door(Bank):
        handlers = (Handler(Closed, lambda *_: None),)
        journal = None

    kept = Kept()
    intent = Closed("the same object twice")
    async with an_app(None, reactor=Door)() as app:
        Spans(app, kept.tracer)
        with pytest.raises(Denied):
            await app.ask(intent, CALLER)
        await app.ask(intent, ANN)
    denied, allowed = kept.named("ask Closed")
    (handled,) = kept.named("Closed")
    assert parent(handled) == allowed.context.span_id
    assert denied.attributes is not None
    assert denied.attributes["packetflow.outcome"] == "refused"


async def test_a_declared_failure_is_no_error_of_the_server() -> None:
    kept = Kept()
    async with BankApp(store=MemoryStore()) as app:
        Spans(app, kept.tracer)
        with pytest.raises(Poor):
            await app.ask(Withdraw("a", 5), ANN)
    for name in ("ask Withdraw", "Withdraw"):
        (span,) = kept.named(name)
        assert span.status.status_code is StatusCode.UNSET
        assert span.attributes is not None
        assert span.attributes["error.type"] == "Poor"


async def test_what_is_not_sampled_at_the_entry_is_not_below_it() -> None:
    asked: list[str] = []

    class Asked(type(ALWAYS_OFF)):  # type: ignore[misc]  # the SDK names no class
        def should_sample(self, parent_context, trace_id, name, *others, **more):  # type: ignore[no-untyped-def]
            asked.append(name)
            return super().should_sample(
                parent_context, trace_id, name, *others, **more
            )

    exporter = InMemorySpanExporter()
    provider = TracerProvider(
        sampler=ParentBased(Asked(ALWAYS_OFF.should_sample(None, 0, "").decision))
    )
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("tests")
    inner: list[bool] = []
    async with Both() as app:
        (route,) = (one for one in app.system.every_route() if one.name == "Inner")
        function = route.function

        def looking(*given: object) -> object:
            inner.append(trace.get_current_span().get_span_context().is_valid)
            return function(*given)

        route.function = looking
        Spans(app, tracer)
        await app.ask(Outer(), CALLER)
    assert asked == ["ask Outer"]
    assert exporter.get_finished_spans() == ()
    # Whoever makes spans inside has to know it: asked at once, and from the mailbox.
    assert inner == [True, True]


@pytest.fixture
def _no_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", None)
    monkeypatch.setattr(trace, "_TRACER_PROVIDER_SET_ONCE", Once())


@pytest.mark.usefixtures("_no_provider")
async def test_without_an_sdk_nothing_stands_around_a_handler(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("packetflow.observe.spans._LOOKS", 0.0)
    kept = Kept()
    async with Both() as app, Both() as never:
        Spans(app)
        Spans(never, NoOpTracer())
        plain = [one.function for one in app.system.every_route()]
        await app.ask(Outer(), CALLER)
        await never.ask(Outer(), CALLER)
        assert [one.function for one in app.system.every_route()] == plain
        assert [one.function for one in never.system.every_route()] == plain
        # One that is set later is found.
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(kept.exporter))
        trace.set_tracer_provider(provider)
        await app.ask(Outer(), CALLER)
        await never.ask(Outer(), CALLER)
    assert len(kept.named("ask Outer")) == 1
    assert len(kept.named("Inner")) == 2
