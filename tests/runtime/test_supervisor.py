"""Supervision: who is restarted, when it is too much, the order of start and stop."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from packetflow import (
    AnyHandler,
    App,
    Capability,
    Child,
    Context,
    Fault,
    Handler,
    Intent,
    Kind,
    Lifecycle,
    Reactor,
    Restart,
    State,
    Stopped,
    Supervise,
    Turn,
    Unavailable,
    VirtualClock,
)
from packetflow.actor.supervisor import Strategy

CALLER = Context()


class Count(State):
    count: int = 0


class Step(Intent[int], frozen=True):
    """Count one more; or change the state, and break."""

    breaks: bool = False


class Wait(Intent[None], frozen=True):
    """Count one more and never end."""


def a_reactor(
    name: str, restart: Restart = Reactor.restart
) -> tuple[type[Reactor[Count]], type[Step], type[Wait]]:
    """A reactor with intents of its own."""

    class OwnStep(Step, frozen=True):
        pass

    class OwnWait(Wait, frozen=True):
        pass

    def on_step(self: Any, turn: Turn[Count], intent: Step) -> int:
        turn.state.count += 1
        if intent.breaks:
            raise ZeroDivisionError
        return turn.state.count

    async def on_wait(self: Any, turn: Turn[Count], intent: Wait) -> None:
        turn.state.count += 1
        await asyncio.Event().wait()

    own_name, own_restart = name, restart

    class Own(Reactor[Count]):
        name: ClassVar[str] = own_name
        state_type: ClassVar[type[State]] = Count
        restart: ClassVar[Restart] = own_restart
        handlers: ClassVar[tuple[AnyHandler, ...]] = (
            Handler(OwnStep, on_step),
            Handler(OwnWait, on_wait),
        )

    return Own, OwnStep, OwnWait


A, StepA, WaitA = a_reactor("A")
B, StepB, WaitB = a_reactor("B")
C, StepC, WaitC = a_reactor("C")


def an_app(
    *children: Child | Supervise,
    strategy: Strategy = "one_for_one",
    most: int = 5,
    within: float = 10.0,
) -> tuple[App, VirtualClock, list[Lifecycle]]:
    class Own(App):
        tree = Supervise(strategy, max_restarts=most, within=within, children=children)

    clock = VirtualClock()
    app = Own(clock=clock, grace=0.0)
    seen: list[Lifecycle] = []
    app.on_lifecycle(seen.append)
    return app, clock, seen


def failed(app: App) -> bool:
    return app.failure is not None


def named(seen: list[Lifecycle], what: str) -> list[str]:
    return [one.name for one in seen if one.what == what]


async def fault(app: App, step: type[Step]) -> None:
    with pytest.raises(Fault):
        await app.ask(step(breaks=True), CALLER)


@pytest.mark.parametrize(
    ("strategy", "restarted"),
    [
        ("one_for_one", ["B"]),
        ("one_for_all", ["A", "B", "C"]),
        ("rest_for_one", ["B", "C"]),
    ],
)
async def test_43_each_strategy_restarts_what_it_says(
    strategy: Strategy, restarted: list[str]
) -> None:
    app, _, seen = an_app(Child(A), Child(B), Child(C), strategy=strategy)
    async with app:
        waits = {
            "A": asyncio.create_task(app.ask(WaitA(), CALLER)),
            "C": asyncio.create_task(app.ask(WaitC(), CALLER)),
        }
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await fault(app, StepB)
        assert named(seen, "restarted") == restarted
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        for name, task in waits.items():
            # A restarted reactor breaks off what it was doing; the others go on.
            assert task.done() is (name in restarted)
            if task.done():
                with pytest.raises(Unavailable, match="restarted"):
                    await task
            task.cancel()
        if "A" in restarted:
            assert await app.ask(StepA(), CALLER) == 1
        assert await app.ask(StepB(), CALLER) == 1


async def test_a_fault_leaves_the_state_and_the_others_alone() -> None:
    app, _, _ = an_app(Child(A), Child(B))
    async with app:
        await app.ask(StepA(), CALLER)
        await app.ask(StepB(), CALLER)
        await fault(app, StepA)
        assert await app.ask(StepA(), CALLER) == 2
        assert await app.ask(StepB(), CALLER) == 2


async def test_44_beyond_the_limit_it_escalates_and_the_app_stops() -> None:
    app, _, seen = an_app(Child(A), Child(B), most=3)
    async with app:
        for _ in range(3):
            await fault(app, StepA)
        assert not failed(app)
        assert await app.ask(StepB(), CALLER) == 1
        await fault(app, StepA)
        assert isinstance(app.failure, Fault)
        assert named(seen, "failed") == ["Fault"]
        with pytest.raises(Stopped, match="too many faults"):
            await app.ask(StepB(), CALLER)


async def test_faults_outside_the_period_do_not_count() -> None:
    app, clock, _ = an_app(Child(A), most=1, within=10.0)
    async with app:
        for _ in range(5):
            await fault(app, StepA)
            await clock.advance(timedelta(seconds=10))
        assert not failed(app)
        await fault(app, StepA)
        await clock.advance(timedelta(seconds=9))
        await fault(app, StepA)
        assert failed(app)


async def test_a_nested_supervisor_escalates_to_its_parent() -> None:
    inner = Supervise("one_for_all", max_restarts=1, children=(Child(B), Child(C)))
    app, _, seen = an_app(Child(A), inner, most=1)
    async with app:
        for step in (StepA, StepB, StepC):
            await app.ask(step(), CALLER)
        await fault(app, StepB)
        assert named(seen, "restarted") == ["B", "C"]
        assert await app.ask(StepC(), CALLER) == 2
        await fault(app, StepB)
        assert named(seen, "escalated") == ["one_for_all"]
        # Restarted as a whole, the group begins again; its sibling does not.
        assert await app.ask(StepB(), CALLER) == 1
        assert await app.ask(StepC(), CALLER) == 1
        assert await app.ask(StepA(), CALLER) == 2
        assert not failed(app)
        await fault(app, StepB)
        await fault(app, StepB)
        assert failed(app)


async def test_only_the_group_that_escalated_begins_again() -> None:
    inner = Supervise(max_restarts=0, children=(Child(B),))
    app, _, seen = an_app(Child(A), inner, strategy="one_for_all")
    async with app:
        await app.ask(StepA(), CALLER)
        await app.ask(StepB(), CALLER)
        await fault(app, StepB)
        assert named(seen, "restarted") == ["A", "B"]
        assert await app.ask(StepA(), CALLER) == 2
        assert await app.ask(StepB(), CALLER) == 1


async def test_the_limit_of_the_reactor_itself_counts_too() -> None:
    own, step, _ = a_reactor("Own", Restart(most=1, within=60.0))
    app, _, _ = an_app(Child(own), most=100)
    async with app:
        await fault(app, step)
        assert not failed(app)
        await fault(app, step)
        assert failed(app)


async def test_45_a_temporary_reactor_stops_at_its_first_fault() -> None:
    own, step, _ = a_reactor("Own", Restart("temporary"))
    app, _, seen = an_app(Child(own), Child(A))
    async with app:
        await fault(app, step)
        with pytest.raises(Stopped, match="temporary"):
            await app.ask(step(), CALLER)
        assert named(seen, "restarted") == []
        assert await app.ask(StepA(), CALLER) == 1


@pytest.mark.parametrize("mode", ["permanent", "transient"])
async def test_45_permanent_and_transient_ones_go_on_after_a_fault(mode: Any) -> None:
    own, step, _ = a_reactor("Own", Restart(mode))
    app, _, seen = an_app(Child(own))
    async with app:
        await fault(app, step)
        assert await app.ask(step(), CALLER) == 1
        assert named(seen, "restarted") == ["Own"]


async def test_backoff_makes_messages_wait_longer_each_time() -> None:
    own, step, _ = a_reactor("Own", Restart(first=1.0, last=2.0))
    app, clock, _ = an_app(Child(own), most=100)
    async with app:
        for bound in (1.0, 2.0, 2.0):
            broken = asyncio.create_task(app.ask(step(breaks=True), CALLER))
            await clock.settle()
            with pytest.raises(Fault):
                await broken
            waiting = asyncio.create_task(app.ask(step(), CALLER))
            await clock.advance(timedelta(seconds=bound / 2 - 0.01))
            assert not waiting.done()
            await clock.advance(timedelta(seconds=bound / 2 + 0.02))
            assert waiting.done()


async def test_what_is_needed_starts_before_and_stops_after() -> None:
    class First(Reactor[Count]):
        name: ClassVar[str] = "First"
        needs: ClassVar[tuple[type[Reactor[Any]], ...]] = (A,)

    app, _, seen = an_app(Child(B), Child(First), Child(A))
    async with app:
        assert named(seen, "started") == ["B", "A", "First"]
    assert named(seen, "stopped") == ["First", "A", "B"]


async def test_what_is_needed_must_be_there_and_without_a_cycle() -> None:
    class One(Reactor[Count]):
        name: ClassVar[str] = "One"

    class Two(Reactor[Count]):
        name: ClassVar[str] = "Two"
        needs: ClassVar[tuple[type[Reactor[Any]], ...]] = (One,)

    with pytest.raises(ValueError, match="Two needs One"):
        an_app(Child(Two))
    One.needs = (Two,)
    with pytest.raises(ValueError, match="a cycle"):
        an_app(Child(One), Child(Two))


async def test_every_intent_has_one_handler() -> None:
    class Twin(Reactor[Count]):
        name: ClassVar[str] = "Twin"
        handlers: ClassVar[tuple[AnyHandler, ...]] = A.handlers

    with pytest.raises(ValueError, match="two handlers for OwnStep"):
        an_app(Child(A), Child(Twin))
    with pytest.raises(ValueError, match="twice"):
        an_app(Child(A), Child(A))


async def test_an_app_grants_whatever_its_reactors_hold() -> None:
    secret = Kind("m.Secret.use")

    class Holder(Reactor[Count]):
        name: ClassVar[str] = "Holder"
        holds: ClassVar[tuple[Capability, ...]] = (Capability(secret),)

    class Granting(App):
        tree: ClassVar[Supervise] = Supervise(children=(Child(Holder),))
        grants: ClassVar = {Holder: (Capability(secret),)}

    with pytest.raises(ValueError, match=r"Holder holds Secret\.use"):
        an_app(Child(Holder))
    assert Granting().system.cell(Holder).holds.has("m.Secret.use")


async def test_an_app_starts_once() -> None:
    app, _, _ = an_app(Child(A))
    async with app:
        pass
    with pytest.raises(RuntimeError, match="started before"):
        async with app:
            pass
