"""Spans follow an intent through reactors; log lines know what is being handled."""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from packetflow import (
    AnyHandler,
    App,
    Child,
    Context,
    Fault,
    Handler,
    Intent,
    Reactor,
    State,
    Supervise,
    Turn,
)
from packetflow.observe.logs import JsonFormatter, follow, request
from packetflow.observe.spans import Spans

CALLER = Context()
LOGGER = logging.getLogger("tests.observe")


class Outer(Intent[int], frozen=True):
    """Asks the inner one, and sends to it."""

    secret: str = ""
    breaks: bool = False


class Inner(Intent[int], frozen=True):
    """Answers."""

    breaks: bool = False


class Asker(Reactor[State]):
    """Asks."""

    async def on_outer(self, turn: Turn[State], intent: Outer) -> int:
        """Ask, wait, send."""
        LOGGER.info("asking")
        await asyncio.sleep(0)
        found = await turn.ask(Inner(breaks=intent.breaks))
        turn.send(Inner())
        return found

    name: ClassVar[str] = "spans.Asker"
    handlers: ClassVar[tuple[AnyHandler, ...]] = (Handler(Outer, on_outer),)


class Answerer(Reactor[State]):
    """Answers."""

    def on_inner(self, turn: Turn[State], intent: Inner) -> int:
        """Answer."""
        LOGGER.warning("answering", extra={"size": 3})
        if intent.breaks:
            raise ZeroDivisionError("a caller's data")
        return 1

    name: ClassVar[str] = "spans.Answerer"
    handlers: ClassVar[tuple[AnyHandler, ...]] = (Handler(Inner, on_inner),)


class Both(App):
    """Both of them."""

    tree: ClassVar[Supervise] = Supervise(children=(Child(Asker), Child(Answerer)))


