"""Behaviours 97 and 99: alerts are raised and cleared, a slow check delays nobody."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta
from typing import ClassVar

import pytest

from packetflow import Health, Look, VirtualClock
from packetflow.observe.shown import Raised
from tests.observe.watched import CALLER, Holder, Level, Tank, Tanks
from tests.routing.keeping import Keeper, an_app


async def pass_by(clock: VirtualClock, seconds: float) -> None:
    await clock.advance(timedelta(seconds=seconds))


def why(app: Tanks) -> str:
    (condition,) = app.health
    assert condition.reactor == "watched.Holder"
    assert condition.healthy == (not condition.why)
    return condition.why


async def test_97_a_breach_that_lasts_is_raised_and_cleared_when_it_has_not_lasted() -> (
    None
):
    clock = VirtualClock()
    told: list[tuple[str, bool]] = []
    seen: list[tuple[str, str]] = []
    async with Tanks(clock=clock) as app:
        app.on_alert(lambda alert, is_raised: told.append((alert.name, is_raised)))
        app.on_lifecycle(lambda one: seen.append((one.what, one.name)))
        await app.ask(Level(to=11), CALLER)
        await pass_by(clock, 30)
        assert app.alerts == ()
        await pass_by(clock, 1)
        (alert,) = app.alerts
        assert (alert.reactor, alert.name, alert.severity) == (
            "watched.Holder",
            "High",
            "warning",
        )
        assert (clock.now() - alert.since).total_seconds() <= 1
        # A short dip does not clear it.
        await app.ask(Level(to=1), CALLER)
        await pass_by(clock, 20)
        await app.ask(Level(to=11), CALLER)
        await pass_by(clock, 20)
        assert app.alerts == (alert,)
        await app.ask(Level(to=1), CALLER)
        await pass_by(clock, 32)
        assert app.alerts == ()
    assert told == [("High", True), ("High", False)]
    high = [what for what, name in seen if name == "watched.Holder.High"]
    assert high == ["alerted", "cleared"]


async def test_97_a_value_that_swings_raises_nothing() -> None:
    clock = VirtualClock()
    async with Tanks(clock=clock) as app:
        for number in range(12):
            await app.ask(Level(to=11 if number % 2 else 1), CALLER)
            await pass_by(clock, 20)
        assert app.alerts == ()


async def test_97_clear_alerts_clears_and_what_still_holds_comes_back() -> None:
    clock = VirtualClock()
    async with Tanks(clock=clock) as app:
        await app.ask(Level(to=101), CALLER)
        await pass_by(clock, 1)
        assert [alert.name for alert in app.alerts] == ["Over"]
        await pass_by(clock, 31)
        cleared = app.clear_alerts()
        assert {alert.name for alert in cleared} == {"High", "Over"}
        assert all(isinstance(alert, Raised) for alert in cleared)
        assert app.alerts == ()
        await pass_by(clock, 1)
        assert [alert.name for alert in app.alerts] == ["Over"]
        await pass_by(clock, 31)
        assert len(app.alerts) == 2


async def test_a_check_that_does_not_hold_says_so_and_recovers() -> None:
    clock = VirtualClock()
    async with Tanks(clock=clock) as app:
        assert why(app) == ""
        await app.ask(Level(to=-1), CALLER)
        await pass_by(clock, 9)
        assert why(app) == ""
        await pass_by(clock, 1)
        assert why(app) == "its check does not hold"
        await app.ask(Level(to=1), CALLER)
        await pass_by(clock, 10)
        assert why(app) == ""


async def test_99_a_slow_check_is_unhealthy_and_the_monitor_stays_responsive() -> None:
    clock = VirtualClock()
    async with Tanks(clock=clock) as app:
        await app.ask(Level(to=7), CALLER)
        await pass_by(clock, 11)
        # It still runs: the other check and the alerts are looked at meanwhile.
        assert why(app) == ""
        await pass_by(clock, 1)
        assert why(app) == "its check took longer than 2 s"
        await app.ask(Level(to=107), CALLER)
        await pass_by(clock, 1)
        assert [alert.name for alert in app.alerts] == ["Over"]
        await pass_by(clock, 10)
        assert why(app) == ""


async def test_99_a_check_that_blocks_is_slow_and_blocks_nobody() -> None:
    gate = threading.Event()
    began: list[int] = []

    def blocks(self: Holder, look: Look[Tank]) -> bool:
        began.append(look.state.level)
        return gate.wait(10)

    class Blocking(Holder):
        health: ClassVar[tuple[Health, ...]] = (
            Health(10.0, blocks, timeout=2.0, blocking=True),
        )

    clock = VirtualClock()
    async with an_app(None, reactor=Blocking)(clock=clock) as app:
        try:
            await pass_by(clock, 11)
            assert [one.why for one in app.health] == [""]
            # The reactor and the monitor go on.
            assert await app.ask(Level(to=101), CALLER) == 101
            await pass_by(clock, 1)
            (condition,) = app.health
            assert condition.why == "its check took longer than 2 s"
            assert [alert.name for alert in app.alerts] == ["Over"]
            # There is one thread for it at most.
            await pass_by(clock, 30)
            assert began == [0]
            assert app.health == (condition,)
        finally:
            gate.set()
        assert app._monitor is not None
        async with asyncio.timeout(10):
            # The clock stands still: threads take real time.
            while app._monitor._threads:
                await asyncio.sleep(0)
            await pass_by(clock, 8)
            while app.health[0].why:
                await asyncio.sleep(0)
        assert began == [0, 101]


async def test_a_check_that_breaks_is_unhealthy_and_an_alert_that_breaks_is_reported() -> (
    None
):
    clock = VirtualClock()
    async with Tanks(clock=clock) as app:
        await app.ask(Level(to=8), CALLER)
        await pass_by(clock, 10)
        assert why(app).startswith("its check broke: ZeroDivisionError")
        await app.ask(Level(to=99), CALLER)
        await pass_by(clock, 1)
        assert [type(one) for one in app.system.reports] == [ZeroDivisionError]
        assert app.alerts == ()


async def test_who_has_stopped_is_unhealthy() -> None:
    clock = VirtualClock()
    async with Tanks(clock=clock) as app:
        app.system.cells[0].stop("it is over")
        await pass_by(clock, 10)
        assert why(app).startswith("it has stopped: it is over")


async def test_nobody_looks_where_nothing_is_declared_and_after_the_end() -> None:
    clock = VirtualClock()
    async with an_app(None, reactor=Keeper)(clock=clock) as app:
        assert (app.health, app.alerts, app.clear_alerts()) == ((), (), ())
        with pytest.raises(LookupError, match="declares an alert"):
            app.on_alert(lambda alert, is_raised: None)
    tanks = Tanks(clock=clock)
    assert tanks.health == ()
    async with tanks:
        await tanks.ask(Level(to=101), CALLER)
    await pass_by(clock, 100)
    assert tanks.alerts == ()


async def test_a_hook_that_breaks_harms_nobody() -> None:
    clock = VirtualClock()

    def breaks(alert: object, is_raised: bool) -> None:
        raise RuntimeError

    async with Tanks(clock=clock) as app:
        app.on_alert(breaks)
        await app.ask(Level(to=101), CALLER)
        await pass_by(clock, 2)
        assert [alert.name for alert in app.alerts] == ["Over"]
        assert [type(one) for one in app.system.reports] == [RuntimeError]
