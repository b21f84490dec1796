"""What a durable reactor knew: its last snapshot and the lines that follow it."""

from __future__ import annotations

import gc
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, final

import msgspec

from packetflow import codec
from packetflow.actor import snapshot
from packetflow.actor.evolution import Plain
from packetflow.actor.inbox import Place, Seen
from packetflow.actor.journal import Line, Schema, Written, opened, seal
from packetflow.actor.reactor import State
from packetflow.actor.snapshot import Picture
from packetflow.actor.work import Work
from packetflow.codec import CodecError
from packetflow.errors import Violation
from packetflow.shape import Shape
from packetflow.store.interface import (
    Append,
    Conflict,
    Entry,
    Put,
    Store,
    StoreError,
    Trim,
    Write,
)
from packetflow.store.interface import Line as Kept

logger: Final = logging.getLogger("packetflow.actor")

ASIDE: Final = "aside"
_CHUNK: Final = 1_000
_TRIES: Final = 5


class Unreadable(StoreError):
    """What was written for a reactor is damaged, or means nothing to this program."""


@final
class Recovered:
    """A journal that is read: `state` as of `line`, and what was still to do.

    `damage` says what was moved aside, None if every line was whole. One that `is_lazy`
    keeps nothing for a journal in which nothing was written (`is_empty`); with an
    `index` of keyed reactors, `when` is what that says of the key.
    """

    __slots__ = (
        "_changed",
        "_first",
        "_pending",
        "_plain",
        "_schema",
        "damage",
        "index",
        "is_empty",
        "is_lazy",
        "line",
        "log",
        "out",
        "seen",
        "since",
        "state",
        "when",
        "writes",
    )

    def __init__(self, log: str, schema: Schema, state: State, seen: Seen) -> None:
        """`state` is what there is before the first line."""
        self.log = log
        self.seen = seen
        self.is_lazy = False
        self.index: tuple[Work, str] | None = None
        self._first = state
        self._schema = schema
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.line = 0
        self.since = 0
        self.state = self._first.__copy__()
        for name in self._schema.pairs:
            # Maps are changed in place.
            value = getattr(self.state, name)
            setattr(self.state, name, None if value is None else dict(value))
        self.out: dict[Place, msgspec.Raw] = {}
        self.damage: str | None = None
        self.writes: list[Write] = []
        self._changed = False
        self._pending: Sequence[str] = ()
        self._plain: Plain | None = None
        self.is_empty = False
        self.when: str | None = None

    def read(self, store: Store) -> None:
        """Read everything, and keep what that changed; raises StoreError.

        Lines behind one that is not whole are moved aside: they build on it.
        """
        keep_all(store, [self])

    def look(self, store: Store) -> None:
        """Read everything; raises StoreError if that is not possible.

        `writes` are then what brings the store to this program's shape.
        """
        try:
            broken = self._read_whole(store)
            if self.index is not None:
                work, key = self.index
                self.when = work.find(key)
            self._evolve()
        except (CodecError, Violation) as error:
            raise Unreadable(
                f"{self.log} does not fit this program: {error}"
            ) from error
        if broken is not None:
            self._set_aside(store, broken)
        elif self._changed:
            self._picture()

    def _read_whole(self, store: Store) -> int | None:
        """Read snapshot and lines; the first line that is not whole, or None."""
        while True:
            self._begin_anew()
            sealed = store.get(snapshot.SPACE, self.log)
            # Before the lines: what another process writes meanwhile is not missing.
            end = store.end(self.log)
            # With a snapshot, another process forgets lines that are not missing then,
            # and may give those that follow another shape.
            try:
                self._read_snapshot(store, sealed)
                broken = self._read_lines(store, end)
            except CodecError:
                if store.get(snapshot.SPACE, self.log) == sealed:
                    raise
            else:
                if broken is None or store.get(snapshot.SPACE, self.log) == sealed:
                    return broken

    def _read_snapshot(self, store: Store, sealed: bytes | None) -> None:
        evolution = self._schema.evolution
        if sealed is None:
            self.seen.load({})
            self.is_empty = not store.end(self.log)
            self._changed = not (self.is_lazy and self.is_empty)
            if not self.is_empty:
                self._begin(None, {}, evolution.pending(()))
            return
        found = snapshot.read(self.log, sealed)
        if found is None:
            raise Unreadable(
                f"the snapshot of {self.log} is damaged, and without it nothing of that "
                "can be read: `pfc store verify` tells more; put back a copy of the store"
            )
        self.line = found.line
        pending = evolution.pending(found.migrated)
        self._changed = bool(pending) or found.shape != evolution.shape
        self._begin(found.shape, found.fields, pending)
        self.out = {(line, place): body for line, place, body in found.out}
        self.seen.load(found.seen)

    def _begin(
        self,
        shape: Shape | None,
        fields: Mapping[str, msgspec.Raw],
        pending: Sequence[str],
    ) -> None:
        """Take the fields of a snapshot: as they are, or as data for migrations."""
        if pending:
            self._pending = pending
            self._plain = Plain(shape or {"state": {}, "types": {}}, fields)
            return
        if shape is not None and self._changed:
            self._schema.evolution.check(shape)
        for name, raw in fields.items():
            setattr(self.state, name, self._schema.value(name, raw))

    def _evolve(self) -> None:
        """Run what migrations there are, and see that the state is what it has to be."""
        if self._plain is not None:
            made = self._schema.evolution.run(self._plain, self._pending)
            for name, value in made.items():
                raw = msgspec.Raw(codec.encode(value))
                setattr(self.state, name, self._schema.value(name, raw))
        check = getattr(self.state, "check", None)
        if check is not None:
            check()

    def _read_lines(self, store: Store, end: int) -> int | None:
        """Apply the lines; the number of the first that is not whole, or None."""
        while lines := store.read(self.log, after=self.line, limit=_CHUNK):
            for kept in lines:
                body = opened(self.log, kept.number, kept.body)
                if kept.number != self.line + 1 or body is None:
                    return self.line + 1
                self._apply(kept.number, body)
        return None if self.line >= end else self.line + 1

    def _apply(self, number: int, body: bytes) -> None:
        line: Line = codec.decode(body, Line, f"line {number}")
        if self._plain is not None:
            self._plain.apply(line)
        else:
            self._schema.apply(self.state, line)
        for place, entry in enumerate(line.out):
            # A copy: the line's own bytes are not kept for a part of them.
            self.out[number, place] = entry.copy()
        for at, place in line.done:
            self.out.pop((at, place), None)
        if line.sender is not None:
            self.seen.add(line.sender)
        self.line = number
        self.since += 1

    def _set_aside(self, store: Store, broken: int) -> None:
        rest: Sequence[Kept] = store.read(self.log, after=self.line)
        end = store.end(self.log)
        now = datetime.now(UTC).isoformat()
        self.writes += [
            Put(ASIDE, f"{self.log}/{now}/{kept.number:020d}", kept.body)
            for kept in rest
        ]
        moved = "1 line" if len(rest) == 1 else f"{len(rest)} lines"
        self.damage = (
            f"{self.log}: line {broken} is not whole: all from there on is lost to "
            f"{self.log.partition(':')[2]}; {moved} moved to the space {ASIDE!r}"
        )
        logger.critical("%s", self.damage)
        self.line = max(end, self.line)
        self._picture()

    def _picture(self) -> None:
        """Keep all as a snapshot of this program.

        It comes with a line: the store refuses both if another process has written
        meanwhile, and what a process writes that knows only what was before.
        """
        self.line += 1
        body = seal(self.log, self.line, codec.encode(Written()))
        entry = Entry(datetime.now(UTC), (), body)
        self.writes.append(Append(self.log, (entry,), self.line - 1))
        self.since = 0
        picture = Picture(
            self.log, self.line, self._schema, self.state, self.out, self.seen.kept()
        )
        self.writes.append(picture.write(list(picture.parts())))
        self.writes.append(Trim(self.log, self.line))


def keep_all(store: Store, found: Sequence[Recovered]) -> None:
    """Read journals, and keep what that changed at once: all or nothing.

    Raises StoreError; then the store is as it was.
    """
    for left in reversed(range(_TRIES)):
        _look_at_all(store, found)
        writes = [write for one in found for write in one.writes]
        try:
            if writes:
                store.commit(writes)
            return
        except Conflict as conflict:
            # Another process has written meanwhile: what was read is not all.
            if not left:
                raise Conflict(
                    f"another process writes while this one starts ({conflict}): "
                    "stop that one first"
                ) from conflict


def _look_at_all(store: Store, found: Sequence[Recovered]) -> None:
    collects = gc.isenabled()
    gc.disable()  # what is read stays: walking over it again and again costs half
    try:
        for one in found:
            one.look(store)
    finally:
        if collects:
            gc.enable()
