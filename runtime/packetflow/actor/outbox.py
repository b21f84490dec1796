"""What a durable reactor's handler sends, emits and leaves to perform.

Each is an entry of the handler's line, so it is there exactly if the state is; it is
run once the line is durable, and again after a crash unless the journal says `done`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Generic, ParamSpec, TypeVar, final

import msgspec

from packetflow import codec
from packetflow.actor.giving import OfTurn
from packetflow.actor.journal import Sender
from packetflow.actor.reactor import State
from packetflow.actor.turn import Turn
from packetflow.capability import Capability
from packetflow.codec import Caller, Capable, Named
from packetflow.context import Context
from packetflow.effect import AsyncEffect, Effect, Retry
from packetflow.identifier import new_request_id
from packetflow.intent import Event, Intent

if TYPE_CHECKING:
    from packetflow.actor.durable import DurableCell

logger: Final = logging.getLogger("packetflow.actor")

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound=State)


class Emitted(msgspec.Struct, tag="emit", tag_field="do", frozen=True):
    """An event to be published, with the authority it was emitted with."""

    event: Named
    held: tuple[Capable, ...]


class Performed(msgspec.Struct, tag="perform", tag_field="do", frozen=True):
    """An effect to be performed, by its name, and its key for what is outside."""

    effect: str
    key: str
    args: tuple[msgspec.Raw, ...]
    named: dict[str, msgspec.Raw]
    held: tuple[Capable, ...]


class Sent(msgspec.Struct, tag="send", tag_field="do", frozen=True):
    """An intent on its way, `due` at an instant if it was sent with a delay."""

    intent: Named
    caller: Caller
    due: datetime | None = None


Wire = Emitted | Performed | Sent
Run = Callable[["Ticket"], Awaitable[None] | None]


@final
class Outgoing:
    """An entry: what is written, and what is done with it."""

    __slots__ = ("run", "wire")

    def __init__(self, wire: Wire, run: Run) -> None:
        self.wire = msgspec.Raw(codec.encode(wire))
        self.run = run


@final
class Ticket:
    """Goes with what was sent; whoever has it in hand says what became of it.

    `left` is how many receivers there are.
    """

    __slots__ = ("cell", "left", "sender")

    def __init__(self, cell: DurableCell, line: int, place: int) -> None:
        self.cell = cell
        self.sender = Sender(cell.name, line, place)
        self.left = 1

    def delivered(self) -> None:
        """It was handled, or given up for good: it is not run again."""
        self.left -= 1
        if self.left == 0:
            self.cell.done(self.sender.line, self.sender.place)


class DurableTurn(Turn[S], Generic[S]):
    """A turn of a durable reactor: what follows its commit is in `out`.

    `line` is the number of its line, if that was written together with rows.
    """

    __slots__ = ("line", "out")

    cell: DurableCell

    def __init__(self, cell: DurableCell, caller: Context, state: S) -> None:
        super().__init__(cell, caller, state)
        self.out: list[Outgoing] = []
        self.line = 0

    def forget(self) -> None:
        """Forget what was to follow: the handler begins again."""
        super().forget()
        self.out.clear()

    def emit(self, event: Event) -> None:
        """Publish an event when the handler has committed."""
        authority = self._authority()
        wire = Emitted(codec.message(event), codec.capabilities(authority))
        publish = partial(self.cell.courier.publish, event, authority)
        self.out.append(Outgoing(wire, publish))

    def performs(
        self,
        effect: Effect[P, R] | AsyncEffect[P, R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Perform an effect when the handler has committed."""
        authority = self.caller.held.union(self.cell.holds)
        # Not of the request: many come with one context, and a handler may perform
        # the same twice.
        key = new_request_id()
        kept = effect.kept(args) if isinstance(effect, OfTurn) else args
        wire = Performed(
            effect.name,
            key,
            tuple(msgspec.Raw(codec.encode(one)) for one in kept),
            {name: msgspec.Raw(codec.encode(one)) for name, one in kwargs.items()},
            codec.capabilities(authority),
        )
        call = partial(
            effect.later if isinstance(effect, OfTurn) else effect, *args, **kwargs
        )
        perform = partial(self.cell.courier.perform, effect.name, key, call, authority)
        self.out.append(Outgoing(wire, perform))

    def send(
        self,
        intent: Intent[Any],
        *,
        after: timedelta | None = None,
        only: tuple[Capability, ...] | None = None,
    ) -> None:
        """Send an intent when the handler has committed; nobody waits for its answer.

        With `after` it fires so much later, also if the process ended meanwhile.
        """
        system = self.cell.system
        route = system.route(intent)
        caller = system.child(route, intent, self.caller, only, self._lender)
        due = None if after is None else self.now() + after
        wire = Sent(codec.message(intent), codec.context(caller), due)
        courier = self.cell.courier
        if due is None:
            run: Run = partial(courier.deliver, route, intent, caller)
        else:
            run = partial(courier.later, intent, caller, due)
        self.out.append(Outgoing(wire, run))

    async def ask(
        self,
        intent: Intent[R],
        *,
        within: timedelta | float | None = None,
        only: tuple[Capability, ...] | None = None,
        retry: Retry | None = None,
    ) -> R:
        """Ask another reactor, once all that this one knows is durable."""
        await self.cell.settled()
        return await super().ask(intent, within=within, only=only, retry=retry)
