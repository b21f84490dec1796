"""Endings: monitors, links, kinds of restart, shutdown, and reports of crashes."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from packetflow import (
    AnyHandler,
    App,
    Child,
    Context,
    Down,
    Fault,
    Handler,
    Intent,
    Lifecycle,
    Reactor,
    Restart,
    State,
    Stopped,
    Supervise,
    Turn,
    VirtualClock,
)
from packetflow.actor.supervisor import Strategy


class Visitor(Context, frozen=True, kw_only=True):
    password: str = "open sesame"


CALLER = Visitor(request_id="request-1")


class Count(State):
    count: int = 0


class Step(Intent[int], frozen=True):
    breaks: bool = False


class Wait(Intent[None], frozen=True):
    pass


def reactor(
    given: str,
    restart: Restart = Reactor.restart,
    needs: tuple[type[Reactor[Any]], ...] = (),
) -> Any:
    """A reactor, with its intents as attributes."""

    class OwnStep(Step, frozen=True):
        pass

    class OwnWait(Wait, frozen=True):
        pass

    def on_step(self: Any, turn: Turn[Count], intent: Step) -> int:
        turn.state.count += 1
        if intent.breaks:
            raise ZeroDivisionError("nothing to divide by")
        return turn.state.count

    async def on_wait(self: Any, turn: Turn[Count], intent: Wait) -> None:
        await asyncio.Event().wait()

    own_restart, own_needs = restart, needs

    class Own(Reactor[Count]):
        Step: ClassVar = OwnStep
        Wait: ClassVar = OwnWait
        name: ClassVar[str] = given
        state_type: ClassVar[type[State]] = Count
        restart: ClassVar[Restart] = own_restart
        needs: ClassVar[tuple[type[Reactor[Any]], ...]] = own_needs
        handlers: ClassVar[tuple[AnyHandler, ...]] = (
            Handler(OwnStep, on_step),
            Handler(OwnWait, on_wait),
        )

    return Own


def running(
    *kinds: Any,
    strategy: Strategy = "one_for_one",
    most: int = 5,
    grace: float = 0.0,
) -> tuple[App, list[Lifecycle]]:
    class Own(App):
        tree = Supervise(
            strategy, max_restarts=most, children=tuple(Child(one) for one in kinds)
        )

    app = Own(clock=VirtualClock(), grace=grace)
    seen: list[Lifecycle] = []
    app.on_lifecycle(seen.append)
    return app, seen


async def fault(app: App, kind: Any) -> None:
    with pytest.raises(Fault):
        await app.ask(kind.Step(breaks=True), CALLER)


# -- monitors and links ----------------------------------------------------------------


async def test_a_monitor_is_told_once_when_a_reactor_stops_and_why() -> None:
    brief, other = reactor("Brief", Restart("temporary")), reactor("Other")
    app, _ = running(brief, other)
    told: list[Down] = []
    ended: list[Down] = []
    async with app:
        app.monitor(brief, told.append)
        app.monitor(brief, ended.append)()  # asked to be told, and not any longer
        app.monitor(other, ended.append)
        await fault(app, other)  # a restart is no end
        assert told == ended == []
        await fault(app, brief)
        assert told == [Down("Brief", "it is temporary and had a fault")]
        late: list[Down] = []
        app.monitor(brief, late.append)
        assert late == told
    assert told == late
    assert ended == [Down("Other", "the app stops")]


async def test_a_monitor_that_breaks_is_reported_and_harms_nobody() -> None:
    brief = reactor("Brief", Restart("temporary"))
    app, _ = running(brief)

    def breaks(down: Down) -> None:
        raise LookupError(down.name)

    told: list[Down] = []
    async with app:
        app.monitor(brief, breaks)
        app.monitor(brief, told.append)
        await fault(app, brief)
        assert len(told) == 1
        assert [type(one) for one in app.system.reports] == [LookupError]
    with pytest.raises(KeyError):
        app.monitor(reactor("Stranger"), told.append)


async def test_what_is_linked_ends_with_the_other_and_so_on() -> None:
    brief = reactor("Brief", Restart("temporary"))
    friend, foe = reactor("Friend"), reactor("Foe")
    distant = reactor("Distant")
    app, seen = running(brief, friend, foe, distant)
    async with app:
        app.link(brief, friend)
        app.link(distant, friend)
        await fault(app, friend)  # a fault alone ends nobody
        assert await app.ask(distant.Step(), CALLER) == 1
        await fault(app, brief)
        assert [one.name for one in seen if one.what == "stopped"] == [
            "Distant",
            "Friend",
            "Brief",
        ]
        with pytest.raises(Stopped, match="linked to Brief, which has stopped: it is"):
            await app.ask(friend.Step(), CALLER)
        with pytest.raises(Stopped, match="linked to Friend"):
            await app.ask(distant.Step(), CALLER)
        assert await app.ask(foe.Step(), CALLER) == 1
        app.link(foe, brief)  # too late to be of help: it ends now
        with pytest.raises(Stopped):
            await app.ask(foe.Step(), CALLER)


# -- kinds of restart, and their order -------------------------------------------------


@pytest.mark.parametrize("mode", ["permanent", "transient", "temporary"])
async def test_45_an_end_in_good_order_is_final_unless_permanent(mode: Any) -> None:
    kind = reactor("Own", Restart(mode))
    app, seen = running(kind)
    async with app:
        assert await app.ask(kind.Step(), CALLER) == 1
        await app.end(kind)
        if mode == "permanent":
            assert await app.ask(kind.Step(), CALLER) == 1
            assert seen[-1] == ("restarted", "Own")
        else:
            with pytest.raises(Stopped, match="ended"):
                await app.ask(kind.Step(), CALLER)
            assert seen[-1] == ("stopped", "Own")


async def test_rest_for_one_goes_by_the_order_of_starting() -> None:
    base = reactor("Base")
    user, other = reactor("User", needs=(base,)), reactor("Other")
    app, seen = running(user, other, base, strategy="rest_for_one")
    async with app:
        assert [one.name for one in seen] == ["Other", "Base", "User"]
        del seen[:]
        await fault(app, base)
        restarted = [one.name for one in seen if one.what == "restarted"]
        assert restarted == ["Base", "User"]


# -- shutdown --------------------------------------------------------------------------


async def test_shutdown_waits_for_handlers_and_then_no_longer() -> None:
    kind, other = reactor("Own"), reactor("Other")
    app, seen = running(kind, other, grace=0.05)
    async with app:
        endless = asyncio.create_task(app.ask(kind.Wait(), CALLER))
        waiting = asyncio.create_task(app.ask(kind.Step(), CALLER))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    for task in (endless, waiting):
        with pytest.raises(Stopped, match="the app stops"):
            await task
    assert [one.name for one in seen if one.what == "stopped"] == ["Other", "Own"]


# -- reports ---------------------------------------------------------------------------


async def test_a_crash_report_can_be_read(caplog: pytest.LogCaptureFixture) -> None:
    kind = reactor("m.Own", Restart(most=2, within=60.0, first=1.0, last=1.0))
    other = reactor("m.Other")
    app, _ = running(kind, other, strategy="one_for_all", most=9)
    clock = app.clock
    assert isinstance(clock, VirtualClock)
    with caplog.at_level(logging.ERROR, "packetflow.actor"):
        async with app:
            await fault(app, kind)
            (crash,) = app.crashes
            first, because, whose, faults, then = str(crash).splitlines()
            assert first == "m.Own failed on OwnStep"
            assert because == "  because  ZeroDivisionError: nothing to divide by"
            assert whose == "  for      Visitor, request request-1"
            assert faults == "  faults   once within 60 s (2 are let pass)"
            assert then.startswith(
                "  then     restarted m.Own, m.Other, with the state before the "
                "handler; paused for "
            )
            assert str(crash) in caplog.text
            assert CALLER.password not in caplog.text
            for _ in range(2):
                await clock.advance(timedelta(seconds=1))  # the pause
                await fault(app, kind)
            assert app.crashes[-1].verdict.did == (
                "more than its 2 faults",
                "all reactors stopped",
            )
            assert "3 times within 60 s" in str(app.crashes[-1])
