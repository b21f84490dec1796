"""What a reactor is made of: its state, its handlers, its mailbox, its restarts."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Generic,
    Literal,
    Self,
    TypeAlias,
    TypeVar,
)

import msgspec

from packetflow.capability import Capability
from packetflow.intent import Intent
from packetflow.observe.declared import Alert, Health, Metric

if TYPE_CHECKING:
    from packetflow.actor.system import System
    from packetflow.actor.turn import Turn

Overflow: TypeAlias = Literal["reject", "block", "drop_oldest", "drop_newest"]
RestartMode: TypeAlias = Literal["permanent", "transient", "temporary"]

Migration: TypeAlias = Callable[[Any], Mapping[str, Any]]
"""From the state of an earlier program to a later one's, both as JSON data (dicts)."""

I = TypeVar("I", bound=Intent[Any])  # noqa: E741 - the field's name for an intent
S = TypeVar("S", bound="State")


class State(msgspec.Struct):
    """A reactor's state. Lists are tuples and sets frozen; maps are dicts it owns."""

    if TYPE_CHECKING:

        def __copy__(self) -> Self:
            """A shallow copy; by its name: `copy.copy` is several times slower."""
            ...


class Handler(Generic[I]):
    """Which function of a reactor handles an intent.

    A plain function runs inline where the reactor is idle; a coroutine function is
    queued. `reads_only` says that it changes nothing and emits nothing; `in_place`
    that it changes the state once, and that nothing can go wrong from then on, so that
    it needs no draft. What is not delivered within `expires` seconds is dropped.
    """

    tables: ClassVar[tuple[object, ...]] = ()
    """The tables whose rows it reads or writes."""

    __slots__ = (
        "expires",
        "function",
        "in_place",
        "intent",
        "is_async",
        "reads_only",
    )

    def __init__(
        self,
        intent: type[I],
        function: Callable[[Any, Turn[Any], I], object],
        *,
        reads_only: bool = False,
        in_place: bool = False,
        expires: float | None = None,
    ) -> None:
        self.intent = intent
        self.function = function
        self.reads_only = reads_only
        self.in_place = in_place
        self.expires = expires
        self.is_async = inspect.iscoroutinefunction(function)

    def bound(self, system: System) -> Handler[I]:
        """The handler as it runs in a system."""
        del system
        return self


AnyHandler: TypeAlias = Handler[Any]


class Mailbox:
    """How many messages may wait, and what happens to one more.

    reject refuses it, block makes its sender wait, drop_oldest gives up the one that
    waited longest, drop_newest the new one. Intents in `priority` go first.
    """

    __slots__ = ("overflow", "priority", "room")

    def __init__(
        self,
        room: int = 10_000,
        overflow: Overflow = "reject",
        priority: tuple[type[Intent[Any]], ...] = (),
    ) -> None:
        self.room = room
        self.overflow: Overflow = overflow
        self.priority = frozenset(priority)


class Restart:
    """A reactor's own limit: more than `most` faults within seconds escalate.

    After a fault the reactor pauses: `first` seconds, doubling up to `last`, with
    jitter. A temporary reactor stops at its first fault.
    """

    __slots__ = ("first", "last", "mode", "most", "within")

    def __init__(
        self,
        mode: RestartMode = "permanent",
        *,
        most: int | None = None,
        within: float = 60.0,
        first: float = 0.0,
        last: float = 0.0,
    ) -> None:
        self.mode: RestartMode = mode
        self.most = most
        self.within = within
        self.first = first
        self.last = max(first, last)


class Journal:
    """What a reactor does is kept in the app's store, and outlives the process.

    Every so many lines the whole state is kept, and the lines before it are forgotten.
    `answers` is how many seconds an answer is kept for who repeats a request with its
    key: seven days, if nothing is said.
    """

    __slots__ = ("answers", "snapshot_every")

    def __init__(
        self, snapshot_every: int = 1_000, *, answers: float = 604_800.0
    ) -> None:
        """Raises ValueError for less than one line, and for no time at all."""
        if snapshot_every < 1:
            raise ValueError("a snapshot is taken every line at most")
        if answers <= 0:
            raise ValueError("`answers` is a number of seconds above zero")
        self.snapshot_every = snapshot_every
        self.answers = answers


class Reactor(Generic[S]):
    """Something with state that handles intents one at a time.

    `holds` is its own authority, used inside `turn.authority` only; `needs` are those
    started before it and stopped after it. `migrations` lead from what its journal held
    in earlier programs to its state: by name, oldest first, what gives each of them.
    """

    __slots__ = ()

    name: ClassVar[str]
    state_type: ClassVar[type[State]] = State
    holds: ClassVar[tuple[Capability, ...]] = ()
    handlers: ClassVar[tuple[AnyHandler, ...]] = ()
    needs: ClassVar[tuple[type[Reactor[Any]], ...]] = ()
    mailbox: ClassVar[Mailbox] = Mailbox()
    restart: ClassVar[Restart] = Restart()
    journal: ClassVar[Journal | None] = None
    migrations: ClassVar[Mapping[str, Callable[[], Migration]]] = MappingProxyType({})
    metrics: ClassVar[tuple[Metric, ...]] = ()
    health: ClassVar[tuple[Health, ...]] = ()
    alerts: ClassVar[tuple[Alert, ...]] = ()


AnyReactor: TypeAlias = Reactor[Any]
