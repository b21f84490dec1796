"""Delegations and epochs, as a log of what was given and taken."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from packetflow.capability import Capability
from packetflow.capability.wire import from_wire, to_wire
from packetflow.identifier import new_request_id

if TYPE_CHECKING:
    from packetflow.store.interface import Line, Store
    from packetflow.store.ledger import Ledger

logger: Final = logging.getLogger("packetflow.authority")

_LOG: Final = "delegations"


class Delegation(msgspec.Struct, frozen=True, kw_only=True):
    """A capability that one subject gave another, with its end.

    `by` is empty if nobody signed in for it. `parent` is the delegation it came from,
    None if its giver held it otherwise. `capability` is None if the program no longer
    knows what was delegated: then it gives nothing.
    """

    id: str
    capability: Capability | None
    by: str
    to: str
    parent: str | None = None


class Gift(NamedTuple):
    """What is to be given, until its end, by whom, to whom, and what it comes from."""

    capability: Capability
    by: str
    to: str
    parent: str | None


class Key(NamedTuple):
    """What a step is found by; `again` says that it may have been kept before."""

    name: str = ""
    again: bool = False


NO_KEY: Final = Key()


class _Given(msgspec.Struct, tag="given"):
    id: str
    capability: Any
    until: datetime
    by: str
    to: str
    parent: str | None
    epoch: int | None = None


class _Ended(msgspec.Struct, tag="ended"):
    id: str


class _Epoch(msgspec.Struct, tag="epoch"):
    subject: str
    id: str | None = None


_Step = _Given | _Ended | _Epoch


class Delegations:
    """What is delegated now. Epochs are counted, and changes for each receiver.

    What other processes write to the same store is taken in by `look`. What is given
    counts once it is kept; what is taken away counts at once, and stays so until a
    restart if it cannot be kept. `give_soon` and the like wait for the store in a
    thread, one after the other. A step with a `key` is found by it: with `again` it is
    kept only if it was not kept before.
    """

    def __init__(self, store: Store | None) -> None:
        self.epochs: dict[str, int] = {}
        self.versions: dict[str, int] = {}
        self._all: dict[str, Delegation] = {}
        self._by_receiver: dict[str, dict[str, Delegation]] = {}
        self._children: dict[str, list[str]] = {}
        self._by_giver: dict[str, list[str]] = {}
        self._ledger: Ledger | None = None
        self._seen = 0
        # Epochs that count here already, and whose lines were not yet seen.
        self._ahead: set[str] = set()
        self._order = asyncio.Lock()
        self._tasks: set[asyncio.Task[tuple[Delegation, ...]]] = set()
        self.at_once = True
        if store is not None:
            # Imported late: who keeps nothing does not wait for it.
            from packetflow.store.ledger import Ledger
            from packetflow.store.memory import MemoryStore

            self.at_once = isinstance(store, MemoryStore)
            self._ledger = Ledger(store, _LOG)
            self._take_in()

    def look(self) -> None:
        """Take in what others have written since; raises StoreError."""
        if self._ledger is not None:
            end = self._ledger.store.end(_LOG)
            if end != self._seen:
                self._take_in()

    def given_to(self, subject: str) -> Iterator[Delegation]:
        """What is delegated to a subject."""
        return iter(self._by_receiver.get(subject, {}).values())

    def every(self) -> Iterator[Delegation]:
        """Everything that is delegated; ends may be past."""
        yield from self._all.values()

    def busy(self) -> Awaitable[object] | None:
        """What is being written in a thread, None if nothing is."""
        return asyncio.wait(self._tasks) if self._tasks else None

    def give(self, gift: Gift, at: datetime, key: Key = NO_KEY) -> Delegation | None:
        """Keep a delegation; raises StoreError, and ValueError for what has no form.

        None if what it comes from was taken away meanwhile, or it was itself.
        """
        made, step = self._given(gift, key)
        if self._ledger is None:
            self._add(made)
        else:
            self._replay_all(self._commit(step, at, key))
        return self._now(made, at)

    async def give_soon(
        self, gift: Gift, at: datetime, key: Key = NO_KEY
    ) -> Delegation | None:
        """As `give`, without holding up the event loop."""
        if self.at_once:
            return self.give(gift, at, key)
        made, step = self._given(gift, key)
        await self._keep_soon(step, at, key)
        return self._now(made, at)

    def _given(self, gift: Gift, key: Key) -> tuple[Delegation, _Given]:
        capability, by, to, parent = gift
        made = Delegation(
            id=key.name or new_request_id(),
            capability=capability,
            by=by,
            to=to,
            parent=parent,
        )
        assert capability.expires is not None
        wire = to_wire(capability) if self._ledger is not None else None
        epoch = self.epochs.get(by, 0)
        return made, _Given(made.id, wire, capability.expires, by, to, parent, epoch)

    def _now(self, made: Delegation, at: datetime) -> Delegation | None:
        self._remove(self._past(made.to, at))
        return self._all.get(made.id)

    def end(self, delegation: str, at: datetime) -> tuple[Delegation, ...]:
        """End a delegation and all that came from it; gives what ended."""
        return self._take(_Ended(delegation), at) if delegation in self._all else ()

    async def end_soon(self, delegation: str, at: datetime) -> tuple[Delegation, ...]:
        """As `end`, without holding up the event loop."""
        if delegation not in self._all:
            return ()
        return await self._take_soon(_Ended(delegation), at)

    def new_epoch(
        self, subject: str, at: datetime, key: Key = NO_KEY
    ) -> tuple[Delegation, ...]:
        """Begin a subject's next epoch; gives the delegations that ended."""
        if key.again and self._is_kept(key):
            return ()
        return self._take(_Epoch(subject, new_request_id()), at, key)

    async def new_epoch_soon(
        self, subject: str, at: datetime, key: Key = NO_KEY
    ) -> tuple[Delegation, ...]:
        """As `new_epoch`, without holding up the event loop."""
        if self.at_once:
            return self.new_epoch(subject, at, key)
        if key.again and await asyncio.to_thread(self._is_kept, key):
            return ()
        return await self._take_soon(_Epoch(subject, new_request_id()), at, key)

    def _take(
        self, step: _Ended | _Epoch, at: datetime, key: Key = NO_KEY
    ) -> tuple[Delegation, ...]:
        ended = self._take_now(step)
        if self._ledger is None:
            return ended
        return (*ended, *self._replay_all(self._commit(step, at, key)))

    async def _take_soon(
        self, step: _Ended | _Epoch, at: datetime, key: Key = NO_KEY
    ) -> tuple[Delegation, ...]:
        if self.at_once:
            return self._take(step, at, key)
        return (*self._take_now(step), *await self._keep_soon(step, at, key))

    def _take_now(self, step: _Ended | _Epoch) -> tuple[Delegation, ...]:
        """Take authority away: it counts here even before, or if not, it is kept."""
        if isinstance(step, _Ended):
            return self._remove([step.id])
        if step.id is not None and self._ledger is not None:
            self._ahead.add(step.id)
        return self._begin(step.subject, counts=True)

    def _replay(self, step: _Step) -> tuple[Delegation, ...]:
        if isinstance(step, _Epoch):
            is_ahead = step.id is not None and step.id in self._ahead
            if step.id is not None:
                self._ahead.discard(step.id)
            return self._begin(step.subject, counts=not is_ahead)
        if isinstance(step, _Ended):
            return self._remove([step.id])
        # In the order of the log: its giver, or what it comes from, may be gone by now.
        is_late = step.epoch is not None and step.epoch != self.epochs.get(step.by, 0)
        if not is_late and (step.parent is None or step.parent in self._all):
            self._add(_restored(step))
        return ()

    async def _keep_soon(
        self, step: _Step, at: datetime, key: Key
    ) -> tuple[Delegation, ...]:
        """Keep a step in a thread; who is cancelled meanwhile does not stop it."""
        task = asyncio.create_task(self._keep(step, at, key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_tell)
            raise

    async def _keep(
        self, step: _Step, at: datetime, key: Key
    ) -> tuple[Delegation, ...]:
        async with self._order:
            lines = await asyncio.to_thread(self._commit, step, at, key)
            return self._replay_all(lines)

    def _is_kept(self, key: Key) -> bool:
        ledger = self._ledger
        return ledger is not None and bool(ledger.read(keys=(key.name,), limit=1))

    def _commit(self, step: _Step, at: datetime, key: Key) -> list[Line]:
        """Keep a step; the lines that were not yet seen. It changes nothing here."""
        assert self._ledger is not None
        from packetflow.store.interface import Entry

        if not (key.again and self._is_kept(key)):
            keys = (key.name,) if key.name else ()
            entry = Entry(at.astimezone(UTC), keys, msgspec.json.encode(step))
            self._ledger.append([entry])
        return self._ledger.read(after=self._seen)

    def _take_in(self) -> tuple[Delegation, ...]:
        """Replay the lines that were not yet seen; gives what ended with them."""
        assert self._ledger is not None
        return self._replay_all(self._ledger.read(after=self._seen))

    def _replay_all(self, lines: Sequence[Line]) -> tuple[Delegation, ...]:
        """Replay lines, but those that were seen while they were read."""
        ended: list[Delegation] = []
        for line in lines:
            if line.number > self._seen:
                ended += self._replay(_read(line))
                self._seen = line.number
        return tuple(ended)

    def _add(self, made: Delegation) -> None:
        self._all[made.id] = made
        self._by_receiver.setdefault(made.to, {})[made.id] = made
        if made.parent is not None:
            self._children.setdefault(made.parent, []).append(made.id)
        if made.by:
            self._by_giver.setdefault(made.by, []).append(made.id)
        self._changed(made.to)

    def _begin(self, subject: str, *, counts: bool) -> tuple[Delegation, ...]:
        self.epochs[subject] = self.epochs.get(subject, 0) + counts
        received = self._by_receiver.get(subject, ())
        return self._remove([*received, *self._by_giver.pop(subject, ())])

    def _remove(self, first: list[str]) -> tuple[Delegation, ...]:
        ended: list[Delegation] = []
        todo = list(first)
        for one in todo:
            found = self._all.pop(one, None)
            if found is None:
                continue
            ended.append(found)
            todo.extend(self._children.pop(one, ()))
            self._by_receiver[found.to].pop(one)
            self._changed(found.to)
        return tuple(ended)

    def _past(self, subject: str, now: datetime) -> list[str]:
        """Delegations that ended by themselves, as did all that came from them."""
        return [
            one.id
            for one in self.given_to(subject)
            if one.capability is not None
            and one.capability.expires is not None
            and one.capability.expires <= now
        ]

    def _changed(self, subject: str) -> None:
        self.versions[subject] = self.versions.get(subject, 0) + 1


def _restored(step: _Given) -> Delegation:
    capability: Capability | None = None
    try:
        capability = from_wire(step.capability).until(step.until)
    except ValueError as error:
        logger.warning("a delegation to %s gives nothing: %s", step.to, error)
    return Delegation(
        id=step.id, capability=capability, by=step.by, to=step.to, parent=step.parent
    )


def _tell(task: asyncio.Task[tuple[Delegation, ...]]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None:
        logger.error("a change of authority was not kept: %s", error)


def _read(line: Line) -> _Step:
    try:
        step: _Step = msgspec.json.decode(line.body, type=_Step)
    except (msgspec.MsgspecError, UnicodeError) as error:
        from packetflow.store.interface import StoreError

        raise StoreError(
            f"line {line.number} of the log of delegations is damaged ({error}): "
            "`pfc store verify` tells more; put back a copy of the store"
        ) from error
    return step
