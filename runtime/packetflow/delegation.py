"""Delegations and epochs, as a log of what was given and taken."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from packetflow.capability import Capability
from packetflow.capability.wire import from_wire, to_wire
from packetflow.errors import PacketFlowError
from packetflow.identifier import new_request_id

if TYPE_CHECKING:
    from packetflow.store.interface import Store
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


_Step = _Given | _Ended | _Epoch


class Delegations:
    """What is delegated now. Epochs are counted, and changes for each receiver.

    What other processes write to the same store is taken in by `look`.
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
        if store is not None:
            # Imported late: who keeps nothing does not wait for it.
            from packetflow.store.ledger import Ledger

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

    def give(
        self,
        capability: Capability,
        *,
        by: str,
        to: str,
        parent: str | None,
        at: datetime,
    ) -> Delegation | None:
        """Keep a delegation; raises StoreError, and ValueError for what has no form.

        None if another process took away meanwhile what it comes from.
        """
        made = Delegation(
            id=new_request_id(), capability=capability, by=by, to=to, parent=parent
        )
        assert capability.expires is not None
        wire = to_wire(capability) if self._ledger is not None else None
        epoch = self.epochs.get(by, 0)
        step = _Given(made.id, wire, capability.expires, by, to, parent, epoch)
        self._write(step, at)
        self._remove(self._past(to, at))
        if self._ledger is None:
            self._add(made)
        return self._all.get(made.id)

    def end(self, delegation: str, at: datetime) -> tuple[Delegation, ...]:
        """End a delegation and all that came from it; gives what ended."""
        if delegation not in self._all:
            return ()
        return self._take(_Ended(delegation), at)

    def new_epoch(self, subject: str, at: datetime) -> tuple[Delegation, ...]:
        """Begin a subject's next epoch; gives the delegations that ended."""
        return self._take(_Epoch(subject), at)

    def _take(self, step: _Ended | _Epoch, at: datetime) -> tuple[Delegation, ...]:
        """Take authority away: it counts here even if it cannot be kept."""
        if self._ledger is None:
            return self._replay(step)
        try:
            return self._write(step, at)
        except PacketFlowError:
            self._replay(step)
            raise

    def _replay(self, step: _Step) -> tuple[Delegation, ...]:
        if isinstance(step, _Epoch):
            return self._begin(step.subject)
        if isinstance(step, _Ended):
            return self._remove([step.id])
        # In the order of the log: its giver, or what it comes from, may be gone by now.
        is_late = step.epoch is not None and step.epoch != self.epochs.get(step.by, 0)
        if not is_late and (step.parent is None or step.parent in self._all):
            self._add(_restored(step))
        return ()

    def _write(self, step: _Step, at: datetime) -> tuple[Delegation, ...]:
        """Keep a step, and take it in with what others wrote before; gives what ended."""
        if self._ledger is None:
            return ()
        from packetflow.store.interface import Entry

        entry = Entry(at.astimezone(UTC), (), msgspec.json.encode(step))
        self._ledger.append([entry])
        return self._take_in()

    def _take_in(self) -> tuple[Delegation, ...]:
        """Replay the lines that were not yet seen; gives what ended with them."""
        assert self._ledger is not None
        ended: list[Delegation] = []
        for line in self._ledger.read(after=self._seen):
            ended += self._replay(msgspec.json.decode(line.body, type=_Step))
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

    def _begin(self, subject: str) -> tuple[Delegation, ...]:
        self.epochs[subject] = self.epochs.get(subject, 0) + 1
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
