"""The process that is killed: it takes numbers, books them, and says so."""

from __future__ import annotations

import asyncio
import json
import os
from typing import ClassVar

import msgspec

from packetflow import (
    AnyHandler,
    App,
    Child,
    Context,
    Effect,
    Handler,
    Intent,
    Journal,
    Reactor,
    State,
    Supervise,
    Turn,
)
from packetflow.actor import durable, once, reload  # noqa: F401 - before the fork
from packetflow.actor.answers import Answers
from packetflow.effect import idempotency_key

ASKERS = 64
ANN = Context()


class Take(Intent[int], frozen=True):
    round: int
    number: int


class Booked(Intent[None], frozen=True):
    round: int
    number: int


class Forget(Intent[None], frozen=True):
    round: int


class ForgetBooked(Intent[None], frozen=True):
    round: int


class Counts(State):
    """How often each number came, by round."""

    of: dict[tuple[int, int], int] = msgspec.field(default_factory=dict)


OUTSIDE: list[int] = []


def _tell(number: str) -> None:
    line = f"{idempotency_key()} {number}\n"
    os.write(OUTSIDE[0], line.encode())


tell = Effect("chaos.tell", _tell)


def _count(turn: Turn[Counts], round: int, number: int) -> int:
    place = (round, number)
    count = turn.state.of.get(place, 0) + 1
    turn.put(turn.state.of, place, count)
    return count


def _forget(turn: Turn[Counts], round: int) -> None:
    for place in [place for place in turn.state.of if place[0] <= round]:
        turn.drop(turn.state.of, place)


class Taker(Reactor[Counts]):
    def take(self, turn: Turn[Counts], intent: Take) -> int:
        count = _count(turn, intent.round, intent.number)
        turn.send(Booked(intent.round, intent.number))
        turn.performs(tell, f"{intent.round}:{intent.number}")
        return count

    def forget(self, turn: Turn[Counts], intent: Forget) -> None:
        _forget(turn, intent.round)
        turn.send(ForgetBooked(intent.round))

    name: ClassVar[str] = "chaos.Taker"
    state_type: ClassVar[type[State]] = Counts
    journal: ClassVar[Journal | None] = Journal(snapshot_every=50)
    handlers: ClassVar[tuple[AnyHandler, ...]] = (
        Handler(Take, take),
        Handler(Forget, forget),
    )


class Booker(Reactor[Counts]):
    def book(self, turn: Turn[Counts], intent: Booked) -> None:
        _count(turn, intent.round, intent.number)

    def forget(self, turn: Turn[Counts], intent: ForgetBooked) -> None:
        _forget(turn, intent.round)

    name: ClassVar[str] = "chaos.Booker"
    state_type: ClassVar[type[State]] = Counts
    journal: ClassVar[Journal | None] = Journal(snapshot_every=70)
    handlers: ClassVar[tuple[AnyHandler, ...]] = (
        Handler(Booked, book),
        Handler(ForgetBooked, forget),
    )


class Chaos(App):
    name: ClassVar[str] = "chaos.Chaos"
    tree: ClassVar[Supervise] = Supervise(children=(Child(Taker), Child(Booker)))


def live(opened, orders: dict, out: int, outside: int, *, early: bool) -> None:
    """Be the process, until it is killed."""
    OUTSIDE[:] = [outside]
    if early:
        # The negative control: an answer is given before its line is durable.
        Answers.durable = property(lambda self: 1 << 62, lambda self, line: None)
    asyncio.run(_live(opened(), orders, out))


async def _live(store, orders: dict, out: int) -> None:
    def say(**what) -> None:
        os.write(out, json.dumps(what).encode() + b"\n")

    async with Chaos(store=store) as app:
        # All audit records would go to the store too: that is not what is tested.
        app.system.audit_hooks.clear()
        await asyncio.wait_for(app.system._quiet(), 30)
        now = orders["round"]
        say(
            taken=_found(app, Taker, orders["verified"]),
            booked=_found(app, Booker, orders["verified"]),
            undone=len(app.system.cell(Taker).undone.open),
            reports=[str(one) for one in app.system.reports],
        )
        if orders["verified"] >= 0:
            await app.ask(Forget(orders["verified"]), ANN)

        async def take(round: int, number: int) -> None:
            # Every other request may be repeated.
            key = f"{round}:{number}" if number % 2 else None
            say(asked=[round, number])
            count = await app.ask(Take(round, number), ANN, key=key)
            say(done=[round, number], count=count)

        numbers = iter(range(1 << 30))

        async def asker() -> None:
            for number in numbers:
                await take(now, number)

        await asyncio.gather(*(take(*one) for one in orders["again"]))
        await asyncio.gather(*(asker() for _ in range(ASKERS)))


def _found(app: App, reactor, verified: int) -> list[tuple[int, int, int]]:
    counts = app.system.cell(reactor).state.of
    return [(*place, count) for place, count in counts.items() if place[0] > verified]
