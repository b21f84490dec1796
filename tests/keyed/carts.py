"""Carts, one for each key, and a ledger that hears of them: all with journals."""

from __future__ import annotations

import asyncio
import copy
from datetime import timedelta
from typing import Any, ClassVar

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
    Keyed,
    Reactor,
    State,
    Supervise,
    Turn,
)
from packetflow.effect import idempotency_key
from packetflow.store import MemoryStore, Store

ANN = Context()
IDLE = 60.0
PERFORMED: list[tuple[str, str | None]] = []

wrapped = Effect(
    "carts.wrapped", lambda text: PERFORMED.append((text, idempotency_key()))
)


class Add(Intent[int], frozen=True):
    """Put something into a cart; answered with how much is in it."""

    cart: str
    item: str
    remind: timedelta | None = None
    breaks: bool = False


class Look(Intent[tuple[str, ...]], frozen=True):
    """What is in a cart."""

    cart: str


class Wait(Intent[None], frozen=True):
    """Wait until a gate opens."""

    cart: str


class Heard(Intent[None], frozen=True):
    """The ledger hears of something."""

    cart: str
    item: str


class Count(Intent[int], frozen=True):
    """How much the ledger has heard of."""


class Pass(Intent[None], frozen=True):
    """The ledger puts something into a cart."""

    cart: str
    item: str


class Content(State):
    items: tuple[str, ...] = ()
    counts: dict[str, int] = msgspec.field(default_factory=dict)


class Written(State):
    heard: tuple[tuple[str, str], ...] = ()


GATES: list[asyncio.Event] = []


class Cart(Reactor[Content]):
    """What somebody wants to buy."""

    def on_add(self, turn: Turn[Content], intent: Add) -> int:
        """Put it in, and tell the ledger."""
        state = turn.state
        state.items = (*state.items, intent.item)
        turn.put(state.counts, intent.item, state.counts.get(intent.item, 0) + 1)
        if intent.breaks:
            raise ZeroDivisionError
        turn.send(Heard(intent.cart, intent.item), after=intent.remind)
        turn.performs(wrapped, f"{intent.cart} {intent.item}")
        return len(state.items)

    def on_look(self, turn: Turn[Content], intent: Look) -> tuple[str, ...]:
        """Look."""
        return turn.state.items

    async def on_wait(self, turn: Turn[Content], intent: Wait) -> None:
        """Wait."""
        await GATES[-1].wait()

    name: ClassVar[str] = "carts.Cart"
    state_type: ClassVar[type[State]] = Content
    journal: ClassVar[Journal | None] = Journal(5)
    handlers: ClassVar[tuple[AnyHandler, ...]] = (
        Handler(Add, on_add),
        Handler(Look, on_look, reads_only=True),
        Handler(Wait, on_wait),
    )


class Ledger(Reactor[Written]):
    """Hears of everything, once."""

    def on_heard(self, turn: Turn[Written], intent: Heard) -> None:
        """Write it down."""
        turn.state.heard = (*turn.state.heard, (intent.cart, intent.item))

    def on_count(self, turn: Turn[Written], intent: Count) -> int:
        """Count."""
        return len(turn.state.heard)

    def on_pass(self, turn: Turn[Written], intent: Pass) -> None:
        """Send it to a cart."""
        turn.send(Add(intent.cart, intent.item))

    name: ClassVar[str] = "carts.Ledger"
    state_type: ClassVar[type[State]] = Written
    journal: ClassVar[Journal | None] = Journal(20)
    handlers: ClassVar[tuple[AnyHandler, ...]] = (
        Handler(Heard, on_heard),
        Handler(Count, on_count, reads_only=True),
        Handler(Pass, on_pass),
    )


class Shop(App):
    """Carts and a ledger."""

    name: ClassVar[str] = "carts.Shop"
    tree: ClassVar[Supervise] = Supervise(
        max_restarts=1_000,
        children=(Child(Ledger), Child(Cart, many=Keyed("cart", idle=IDLE))),
    )


def running(app: App) -> list[str]:
    """The keys of the carts that run."""
    cells = [one for one in app.system.cells if one.reactor_type is Cart]
    return [one.name.partition("/")[2] for one in cells]


async def idle_for(app: App, seconds: float) -> None:
    """Let time pass, and what then happens happen."""
    clock: Any = app.clock
    await clock.advance(timedelta(seconds=seconds))
    await settled(app)


async def settled(app: App) -> None:
    """Wait until nobody has anything to do."""
    for _ in range(3):
        await app.system._quiet()
        await asyncio.sleep(0)


def logs(store: Store) -> list[str]:
    """The journals of carts in a store."""
    names = [one.log for one in store.survey().logs]
    return [one for one in names if one.startswith("journal:carts.Cart/")]


def index(store: Store) -> list[str]:
    """What the index says: when, and which key."""
    return [place for place, _ in store.scan("work-by-time:carts.Cart")]


def killed(store: MemoryStore) -> MemoryStore:
    """What a process finds that starts after this one was killed."""
    made = MemoryStore()
    made._logs = copy.deepcopy(store._logs)
    made._spaces = copy.deepcopy(store._spaces)
    return made
