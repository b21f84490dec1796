"""A turn: what one handler may see and do while it handles one intent."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    Generic,
    ParamSpec,
    TypeAlias,
    TypeVar,
    cast,
)

from packetflow.actor.giving import OfTurn, delegating, revoking
from packetflow.actor.reactor import State
from packetflow.capability import NOTHING, Capability, Held
from packetflow.configuration import Config
from packetflow.context import Context
from packetflow.effect import SCOPE, AsyncEffect, Effect, Retry
from packetflow.errors import Denied, Unavailable
from packetflow.intent import Event, Intent

if TYPE_CHECKING:
    from packetflow.actor.cell import Cell
    from packetflow.observe.instruments import Counter, Gauge, Histogram

P = ParamSpec("P")
S = TypeVar("S", bound=State)
C = TypeVar("C", bound=Context)
R = TypeVar("R")
K = TypeVar("K")
V = TypeVar("V")
F = TypeVar("F", bound=Config)

# What happens at commit; an awaitable that is returned is awaited before the next step.
Step: TypeAlias = Callable[[], Awaitable[None] | None]

ABSENT: Final = object()


class Turn(Generic[S]):
    """The draft state, the caller, and everything that waits for the commit.

    `state` is a draft: it becomes the reactor's state when the handler returns, and is
    dropped when it raises. Maps are changed in place by `put` and `drop`, which keep
    what is needed to change them back. `cell`, `steps`, `undo` and `is_light` are the
    cell's own: a light turn's draft becomes the state as it is, and nothing follows.
    """

    __slots__ = (
        "_lender",
        "_orders",
        "caller",
        "cell",
        "is_light",
        "state",
        "steps",
        "undo",
    )

    def __init__(
        self, cell: Cell, caller: Context, state: S, *, is_light: bool = False
    ) -> None:
        self.caller = caller
        self.state = state
        self.cell = cell
        self.is_light = is_light
        self._lender = NOTHING
        self.steps: list[Step] | None = None
        self.undo: list[tuple[dict[Any, Any], Any, Any]] | None = None
        self._orders: dict[int, tuple[Any, ...]] | None = None

    def caller_as(self, kind: type[C]) -> C:
        """The caller as the context type that the intent is declared for."""
        caller = self.caller
        if not isinstance(caller, kind):
            raise TypeError(f"the caller is not a {kind.__name__}")
        return caller

    def can(self, capability: Capability) -> bool:
        """Whether the caller holds the capability; own authority does not count."""
        return self.caller.held.allows(capability)

    def denial(self, *capabilities: Capability, reason: str = "") -> Denied:
        """The exception that denies this intent; state is rolled back when raised."""
        return Denied(capabilities, caller=self.caller, reason=reason)

    @property
    def delegate(self) -> OfTurn[[Capability, str, datetime], None]:
        """The effect that gives a subject what the caller has, until an instant."""
        return delegating(self.cell.system, self.caller)

    @property
    def delegate_own(self) -> OfTurn[[Capability, str, datetime], None]:
        """The effect that gives a subject what the reactor holds, until an instant."""
        return delegating(self.cell.system, self.caller, self.cell.holds)

    @property
    def revoke(self) -> OfTurn[[str], None]:
        """The effect that begins a new epoch for a subject."""
        return revoking(self.cell.system, self.caller)

    def now(self) -> datetime:
        """The present instant, by the app's clock."""
        return self.cell.system.clock.now()

    def config(self, kind: type[F]) -> F:
        """The values of a configuration of the app."""
        return self.cell.system.settings.of(kind)

    def counter(self, name: str) -> Counter:
        """A counter of the reactor; it counts at once, whatever the handler comes to."""
        return self.cell.system.instruments.counter(self.cell.family, name)

    def gauge(self, name: str) -> Gauge:
        """A gauge of the reactor; it is set at once."""
        return self.cell.system.instruments.gauge(self.cell.family, name)

    def histogram(self, name: str) -> Histogram:
        """A histogram of the reactor; it observes at once."""
        return self.cell.system.instruments.histogram(self.cell.family, name)

    def new_uuid(self) -> uuid.UUID:
        """A new random uuid."""
        return uuid.uuid4()

    def put(self, mapping: Mapping[K, V], key: K, value: V) -> None:
        """Set a key of a map in the state."""
        owned = _owned(mapping)
        before = owned.get(key, ABSENT)
        owned[key] = value
        self._note(owned, key, before)

    def drop(self, mapping: Mapping[K, V], key: K) -> None:
        """Remove a key of a map in the state; does nothing if it is not there."""
        owned = _owned(mapping)
        if key not in owned:
            return
        if self._orders is None:
            self._orders = {}
        # A removed key that comes back would come back last, and order can be seen:
        # so the order is kept, once for each map that a turn removes from.
        if id(owned) not in self._orders:
            self._orders[id(owned)] = tuple(owned)
        self._note(owned, key, owned.pop(key))

    def _note(self, owned: dict[K, V], key: K, before: object) -> None:
        if self.undo is None:
            self.undo = []
            self.is_light = False
        self.undo.append((owned, key, before))

    def emit(self, event: Event) -> None:
        """Publish an event when the handler commits."""
        self._later(partial(self.cell.system.publish, event, self._authority()))

    def performs(
        self,
        effect: Effect[P, R] | AsyncEffect[P, R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Perform an effect when the handler commits.

        It runs with the caller's authority and the reactor's own; its failure is
        reported and changes neither state nor reply.
        """
        authority = self.caller.held.union(self.cell.holds)
        perform = effect.later if isinstance(effect, OfTurn) else effect
        call = partial(perform, *args, **kwargs)
        self._later(partial(self.cell.system.perform, effect.name, call, authority))

    def send(
        self,
        intent: Intent[Any],
        *,
        after: timedelta | None = None,
        only: tuple[Capability, ...] | None = None,
    ) -> None:
        """Send an intent when the handler commits; nobody waits for its answer.

        With `after` it fires so much later, through the same check as any entry.
        """
        system = self.cell.system
        route = system.route(intent)
        caller = system.child(route, intent, self.caller, only, self._lender)
        if after is None:
            self._later(partial(system.deliver, self.cell, route, intent, caller))
        else:
            seconds = after.total_seconds()
            self._later(partial(system.delay, intent, caller, seconds))

    async def ask(
        self,
        intent: Intent[R],
        *,
        within: timedelta | float | None = None,
        only: tuple[Capability, ...] | None = None,
        retry: Retry | None = None,
    ) -> R:
        """Ask another reactor now; raises its failures, or Unavailable.

        `within` is how long each try may take, a timedelta or seconds. `retry` tries
        again when the reactor was unavailable, each time with a context of its own.
        """
        system = self.cell.system
        route = system.route(intent)
        if isinstance(within, timedelta):
            within = within.total_seconds()
        attempt = 0
        while True:
            caller = system.child(route, intent, self.caller, only, self._lender)
            try:
                result = await system.inner_ask(
                    self.cell, route, intent, caller, within
                )
            except Unavailable:
                attempt += 1
                if retry is None or attempt > retry.times:
                    raise
                await system.clock.sleep(retry.delay(attempt))
            else:
                return cast(R, result)

    @contextmanager
    def authority(self, why: str, *over: object) -> Iterator[None]:
        """Use what the reactor holds, for a reason that is audited.

        `over` are caller-chosen values that are accepted deliberately.
        """
        cell = self.cell
        kind = cell.reactor_type
        cell.system.audited("authority", kind.name, self.caller, why, needs=kind.holds)
        before = self._lender
        self._lender = cell.holds
        token = None
        if cell.system.paranoid:
            scope = SCOPE.get() or cell.system.scope
            token = SCOPE.set(scope.within(self._authority()))
        try:
            yield
        finally:
            self._lender = before
            if token is not None:
                SCOPE.reset(token)

    def _authority(self) -> Held:
        return self.caller.held.union(self._lender)

    def _later(self, step: Step) -> None:
        if self.steps is None:
            self.steps = [step]
            self.is_light = False
        else:
            self.steps.append(step)

    def forget(self) -> None:
        """Forget what was to follow: the handler begins again."""
        self.used()

    def used(self) -> None:
        """Forget what was done: the turn is over and may serve another handler."""
        self.steps = self.undo = self._orders = None

    def roll_back(self) -> None:
        """Change the maps back to what they were when the turn began."""
        if self.undo is None:
            return
        for owned, key, before in reversed(self.undo):
            if before is ABSENT:
                owned.pop(key, None)
            else:
                owned[key] = before
        if self._orders is not None:
            self._restore_orders(self._orders)
        self.undo = None

    def _restore_orders(self, orders: dict[int, tuple[Any, ...]]) -> None:
        for owned, _, _ in self.undo or ():
            before = orders.pop(id(owned), None)
            # The order was taken at the first removal: keys put before it that were
            # new are among them, and are gone again by now.
            if before is not None:
                items = {key: owned[key] for key in before if key in owned}
                owned.clear()
                owned.update(items)


def _owned(mapping: Mapping[K, V]) -> dict[K, V]:
    if not isinstance(mapping, dict):
        raise TypeError("only a map in the reactor's own state can be changed")
    return mapping
