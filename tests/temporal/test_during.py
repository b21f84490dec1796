"""Intents with hours: refused outside of them wherever they come from, and no fault."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from packetflow import Closed, Context, Denied, VirtualClock
from tests.web.building import browsing, build, imported

SOURCE = """
calendar Open in "Europe/Paris" { mon..fri 09:00..18:00 }
calendar Never = Open.subtract(Open)

capability Key { turn }
intent Guarded requires Key.turn during Open

intents requires nothing {
  intent Knock -> Int during Open
  intent Slow -> Int during Open
  intent Dead during Never
  intent Count -> Int
  intent Visit -> Int
  intent Leave(wait: Duration)
  intent Hold
}

context Guest { name: String = "guest"  authenticate "hours_gate:known" }
api "/api" in Guest { POST "/knock" -> Knock  GET "/count" -> Count }

effect pause() python ```py
  from hours_gate import wait
  await wait()
```

reactor Desk {
  state { knocks: Int = 0 }
  on Knock {
    state.knocks += 1
    reply state.knocks
  }
  on Slow { perform pause()  reply 1 }
  on Guarded {}
  on Dead { state.knocks = 100 }
  on Count { reply state.knocks }
  on Hold { perform pause() }
}
reactor Visitor {
  on Visit {
    match ask Knock() {
      Ok(n) => { reply n }
      Unavailable(reason) => { reply 0 - 1 }
    }
  }
  on Leave(wait) { send Knock() after wait }
}
app Desks {
  supervise one_for_one { Desk  Visitor }
  web on 8080 { auth dev for Guest  serve "/api" }
}
"""
GATE = '''"""What the slow handlers wait for."""

import asyncio

OPEN: list[asyncio.Event] = []


def known(subject: str) -> object:
    """Whoever signs in is a guest."""
    from hours_desk import Guest

    return Guest(name=subject)


async def wait() -> None:
    """Wait for the gate of this test."""
    await OPEN[-1].wait()
'''
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANY = Context()


@pytest.fixture(scope="module")
def hours(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The generated package."""
    folder = tmp_path_factory.mktemp("hours")
    build(folder, {"hours_desk.pf": SOURCE}, {"hours_gate": GATE})
    return imported(folder, "hours_desk")


def gate() -> asyncio.Event:
    """A new gate for this test."""
    made = asyncio.Event()
    imported_gate: Any = __import__("hours_gate")
    imported_gate.OPEN.append(made)
    return made


async def test_within_its_hours_an_intent_is_handled(hours: Any) -> None:
    async with hours.Desks(clock=VirtualClock(MONDAY)) as app:
        assert await app.ask(hours.Knock(), ANY) == 1
        await app.tell(hours.Knock(), ANY)
        assert await app.ask(hours.Visit(), ANY) == 3


async def test_outside_it_is_refused_and_says_when_it_opens(hours: Any) -> None:
    clock = VirtualClock(MONDAY + 8 * HOUR)
    async with hours.Desks(clock=clock) as app:
        for entry in (app.ask, app.tell):
            with pytest.raises(Closed, match="outside of its hours") as closed:
                await entry(hours.Knock(), ANY)
            assert closed.value.opens == MONDAY + 23 * HOUR
        with pytest.raises(Closed, match="not within eight years") as dead:
            await app.ask(hours.Dead(), ANY)
        assert dead.value.opens is None
        assert await app.ask(hours.Count(), ANY) == 0
        assert app.stats.faults == 0
        await clock.advance(15 * HOUR)
        assert await app.ask(hours.Knock(), ANY) == 1


async def test_a_denial_comes_before_the_hours(hours: Any) -> None:
    """Who may not ask does not learn when others may."""
    async with hours.Desks(clock=VirtualClock(MONDAY + 8 * HOUR)) as app:
        with pytest.raises(Denied):
            await app.ask(hours.Guarded(), ANY)


async def test_inside_it_is_unavailability_and_no_fault(hours: Any) -> None:
    async with hours.Desks(clock=VirtualClock(MONDAY + 8 * HOUR)) as app:
        assert await app.ask(hours.Visit(), ANY) == -1
        assert app.stats.faults == 0


async def test_what_waits_past_the_end_of_the_hours_is_refused(hours: Any) -> None:
    clock = VirtualClock(MONDAY + 7 * HOUR + HOUR / 2)
    opened = gate()
    async with hours.Desks(clock=clock) as app:
        held = asyncio.ensure_future(app.ask(hours.Hold(), ANY))
        await clock.settle()
        asked = asyncio.ensure_future(app.ask(hours.Knock(), ANY))
        await clock.settle()
        await clock.advance(HOUR)
        opened.set()
        await held
        with pytest.raises(Closed):
            await asked
        assert await app.ask(hours.Count(), ANY) == 0
        assert app.stats.faults == 0


async def test_a_handler_that_has_begun_goes_on(hours: Any) -> None:
    clock = VirtualClock(MONDAY + 7 * HOUR + HOUR / 2)
    opened = gate()
    async with hours.Desks(clock=clock) as app:
        asked = asyncio.ensure_future(app.ask(hours.Slow(), ANY))
        await clock.advance(HOUR)
        opened.set()
        assert await asked == 1


async def test_a_delayed_send_that_falls_outside_is_told(hours: Any) -> None:
    clock = VirtualClock(MONDAY)
    async with hours.Desks(clock=clock) as app:
        await app.ask(hours.Leave(4 * HOUR), ANY)
        await app.ask(hours.Leave(10 * HOUR), ANY)
        await clock.advance(12 * HOUR)
        assert await app.ask(hours.Count(), ANY) == 1
        assert app.stats.dead_letters == 1


async def test_over_http_it_is_503_with_the_time_to_come_back(hours: Any) -> None:
    clock = VirtualClock(MONDAY + 8 * HOUR)
    async with hours.Desks(clock=clock) as app, browsing(app) as browser:
        await browser.sign_in("ann")
        told = await browser.http.post("/api/knock", json={})
    assert told.status_code == 503, told.text
    assert parsedate_to_datetime(told.headers["retry-after"]) == MONDAY + 23 * HOUR
