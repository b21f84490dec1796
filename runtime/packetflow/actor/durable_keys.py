"""Keyed reactors with journals: what is left of a key is in the store, and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, final

import msgspec

from packetflow import codec
from packetflow.actor.cell import Cell
from packetflow.actor.keyed_cell import KeyedCell
from packetflow.actor.mailbox import Message
from packetflow.actor.reactor import AnyReactor
from packetflow.actor.recovery import Unreadable
from packetflow.actor.route import Route
from packetflow.actor.waking import Waking
from packetflow.codec import CodecError
from packetflow.errors import Stopped
from packetflow.intent import Intent
from packetflow.shape import Shape
from packetflow.store.interface import Put, Store, StoreError

if TYPE_CHECKING:
    from packetflow.actor.keyed import Keys
    from packetflow.actor.supervisor import Supervisor

_SPACE: Final = "packetflow.keyed"


class _Head(msgspec.Struct):
    """The shape that the newest program gave a reactor's states."""

    shape: Shape
    migrated: list[str]


@final
class DurableKeys:
    """Starts them from their journals, and lets them go when all is kept."""

    def __init__(
        self, keys: Keys, reactor_type: type[AnyReactor], supervisor: Supervisor
    ) -> None:
        """Raises ValueError if the app has no store."""
        system = keys.model.system
        if system.durability is None:
            name = reactor_type.name
            raise ValueError(f"{name} keeps a journal: the app needs a store")
        self._keys = keys
        self._type = reactor_type
        self._supervisor = supervisor
        self._durability = system.durability
        self._work = system.durability.keyed(reactor_type)
        self._waking = Waking(system, system.durability, self._work, self._woken)
        self._head: Put | None = None
        self._parting: set[asyncio.Task[None]] = set()

    # -- from start to stop ------------------------------------------------------------

    def check(self, store: Store) -> None:
        """See that this program can read what the last one kept; raises StoreError.

        No journal is read for that: each key is brought to the new shape when it is
        first needed.
        """
        evolution = self._durability.schema(self._type).evolution
        head = b"{" + evolution.head() + b"}"
        kept = store.get(_SPACE, self._type.name)
        if kept == head:
            return
        if kept is not None:
            try:
                found: _Head = codec.decode(kept, _Head, self._type.name)
                if not evolution.pending(found.migrated):
                    evolution.check(found.shape)
            except CodecError as error:
                raise Unreadable(
                    f"what was kept of {self._type.name} does not fit this program: "
                    f"{error}"
                ) from error
        self._head = Put(_SPACE, self._type.name, head)

    def start(self) -> None:
        """Note the new shape; wake those that have something to do, in the background."""
        if self._head is not None:
            noted = self._durability.committer.submit([self._head])
            noted.add_done_callback(self._noted)
        self._waking.begin()

    def _noted(self, done: asyncio.Future[None]) -> None:
        error = done.exception()
        if error is not None:
            self._keys.system.report(error)

    async def end(self) -> None:
        """Wake nobody any more."""
        self._waking.stop()
        for task in self._parting:
            task.cancel()
        if self._parting:
            await asyncio.wait(self._parting)

    def _woken(self, key: str) -> KeyedCell:
        routes = self._keys.current(key)
        cell = next(iter(routes.values()))[0].cell
        assert isinstance(cell, KeyedCell)
        return cell

    # -- one of them -------------------------------------------------------------------

    def new(self, key: str) -> KeyedCell:
        """A cell that has not read its journal."""
        return KeyedCell(
            self._keys.model.system,
            self._type,
            self._supervisor,
            self._durability,
            self,
            self._work,
            key,
        )

    def begin(self, cell: Cell) -> None:
        """Read the journal; what it is asked meanwhile waits."""
        assert isinstance(cell, KeyedCell)
        cell.reload.wake()

    def rests(self, cell: Cell) -> bool:
        """Whether nothing of it runs, waits, or is on its way.

        One that could not be read is tried again, when it is needed again.
        """
        assert isinstance(cell, KeyedCell)
        return cell.resting or cell.reload.is_unread

    def parts(self, cell: Cell) -> bool:
        """Whether the index says what is left of it; else it is told that."""
        assert isinstance(cell, KeyedCell)
        if cell.reload.is_unread or not cell.part():
            return True
        if cell.writer.quiet:
            return cell.writer.trouble is None
        task = cell.system.loop.create_task(self._part(cell))
        self._parting.add(task)
        task.add_done_callback(self._parting.discard)
        return False

    async def _part(self, cell: KeyedCell) -> None:
        try:
            await cell.writer.settled()
        except StoreError:
            return  # it reads its journal again, and goes the next time
        if not (cell.gone or cell.system.stopping) and cell.parted:
            self._keys.passivate_if_unused(cell.key)

    async def finished(self, cell: Cell) -> None:
        """Wait until it rests and the index says what is left; raises Unavailable."""
        assert isinstance(cell, KeyedCell)
        while not (cell.gone or (cell.resting and cell.parted)):
            await cell.reload.ended()
            if cell.stopped is not None:
                raise Stopped(f"{cell.name} has stopped: {cell.stopped}")
            await cell.idle()
            if cell.resting:
                cell.part()
                await cell.settled()
            else:
                await asyncio.sleep(0)

    def gone(self, key: str, cell: Cell) -> None:
        """Give back all of it."""
        assert isinstance(cell, KeyedCell)
        when = cell.leave()
        if when:
            self._waking.expect(when)

    def forget(self) -> None:
        """Do nothing: what was acknowledged is never dropped."""

    def current(self, key: str, intent: Intent[Any]) -> Route:
        """Where an intent for a key goes now; raises Stopped."""
        (route,) = self._keys.current(key)[type(intent)]
        return route

    def lost(self, cell: KeyedCell, waiting: Sequence[Message]) -> None:
        """Another process has the key; who waits here is for what is true now."""
        if cell.gone:
            return
        self._keys.take_away(cell.key)
        for message in waiting:
            try:
                route = self.current(cell.key, message.intent)
            except Stopped as error:
                message.settle()
                message.fail(error)
            else:
                message.route = route
                route.cell.queue.force(message)
