"""A keyed reactor with a journal: read when it is first needed, given back when idle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, final

import msgspec

from packetflow import codec
from packetflow.actor.durable import DurableCell
from packetflow.actor.inbox import Key, Place
from packetflow.actor.journal import Written
from packetflow.actor.mailbox import Message
from packetflow.actor.outbox import Ticket
from packetflow.actor.reactor import AnyReactor
from packetflow.actor.recovery import Recovered
from packetflow.actor.route import Route
from packetflow.actor.snapshot import Picture
from packetflow.actor.work import AT_ONCE, Work, stamp
from packetflow.codec import CodecError
from packetflow.context import Context
from packetflow.intent import Intent
from packetflow.store.interface import Put, Write

if TYPE_CHECKING:
    import asyncio

    from packetflow.actor.durability import Durability
    from packetflow.actor.supervisor import Supervisor
    from packetflow.actor.system import System


class Home(Protocol):
    """Where the reactors of all keys are."""

    def current(self, key: str, intent: Intent[Any]) -> Route:
        """Where an intent for a key goes now; raises Stopped."""

    def lost(self, cell: KeyedCell, waiting: Sequence[Message]) -> None:
        """Its state is not the true one: whoever waits is for another."""


class _Sent(msgspec.Struct, frozen=True):
    """What has to be known of an entry of the outbox: when it is due."""

    due: datetime | None = None


@final
class KeyedCell(DurableCell):
    """A durable cell that comes and goes.

    `when` is what the index of the store says of it after all lines so far. A key that
    nothing was written for leaves nothing behind: `_birth` is written with the first line.
    """

    __slots__ = ("_birth", "_home", "_when", "_work", "gone", "key")

    def __init__(
        self,
        system: System,
        reactor_type: type[AnyReactor],
        supervisor: Supervisor,
        durability: Durability,
        home: Home,
        work: Work,
        key: str,
    ) -> None:
        name = f"{reactor_type.name}/{key}"
        super().__init__(system, reactor_type, supervisor, durability, name=name)
        kind = reactor_type
        self.replies = durability.replies(kind, kind.name, of=f"/{key}")
        self.reload.on_lost = self._lost
        self.key = key
        self.gone = False
        self._home = home
        self._work = work
        self._when: str | None = None
        self._birth: Put | None = None

    # -- from the journal --------------------------------------------------------------

    def recovering(self) -> Recovered:
        """What will hold what the journal says, and the index."""
        found = super().recovering()
        found.is_lazy = True
        found.index = (self._work, self.key)
        return found

    def adopt(self, found: Recovered) -> list[Place]:
        """Go on from there."""
        places = super().adopt(found)
        self._when = found.when
        self._birth = self._picture() if found.is_empty else None
        return places

    def _picture(self) -> Put:
        """What there is before the first line, with its shape."""
        log = self.writer.log
        picture = Picture(log, 0, self.schema, self.state, {}, {})
        return picture.write(list(picture.parts()))

    def _write_line(self, written: Written, extra: Sequence[Write] = ()) -> int:
        before = self._birth, self._when
        more: list[Write] = []
        if self._birth is not None:
            more.append(self._birth)
            self._birth = None
        if written.out and self._when != AT_ONCE:
            more += self._work.move(self.key, self._when, AT_ONCE)
            self._when = AT_ONCE
        try:
            return super()._write_line(written, (*extra, *more) if more else extra)
        except CodecError:  # then nothing was written
            self._birth, self._when = before
            raise

    def _lost(self, waiting: Sequence[Message]) -> None:
        self._home.lost(self, waiting)

    # -- the end of this one, not of what it knows -------------------------------------

    @property
    def resting(self) -> bool:
        """Whether it can be given back: nothing runs, waits, or is on its way."""
        return not (
            self.busy
            or self.asking is not None
            or self.running
            or self.keys
            or self.undone.marks
            or self.writer.trouble is not None
            or self._on_its_way()
        )

    def _on_its_way(self) -> bool:
        """Whether something was sent that nobody has said to be done."""
        now = stamp(self.system.clock.now())
        has_started = self.undone.has_started
        return any(
            has_started(place) and _due(body) <= now
            for place, body in self.undone.open.items()
        )

    @property
    def left(self) -> str | None:
        """When there is something to do: None never, empty at once, else a stamp.

        What means nothing to this program is for one that knows it.
        """
        has_started = self.undone.has_started
        found = (
            _due(body) if has_started(place) else AT_ONCE
            for place, body in self.undone.open.items()
        )
        return min(found, default=None)

    def part(self) -> bool:
        """Note in the index what is left; False if there is nothing to note."""
        left = self.left
        if left == self._when:
            return False
        self._write_line(Written(), self._work.move(self.key, self._when, left))
        self._when = left
        return True

    @property
    def parted(self) -> bool:
        """Whether the index says what is left."""
        return self.left == self._when

    def leave(self) -> str | None:
        """Run no more; when the key has to be woken."""
        self.gone = True
        self.courier.stop()
        self.durability.cells.pop(self.name, None)
        return self._when

    # -- who still knows this one ------------------------------------------------------

    async def ask(
        self,
        route: Route,
        intent: Intent[Any],
        caller: Context,
        within: float | None = None,
        *,
        key: Key | None = None,
    ) -> Any:
        """Queue an intent and wait for its answer, here or where the key is now."""
        if self.gone:
            route = self._home.current(self.key, intent)
            return await route.cell.ask(route, intent, caller, within, key=key)
        return await super().ask(route, intent, caller, within, key=key)

    def post(
        self,
        route: Route,
        intent: Intent[Any],
        caller: Context,
        *,
        force: bool = False,
        ticket: Ticket | None = None,
    ) -> asyncio.Future[None] | None:
        """Queue an intent that nobody waits for, here or where the key is now."""
        if self.gone:
            route = self._home.current(self.key, intent)
            return route.cell.post(route, intent, caller, force=force, ticket=ticket)
        return super().post(route, intent, caller, force=force, ticket=ticket)


def _due(body: msgspec.Raw) -> str:
    """When an entry is due: at once, or its stamp."""
    try:
        due = codec.decode(body, _Sent, "an entry of the outbox").due
    except CodecError:
        due = None
    return AT_ONCE if due is None else stamp(due)
