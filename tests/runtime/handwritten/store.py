"""A small store with a map in its state, plain and waiting handlers, and failures."""

from __future__ import annotations

import asyncio
from typing import ClassVar, Final

import msgspec

from packetflow import (
    ANY,
    AnyHandler,
    App,
    Argument,
    AsyncEffect,
    Capability,
    Child,
    Context,
    Effect,
    Event,
    Failure,
    Handler,
    Implies,
    Intent,
    Kind,
    PathParameter,
    Reactor,
    State,
    Supervise,
    Turn,
    checked_path,
)

READ: Final = Kind("store.Cap.read", parameters=(PathParameter("path"),))
WRITE: Final = Kind(
    "store.Cap.write",
    parameters=(PathParameter("path"),),
    implies=(Implies(READ, Argument(0)),),
)
ADMIN: Final = Kind("store.Cap.admin", implies=(Implies(WRITE, ANY),))


class Missing(Failure):
    """There is nothing under this path."""

    status: ClassVar[int] = 404

    def __init__(self, path: str) -> None:
        super().__init__(path=path)
        self.path = path


class Caller(Context, frozen=True, kw_only=True):
    """Somebody with a name."""

    name: str = "ann"


class Put(Intent[int], frozen=True):
    """Keep a value; answers how many there are. A negative value breaks the handler."""

    path: str
    value: int
    fails: bool = False

    def __post_init__(self) -> None:
        path = checked_path(self.path, "Put.path")
        msgspec.structs.force_setattr(self, "path", path)

    def missing(self, caller: Context) -> tuple[Capability, ...]:
        """What the caller lacks."""
        if caller.held.covers_path(WRITE, self.path):
            return ()
        return (WRITE.exact(self.path),)


class Get(Intent[int], frozen=True):
    """The value under a path."""

    path: str

    def missing(self, caller: Context) -> tuple[Capability, ...]:
        """What the caller lacks."""
        if caller.held.covers_path(READ, self.path):
            return ()
        return (READ.exact(self.path),)


class SlowPut(Intent[None], frozen=True):
    """Keep a value, wait until the gate opens, and then perhaps fail."""

    deadline: ClassVar[float | None] = 5.0
    path: str
    value: int
    fails: bool = False


class Hold(Intent[None], frozen=True):
    """Keep the store busy until the gate opens."""


class Written(Event, frozen=True):
    """A value was kept."""

    path: str
    value: int

    def missing(self, caller: Context) -> tuple[Capability, ...]:
        """What the caller lacks."""
        if caller.held.covers_path(READ, self.path):
            return ()
        return (READ.exact(self.path),)


class StoreState(State):
    """What the store knows."""

    values: dict[str, int] = msgspec.field(default_factory=dict)
    writes: int = 0


LOG: list[str] = []


def _note(line: str) -> None:
    LOG.append(line)


async def _note_later(line: str) -> None:
    await asyncio.sleep(0)
    LOG.append(line)


note: Final = Effect("store.note", _note)
note_later: Final = AsyncEffect("store.note_later", _note_later)

GATE: dict[str, asyncio.Event] = {}


def gate() -> asyncio.Event:
    """What slow handlers wait for, new for each test."""
    return GATE.setdefault("gate", asyncio.Event())


class Store(Reactor[StoreState]):
    """Keeps values."""

    def on_put(self, turn: Turn[StoreState], intent: Put) -> int:
        """Change first and fail afterwards, so that rolling back shows."""
        state = turn.state
        state.writes += 1
        turn.put(state.values, intent.path, intent.value)
        turn.emit(Written(path=intent.path, value=intent.value))
        turn.performs(note, f"put {intent.path}")
        if intent.fails:
            raise Missing(intent.path)
        if intent.value < 0:
            raise ArithmeticError("negative")
        return len(state.values)

    def on_get(self, turn: Turn[StoreState], intent: Get) -> int:
        """Read."""
        value = turn.state.values.get(intent.path)
        if value is None:
            raise Missing(intent.path)
        return value

    async def on_slow_put(self, turn: Turn[StoreState], intent: SlowPut) -> None:
        """Change first, wait, and fail afterwards."""
        turn.state.writes += 1
        turn.put(turn.state.values, intent.path, intent.value)
        await gate().wait()
        if intent.fails:
            raise Missing(intent.path)

    async def on_hold(self, turn: Turn[StoreState], intent: Hold) -> None:
        """Wait."""
        await gate().wait()

    name: ClassVar[str] = "store.Store"
    state_type: ClassVar[type[State]] = StoreState
    handlers: ClassVar[tuple[AnyHandler, ...]] = (
        Handler(Put, on_put),
        Handler(Get, on_get, reads_only=True),
        Handler(SlowPut, on_slow_put),
        Handler(Hold, on_hold),
    )


class StoreApp(App):
    """The store alone."""

    name: ClassVar[str] = "store.StoreApp"
    tree: ClassVar[Supervise] = Supervise(max_restarts=100, children=(Child(Store),))