class Kept:
    """Spans that ended, by name."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.tracer = provider.get_tracer("tests")

    def named(self, name: str) -> list[ReadableSpan]:
        found = [one for one in self.exporter.get_finished_spans() if one.name == name]
        return sorted(found, key=lambda one: one.start_time or 0)


def parent(span: ReadableSpan) -> int | None:
    return None if span.parent is None else span.parent.span_id


async def test_an_entry_and_all_handlers_below_it_are_one_trace() -> None:
    kept = Kept()
    async with Both() as app:
        Spans(app, kept.tracer)
        with kept.tracer.start_as_current_span("around") as around:
            assert await app.ask(Outer(secret="hush"), CALLER) == 1
    (entry,) = kept.named("ask Outer")
    (outer,) = kept.named("Outer")
    asked, sent = kept.named("Inner")
    assert parent(entry) == around.get_span_context().span_id
    assert parent(outer) == entry.context.span_id
    assert parent(asked) == parent(sent) == outer.context.span_id
    assert outer.attributes is not None
    assert outer.attributes["packetflow.reactor"] == "spans.Asker"
    assert outer.attributes["packetflow.request_id"] == CALLER.request_id
    assert "hush" not in repr(
        [one.to_json() for one in kept.exporter.get_finished_spans()]
    )


async def test_what_waits_in_a_mailbox_belongs_to_its_own_trace() -> None:
    kept = Kept()
    async with Both() as app:
        Spans(app, kept.tracer)
        same = Outer()
        await asyncio.gather(*(app.ask(same, CALLER) for _ in range(5)))
    entries = {one.context.span_id for one in kept.named("ask Outer")}
    assert {parent(one) for one in kept.named("Outer")} == entries
    assert len(entries) == 5


async def test_what_breaks_is_marked_and_tells_no_data() -> None:
    kept = Kept()
    async with Both() as app:
        Spans(app, kept.tracer)
        with pytest.raises(Fault):
            await app.ask(Outer(breaks=True), CALLER)
    (inner,) = kept.named("Inner")
    assert inner.status.description == "ZeroDivisionError"
    assert inner.attributes is not None
    assert inner.attributes["packetflow.outcome"] == "broken"
    assert "a caller's data" not in repr(
        [one.to_json() for one in kept.exporter.get_finished_spans()]
    )


async def test_other_apps_make_no_spans() -> None:
    kept = Kept()
    async with Both() as app, Both() as other:
        Spans(app, kept.tracer)
        await other.ask(Outer(), CALLER)
        assert "ask" not in vars(other)
    assert kept.exporter.get_finished_spans() == ()


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    found: list[dict[str, Any]] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(json.loads(self.format(record)))

    handler = Keeping()
    handler.setFormatter(JsonFormatter())
    LOGGER.addHandler(handler)
    level = LOGGER.level
    LOGGER.setLevel(logging.INFO)
    yield found
    LOGGER.removeHandler(handler)
    LOGGER.setLevel(level)


async def test_lines_know_the_request_the_intent_and_the_reactor(
    lines: list[dict[str, Any]],
) -> None:
    async with Both() as app:
        follow(app)
        await app.ask(Outer(), CALLER)
        assert request() is None
    first, second = lines[:2]
    assert first["request_id"] == CALLER.request_id
    assert (first["intent"], first["reactor"]) == ("Outer", "spans.Asker")
    assert (second["intent"], second["reactor"]) == ("Inner", "spans.Answerer")
    assert second["request_id"] != first["request_id"]
    assert (second["level"], second["message"], second["size"]) == (
        "warning",
        "answering",
        3,
    )


async def test_without_following_lines_are_just_lines(
    lines: list[dict[str, Any]],
) -> None:
    async with Both() as app:
        await app.ask(Outer(), CALLER)
    assert "request_id" not in lines[0]
    try:
        raise ZeroDivisionError("no")
    except ZeroDivisionError:
        LOGGER.exception("it broke: %s", "größer")
    assert lines[-1]["error"] == "ZeroDivisionError"
    assert lines[-1]["message"] == "it broke: größer"
    assert "test_spans_and_logs" in lines[-1]["traceback"]


async def test_lines_know_their_span(lines: list[dict[str, Any]]) -> None:
    kept = Kept()
    async with Both() as app:
        follow(app)
        Spans(app, kept.tracer)
        await app.ask(Outer(), CALLER)
    (outer,) = kept.named("Outer")
    assert int(lines[0]["span_id"], 16) == outer.context.span_id
    assert int(lines[0]["trace_id"], 16) == outer.context.trace_id
    LOGGER.info("outside")
    assert "span_id" not in lines[-1]


def test_whatever_is_logged_is_one_line_of_json(
    lines: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # What pytest keeps of a log goes through a pipe, and half a pair does not.
    monkeypatch.setattr(LOGGER, "propagate", False)

    class Unsayable:
        def __repr__(self) -> str:
            raise ValueError

    circle: list[object] = []
    circle.append(circle)
    for value in (math.inf, math.nan, {(1, 2): 3}, circle, Unsayable(), {1j}):
        LOGGER.info("odd", extra={"value": value, "other": 1})
        assert lines[-1]["other"] == 1
        assert isinstance(lines[-1]["value"], str)
    LOGGER.info("a\nb\udc80")
    assert lines[-1]["message"] == "a\nb\udc80"


def test_a_line_can_be_written_as_utf_8() -> None:
    record = logging.makeLogRecord({"msg": "größe \udc80\n\u2028"})
    written = JsonFormatter().format(record)
    assert written.encode()
    assert "größe" in written
    assert "\n" not in written


async def test_the_line_of_a_fault_says_whose_request_it_was(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with Both() as app:
        with pytest.raises(Fault):
            await app.ask(Outer(breaks=True), CALLER)
    made = [json.loads(JsonFormatter().format(one)) for one in caplog.records]
    faults = [one for one in made if one["logger"] == "packetflow.actor"]
    assert faults[-1]["request_id"] == CALLER.request_id
    assert [(one["intent"], one["reactor"]) for one in faults] == [
        ("Inner", "spans.Answerer"),
        ("Outer", "spans.Asker"),
    ]
