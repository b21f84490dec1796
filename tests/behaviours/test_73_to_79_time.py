"""Behaviours 73, 74, 78 and 79: what happens by the clock, from compiled programs."""

from __future__ import annotations

import asyncio
import importlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from packetflow import Context, VirtualClock
from tests.web.building import build, imported

START = datetime(2026, 11, 23, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)

HOLDING = """
import asyncio

gate = asyncio.Event()
begun = 0


async def hold() -> None:
    global begun
    begun += 1
    await gate.wait()
"""


@pytest.fixture(scope="session")
def times(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The package made from `times.pf`."""
    folder = tmp_path_factory.mktemp("times")
    source = (Path(__file__).parent / "times.pf").read_text("utf-8")
    build(folder, {"times.pf": source}, {"times_impl": HOLDING})
    return imported(folder, "times")


def holding(times: Any, *names: str) -> Context:
    return Context(capabilities=[getattr(times.Watch, name) for name in names])


async def test_73_a_delayed_intent_fires_once_at_its_time(times: Any) -> None:
    clock = VirtualClock(START)
    caller = holding(times, "walk", "read")
    async with times.ByCron(clock=clock) as app:
        await app.ask(times.Later(by=HOUR), caller)
        await clock.advance(HOUR - timedelta(milliseconds=1))
        assert await app.ask(times.Walked(), caller) == 0
        await clock.advance(timedelta(milliseconds=1))
        assert await app.ask(times.Walked(), caller) == 1
        await clock.advance(5 * HOUR)
        assert await app.ask(times.Walked(), caller) == 1


async def test_74_periods_and_cron_lines_come_n_times(times: Any) -> None:
    for kind, after, count in (
        (times.ByHour, 10 * HOUR, 10),
        (times.ByCron, timedelta(days=7), 5),
    ):
        clock = VirtualClock(START)
        async with kind(clock=clock) as app:
            await clock.advance(after)
            assert await app.ask(times.Walked(), holding(times, "read")) == count


@pytest.mark.parametrize(("app_name", "walked"), [("AtTheEnd", 0), ("BeforeTheEnd", 1)])
async def test_78_a_grant_that_has_ended_when_it_fires(
    times: Any, app_name: str, walked: int
) -> None:
    """It counts before its instant, and not at it."""
    clock = VirtualClock(datetime(2026, 12, 31, 12, tzinfo=UTC))
    async with getattr(times, app_name)(clock=clock) as app:
        await clock.advance(24 * HOUR)
        assert await app.ask(times.Walked(), holding(times, "read")) == walked
        denied = [one.subject for one in app.audit if one.verdict == "denied"]
        assert denied == ["Walk"] * (1 - walked)
        assert app.runs[0].denied == 1 - walked


@pytest.mark.parametrize(
    ("app_name", "begun", "in_all"),
    [("Skipping", 1, 2), ("Queueing", 1, 5), ("Allowing", 1, 5)],
)
async def test_79_what_overlaps(
    times: Any, app_name: str, begun: int, in_all: int
) -> None:
    garden: Any = importlib.import_module("times_impl")
    garden.begun, garden.gate = 0, asyncio.Event()
    clock = VirtualClock(START)
    async with getattr(times, app_name)(clock=clock) as app:
        await clock.advance(4.5 * HOUR)
        assert garden.begun == begun
        garden.gate.set()
        await clock.advance(HOUR)
        assert garden.begun == in_all
        assert app.runs[0].skipped == (3 if app_name == "Skipping" else 0)
