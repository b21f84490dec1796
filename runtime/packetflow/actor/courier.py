"""Runs the entries of an outbox: at once, when they are due, or after a restart."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final, final, get_type_hints

from packetflow import codec
from packetflow.actor.giving import resumed
from packetflow.actor.outbox import Emitted, Performed, Run, Sent, Ticket, Wire
from packetflow.actor.pool import together
from packetflow.actor.route import Route
from packetflow.actor.shaped import check_whole
from packetflow.capability import Held
from packetflow.context import Context
from packetflow.effect import AsyncEffect, Effect, effect_named, keyed
from packetflow.errors import (
    Denied,
    PacketFlowError,
    Stopped,
    Unavailable,
)
from packetflow.intent import Event, Intent

if TYPE_CHECKING:
    from packetflow.actor.durable import DurableCell
    from packetflow.clock import Timer

logger: Final = logging.getLogger("packetflow.actor")

# Seconds before a message is tried again that found a full mailbox: doubling.
_FIRST: Final = 0.05
_LAST: Final = 5.0


@final
class Courier:
    """Takes what a durable reactor sends to where it goes."""

    __slots__ = ("_cell", "_timers")

    def __init__(self, cell: DurableCell) -> None:
        self._cell = cell
        self._timers: set[Timer] = set()

    def stop(self) -> None:
        """Wait for nothing any more: what is not done is done after the next start."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    # -- what an entry comes to --------------------------------------------------------

    def publish(self, event: Event, authority: Held, ticket: Ticket) -> None:
        """Give an event to its subscribers."""
        self._cell.system.publish(event, authority)
        ticket.delivered()

    def perform(
        self,
        name: str,
        key: str,
        call: Callable[[], Any],
        authority: Held,
        ticket: Ticket,
    ) -> Awaitable[None] | None:
        """Perform an effect with its idempotency key."""
        system = self._cell.system
        pending = system.perform(name, keyed(key, call), authority)
        if pending is None:
            ticket.delivered()
            return None
        return _then(pending, ticket)

    def deliver(
        self, route: Route, intent: Intent[Any], caller: Context, ticket: Ticket
    ) -> Awaitable[None] | None:
        """Queue an intent where it is handled."""
        system = self._cell.system
        chosen: tuple[Route, ...] = (route,)
        if route.pool is not None:
            try:
                chosen = route.pool.choose(intent, caller)
            except Unavailable as error:
                system.dead_letter(type(intent).__name__, error)
                ticket.delivered()
                return None
        ticket.left = len(chosen)
        entering = [self._enter(one, intent, caller, ticket, _FIRST) for one in chosen]
        return together([one for one in entering if one is not None])

    def _enter(
        self,
        route: Route,
        intent: Intent[Any],
        caller: Context,
        ticket: Ticket,
        pause: float,
    ) -> Awaitable[None] | None:
        cell = route.cell
        try:
            return cell.post(
                route, intent, caller, force=cell is self._cell, ticket=ticket
            )
        except Stopped as error:
            # It stays in the outbox: the reactor may run again after a restart.
            system = self._cell.system
            if not system.stopping:
                system.dead_letter(route.name, error)
        except Unavailable:  # such as a full mailbox
            again = partial(
                self._enter, route, intent, caller, ticket, min(2 * pause, _LAST)
            )
            self._call_later(pause, again)
        return None

    def later(
        self, intent: Intent[Any], caller: Context, due: datetime, ticket: Ticket
    ) -> None:
        """Let an intent enter when it is due, through the same check as any entry."""
        left = (due - self._cell.system.clock.now()).total_seconds()
        self._call_later(max(left, 0.0), partial(self.enter, intent, caller, ticket))

    def enter(
        self, intent: Intent[Any], caller: Context, ticket: Ticket
    ) -> Awaitable[None] | None:
        """Let an intent enter now; what is denied is reported and done with."""
        system = self._cell.system
        try:
            route = system.route(intent)
            admitted = system.admit(route, intent, caller)
        except Denied as error:
            system.stats.denied_sends += 1
            system.reports.append(error)
            logger.warning("a send that was kept is denied now: %s", error)
            ticket.delivered()
            return None
        return self.deliver(route, intent, admitted, ticket)

    def _call_later(
        self, seconds: float, call: Callable[[], Awaitable[None] | None]
    ) -> None:
        def fire() -> None:
            self._timers.discard(timer)
            pending = call()
            if pending is not None:
                self._cell.follow(pending)

        timer = self._cell.system.clock.call_later(seconds, fire)
        self._timers.add(timer)

    # -- after a restart ---------------------------------------------------------------

    def again(self, body: bytes) -> Run | None:
        """What an entry comes to that was written before; None if it means nothing.

        What the program no longer knows is reported, and stays in the outbox.
        """
        try:
            wire: Wire = codec.decode(body, Wire, "an entry of the outbox")
            return self._run(wire)
        except PacketFlowError as error:
            name = self._cell.name
            self._cell.system.dead_letter(f"what {name} had still to do", error)
            return None

    def _run(self, wire: Wire) -> Run:
        match wire:
            case Emitted(event, held):
                published = codec.event(event)
                check_whole(type(published), event.body, event.name)
                return partial(self.publish, published, codec.holding(held))
            case Performed(name, key, args, _, held):
                cell = self._cell
                built_in = resumed(cell.system, cell.holds, name, args)
                call = built_in or _call(wire)
                return partial(self.perform, name, key, call, codec.holding(held))
            case Sent(intent, caller, due):
                made, who = codec.intent(intent), codec.caller(caller)
                check_whole(type(made), intent.body, intent.name)
                self._cell.system.route(made)
                if due is None:
                    return partial(self.enter, made, who)
                return partial(self.later, made, who, due)


def _call(wire: Performed) -> Callable[[], Any]:
    effect = effect_named(wire.effect)
    if effect is None:
        raise codec.CodecError(f"this program has no effect {wire.effect}")
    types = _parameters(effect)
    positional = list(types.values())[: len(wire.args)]
    more = len(wire.args) - len(positional)
    if more > 0 and not _takes_more(effect):
        raise codec.CodecError(f"{wire.effect} takes less than was kept for it")
    positional += [Any] * more
    for raw, kind in zip(wire.args, positional, strict=True):
        check_whole(kind, raw, wire.effect)
    args = [
        codec.decode(raw, kind, wire.effect)
        for raw, kind in zip(wire.args, positional, strict=True)
    ]
    named = {
        name: codec.decode(raw, types.get(name, Any), wire.effect)
        for name, raw in wire.named.items()
    }
    return partial(effect, *args, **named)


def _parameters(effect: Effect[..., Any] | AsyncEffect[..., Any]) -> dict[str, Any]:
    """The types of an effect's parameters, as far as its function tells them."""
    try:
        hints = get_type_hints(effect.function)
    except NameError:  # names that only a type checker imports
        hints = {}
    return {
        name: hints.get(name, Any)
        for name in inspect.signature(effect.function).parameters
    }


def _takes_more(effect: Effect[..., Any] | AsyncEffect[..., Any]) -> bool:
    parameters = inspect.signature(effect.function).parameters.values()
    return any(one.kind is one.VAR_POSITIONAL for one in parameters)


async def _then(pending: Awaitable[None], ticket: Ticket) -> None:
    await pending
    ticket.delivered()
