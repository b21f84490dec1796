"""What a reactor is made of: its state, its handlers, its mailbox, its restarts."""

from __future__ import annotations

import inspect
from collections.abc import Callable
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

if TYPE_CHECKING:
    from packetflow.actor.turn import Turn

Overflow: TypeAlias = Literal["reject", "block", "drop_oldest", "drop_newest"]
RestartMode: TypeAlias = Literal["permanent", "transient", "temporary"]

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
    queued. `reads_only` says that it changes nothing and emits nothing.
    """

    __slots__ = ("function", "intent", "is_async", "reads_only")

    def __init__(
        self,
        intent: type[I],
        function: Callable[[Any, Turn[Any], I], object],
        *,
        reads_only: bool = False,
    ) -> None:
        self.intent = intent
        self.function = function
        self.reads_only = reads_only
        self.is_async = inspect.iscoroutinefunction(function)


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


class Reactor(Generic[S]):
    """Something with state that handles intents one at a time.

    `holds` is its own authority, used inside `turn.authority` only; `needs` are those
    started before it and stopped after it.
    """

    __slots__ = ()

    name: ClassVar[str]
    state_type: ClassVar[type[State]] = State
    holds: ClassVar[tuple[Capability, ...]] = ()
    handlers: ClassVar[tuple[AnyHandler, ...]] = ()
    needs: ClassVar[tuple[type[Reactor[Any]], ...]] = ()
    mailbox: ClassVar[Mailbox] = Mailbox()
    restart: ClassVar[Restart] = Restart()


AnyReactor: TypeAlias = Reactor[Any]
