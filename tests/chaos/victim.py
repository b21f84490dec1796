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
    Event,
    Handler,
    Intent,
    Journal,
    Reactor,
    State,
    Supervise,
    Turn,
)
from packetflow.actor import durable, once, reload  # noqa: F401 - before the fork
from packetflow.effect import idempotency_key

ASKERS = 64
ANN = Context()


class Take(Intent[int], frozen=True):
    round: int
    number: int


class Booked(Intent[None], frozen=True):
    round: int
    number: int


class Confirmed(Intent[None], frozen=True):
    """Sent back by who has booked: so both have an outbox and an inbox."""

    round: int
    number: int


class Taken(Event, frozen=True):
    round: int
    number: int


class Forget(Intent[None], frozen=True):
    round: int


class ForgetBooked(Intent[None], frozen=True):
    round: int


class Counts(State):
    """How often each number came, and was confirmed, by round."""

    of: dict[tuple[int, int], int] = msgspec.field(default_factory=dict)
    confirmed: dict[tuple[int, int], int] = msgspec.field(default_factory=dict)


OUTSIDE: list[int] = []


def _tell(number: str) -> None:
    _outside(f"told {number} {idempotency_key()}")


def _heard(event: Taken) -> None:
    _outside(f"heard {event.round}:{event.number} -")


def _outside(line: str) -> None:
    os.write(OUTSIDE[0], f"{line}\n".encode())


tell = Effect("chaos.tell", _tell)


Counted = dict[tuple[int, int], int]


def _count(turn: Turn[Counts], counted: Counted, place: tuple[int, int]) -> int:
    count = counted.get(place, 0) + 1
    turn.put(counted, place, count)
    return count


def _forget(turn: Turn[Counts], round: int) -> None:
    for counted in (turn.state.of, turn.state.confirmed):
        for place in [place for place in counted if place[0] <= round]:
            turn.drop(counted, place)


class Taker(Reactor[Counts]):
    def take(self, turn: Turn[Counts], intent: Take) -> int:
        count = _count(turn, turn.state.of, (intent.round, intent.number))
        turn.emit(Taken(intent.round, intent.number))
        turn.send(Booked(intent.round, intent.number))
        turn.performs(tell, f"{intent.round}:{intent.number}")
        return count

    def confirm(self, turn: Turn[Counts], intent: Confirmed) -> None:
        _count(turn, turn.state.confirmed, (intent.round, intent.number))

    def forget(self, turn: Turn[Counts], intent: Forget) -> None:
        _forget(turn, intent.round)
        turn.send(ForgetBooked(intent.round))

    name: ClassVar[str] = "chaos.Taker"
    state_type: ClassVar[type[State]] = Counts
    journal: ClassVar[Journal | None] = Journal(snapshot_every=50)
    handlers: ClassVar[tuple[AnyHandler, ...]] = (
        Handler(Take, take),
        Handler(Confirmed, confirm),
        Handler(Forget, forget),
    )


class Booker(Reactor[Counts]):
    def book(self, turn: Turn[Counts], intent: Booked) -> None:
        _count(turn, turn.state.of, (intent.round, intent.number))
        turn.send(Confirmed(intent.round, intent.number))

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


def live(opened, orders: dict, out: int, outside: int) -> None:
    """Be the process, until it is killed."""
    OUTSIDE[:] = [outside]
    asyncio.run(_live(opened(), orders, out))


async def _live(store, orders: dict, out: int) -> None:
    def say(**what) -> None:
        os.write(out, json.dumps(what).encode() + b"\n")

    app = Chaos(store=store)
    # Before the start: what was not published before the end is published then.
    app.subscribe(Taken, _heard)
    async with app:
        # All audit records would go to the store too: that is not what is tested.
        app.system.audit_hooks.clear()
        await asyncio.wait_for(app.system._quiet(), 30)
        now = orders["round"]
        taker, booker = (app.system.cell(one) for one in (Taker, Booker))
        since = orders["verified"]
        say(
            taken=_found(taker.state.of, since),
            booked=_found(booker.state.of, since),
            confirmed=_found(taker.state.confirmed, since),
            undone=len(taker.undone.open) + len(booker.undone.open),
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


def _found(counted: Counted, since: int) -> list[tuple[int, int, int]]:
    return [(*place, count) for place, count in counted.items() if place[0] > since]
