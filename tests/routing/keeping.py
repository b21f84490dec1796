"""What routing is tested with: a reactor that keeps values under keys."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import msgspec

from packetflow import (
    AnyHandler,
    App,
    Child,
    Context,
    Handler,
    Intent,
    Keyed,
    Mailbox,
    Reactor,
    Shards,
    State,
    Supervise,
    Turn,
    Workers,
)
from packetflow.actor.supervisor import Strategy

CALLER = Context()


class Put(Intent[int], frozen=True):
    """Keep one more value under a key; answered with how many there are."""

    key: str
    value: int = 0
    breaks: bool = False


class Hold(Intent[None], frozen=True):
    """Keep a value under a key, and wait until a gate opens."""

    key: str


class Clear(Intent[None], frozen=True):
    """Forget everything."""


class Kept(State):
    """All values, by key, in the order in which they came."""

    values: dict[str, tuple[int, ...]] = msgspec.field(default_factory=dict)


class Gate:
    """What `Hold` waits for."""

    def __init__(self) -> None:
        self.open = asyncio.Event()


GATES: list[Gate] = []


class Keeper(Reactor[Kept]):
    """Keeps values."""

    def on_put(self, turn: Turn[Kept], intent: Put) -> int:
        """Keep one."""
        held = (*turn.state.values.get(intent.key, ()), intent.value)
        turn.put(turn.state.values, intent.key, held)
        if intent.breaks:
            raise ZeroDivisionError
        return len(held)

    async def on_hold(self, turn: Turn[Kept], intent: Hold) -> None:
        """Keep one, and wait."""
        turn.put(turn.state.values, intent.key, (-1,))
        await GATES[-1].open.wait()

    def on_clear(self, turn: Turn[Kept], intent: Clear) -> None:
        """Forget."""
        turn.state.values = {}

    name: ClassVar[str] = "keeping.Keeper"
    state_type: ClassVar[type[State]] = Kept
    mailbox: ClassVar[Mailbox] = Mailbox(10)
    handlers: ClassVar[tuple[AnyHandler, ...]] = (
        Handler(Put, on_put),
        Handler(Hold, on_hold),
        Handler(Clear, on_clear),
    )


class KeyedKeeper(Reactor[Kept]):
    """Keeps values; every intent has a key."""

    name: ClassVar[str] = "keeping.KeyedKeeper"
    state_type: ClassVar[type[State]] = Kept
    handlers: ClassVar[tuple[AnyHandler, ...]] = (
        Handler(Put, Keeper.on_put),
        Handler(Hold, Keeper.on_hold),
    )


def an_app(
    many: Shards | Workers | Keyed | None,
    *,
    reactor: type[Reactor[Any]] = Keeper,
    strategy: Strategy = "one_for_one",
    max_restarts: int = 5,
) -> type[App]:
    """An app of many keepers."""

    class Keeping(App):
        name: ClassVar[str] = "keeping.Keeping"
        tree: ClassVar[Supervise] = Supervise(
            strategy,
            max_restarts=max_restarts,
            children=(Child(reactor, many=many),),
        )

    return Keeping


def values(app: App, reactor: type[Reactor[Any]] = Keeper) -> list[dict[str, Any]]:
    """What each one that runs has kept."""
    cells = [one for one in app.system.cells if one.reactor_type is reactor]
    return [dict(cell.state.values) for cell in cells]  # type: ignore[attr-defined]  # Kept
