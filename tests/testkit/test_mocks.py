"""Mocks fail on what was not expected; probes keep what was told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from packetflow import AsyncEffect, Fault, Retry, VirtualClock
from packetflow.testing import ExpectationError, Mock, Probe
from tests.runtime.handwritten.store import (
    ANY,
    WRITE,
    Caller,
    Put,
    StoreApp,
    Written,
    note,
)

ANN = Caller(capabilities=[WRITE(ANY)])


@pytest.fixture
async def app() -> AsyncIterator[StoreApp]:
    """A store with a virtual clock."""
    async with StoreApp(clock=VirtualClock()) as app:
        yield app


async def test_what_is_expected_happens(app: StoreApp) -> None:
    with Mock(app, note) as mock:
        mock.expect("one").gives(None)
        app.system.scope.stubs[note.name]("one")


async def test_an_unexpected_call_fails_at_once_and_at_the_end(app: StoreApp) -> None:
    with (
        pytest.raises(ExpectationError, match=r"'two'.*was not expected"),
        Mock(app, note) as mock,
    ):
        mock.expect("one")
        with pytest.raises(ExpectationError, match=r"'one'.* was$"):
            app.system.scope.stubs[note.name]("two")


async def test_a_call_too_many_is_unexpected(app: StoreApp) -> None:
    with pytest.raises(ExpectationError), Mock(app, note) as mock:
        mock.expect("one").often(2)
        stub = app.system.scope.stubs[note.name]
        stub("one")
        stub("one")
        with pytest.raises(ExpectationError, match="nothing more"):
            stub("one")


async def test_a_call_that_does_not_come_is_told(app: StoreApp) -> None:
    with (
        pytest.raises(ExpectationError, match="expected 1 times and came 0"),
        Mock(app, note) as mock,
    ):
        mock.expect("one")


async def test_the_order_counts_if_it_is_said_to(app: StoreApp) -> None:
    with pytest.raises(ExpectationError), Mock(app, note, ordered=True) as mock:
        mock.expect("one")
        mock.expect("two")
        with pytest.raises(ExpectationError):
            app.system.scope.stubs[note.name]("two")


async def test_a_mock_can_fail_and_is_gone_afterwards(app: StoreApp) -> None:
    with Mock(app, note) as mock:
        mock.expect("one").fails(OSError("no"))
        with pytest.raises(OSError, match="no"):
            app.system.scope.stubs[note.name]("one")
    assert note.name not in app.system.scope.stubs


async def test_a_handler_that_calls_unexpectedly_faults_and_the_mock_tells(
    app: StoreApp,
) -> None:
    told = pytest.raises(ExpectationError, match="was not expected")
    with told, Mock(app, note), suppress(Fault):
        await app.ask(Put("/a", 1), ANN)


async def test_a_probe_sees_the_events_in_order(app: StoreApp) -> None:
    with Probe(app, Written) as probe:
        await probe.none()
        await app.ask(Put("/a", 1), ANN)
        await app.ask(Put("/b", 2), ANN)
        assert (await probe.next()).path == "/a"
        with pytest.raises(ExpectationError, match="expected no Written"):
            await probe.none()
        with pytest.raises(ExpectationError, match="there was none"):
            await probe.next()
    await app.ask(Put("/c", 3), ANN)
    assert await probe.rest() == []


async def test_names_of_arguments_make_no_difference(app: StoreApp) -> None:
    with Mock(app, note) as mock:
        mock.expect(line="one")
        mock.expect("two")
        stub = app.system.scope.stubs[note.name]
        stub("one")
        stub(line="two")
        with pytest.raises(TypeError, match="lin"):
            mock.expect(lin="three")  # type: ignore[call-arg]  # a mistake


async def test_an_unexpected_call_is_not_tried_again(app: StoreApp) -> None:
    async def never() -> None:
        raise AssertionError

    fetch = AsyncEffect("t.fetch", never, retry=Retry(5, 3600.0, 3600.0))
    with pytest.raises(ExpectationError, match="was not expected"), Mock(app, fetch):
        async with asyncio.timeout(5):
            with pytest.raises(Fault):
                await fetch()
