"""A log in which every line is bound to the one before it: changes are found."""

from __future__ import annotations

import hmac
import struct
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Final, NamedTuple

from packetflow.store.interface import (
    Conflict,
    Entry,
    Line,
    Put,
    Store,
    StoreError,
    Trim,
)

_SIZE: Final = 32
_NOTHING: Final = bytes(_SIZE)
_CHUNK: Final = 1_000
_TRIES: Final = 8


class Head(NamedTuple):
    """The end of a ledger: whoever notes it elsewhere can find lines cut off later."""

    number: int
    digest: bytes


_eight: Final = struct.Struct(">Q").pack
_EMPTY: Final = Head(0, _NOTHING)
_STARTS: Final = "packetflow.ledger"  # where the first lines of trimmed ledgers begin


class Ledger:
    """A hash-chained log (after Haber and Stornetta, 1991) in a store.

    A line that is changed, removed, added or moved breaks the chain at that place.
    Whoever can write the whole store can also make a new chain: against that give a
    `key` (up to 64 bytes) that the store does not hold. Lines cut off at the end are
    found with a `Head` that was noted before.
    """

    def __init__(self, store: Store, log: str, *, key: bytes = b"") -> None:
        self.store = store
        self.log = log
        self._key = key
        self._head: Head | None = None

    def head(self) -> Head:
        """The present end; raises StoreError, also if lines at the end are gone."""
        if self._head is None:
            # In this order: others may write meanwhile.
            end, last = self.store.end(self.log), self.store.last(self.log)
            if last is not None:
                head = Head(last.number, last.body[:_SIZE])
            else:
                head = self._start() or _EMPTY
            if head.number < end:
                raise StoreError(f"{self.log}: lines behind {head.number} are gone")
            self._head = head
        return self._head

    def trim(self, upto: int) -> None:
        """Forget lines up to and including this number; what is left stays bound.

        One process at a time may do so. Raises StoreError.
        """
        upto = min(upto, self.head().number)
        found = self.store.read(self.log, after=upto - 1, limit=1) if upto > 0 else []
        if found and found[0].number == upto:
            start = _packed(Head(upto, found[0].body[:_SIZE]))
            kept = start + self._seal(start)
            self.store.commit([Put(_STARTS, self.log, kept), Trim(self.log, upto)])

    def append(self, entries: Sequence[Entry]) -> None:
        """Bind entries to the end, all or none; raises StoreError."""
        if not entries:
            return
        for _ in range(_TRIES):
            head = self.head()
            bound, end = self._bound(head, entries)
            # Only what is in the store is known to be the end.
            self._head = None
            try:
                self.store.append(self.log, bound, after=head.number)
            except Conflict:
                continue
            self._head = end
            return
        raise Conflict(f"{self.log}: others write all the time")

    def read(
        self,
        *,
        keys: Sequence[str] = (),
        since: datetime | None = None,
        before: datetime | None = None,
        after: int = 0,
        limit: int | None = None,
    ) -> list[Line]:
        """Lines as they were given; see `Store.read`."""
        found = self.store.read(
            self.log, keys=keys, since=since, before=before, after=after, limit=limit
        )
        return [line._replace(body=line.body[_SIZE:]) for line in found]

    def broken(self, head: Head | None = None) -> int | None:
        """The number of the first line that is not as it was written; None: all are.

        With a head noted before, lines cut off at the end are found too.
        """
        start = self._start()
        if start is None:
            return 1
        number, digest = start
        end = self.store.end(self.log) if head is None else head.number
        for line in self._lines():
            stored = Entry(line.at, line.keys, line.body[_SIZE:])
            expected = self._digest(digest, line.number, stored)
            same = hmac.compare_digest(expected, line.body[:_SIZE])
            if line.number != number + 1 or not same:
                return number + 1
            number, digest = line.number, expected
            if head is not None and head.number == number and head.digest != digest:
                return number
        return number + 1 if number < end else None

    def _start(self) -> Head | None:
        """What the first line is bound to; None if that is not as it was written."""
        kept = self.store.get(_STARTS, self.log)
        if kept is None:
            return _EMPTY
        start = kept[: 8 + _SIZE]
        if not hmac.compare_digest(kept, start + self._seal(start)):
            return None
        (number,) = struct.unpack(">Q", start[:8])
        return Head(number, start[8:])

    def _seal(self, start: bytes) -> bytes:
        made = blake2b(start, key=self._key, digest_size=_SIZE, person=b"pf-start")
        made.update(self.log.encode("utf-8", "surrogatepass"))
        return made.digest()

    def _lines(self) -> Iterator[Line]:
        after = 0
        while found := self.store.read(self.log, after=after, limit=_CHUNK):
            yield from found
            after = found[-1].number

    def _bound(self, head: Head, entries: Sequence[Entry]) -> tuple[list[Entry], Head]:
        bound: list[Entry] = []
        number, digest = head
        for one in entries:
            number += 1
            digest = self._digest(digest, number, one)
            bound.append(Entry(one.at, one.keys, digest + one.body))
        return bound, Head(number, digest)

    def _digest(self, before: bytes, number: int, entry: Entry) -> bytes:
        at = entry.at if entry.at.tzinfo is UTC else entry.at.astimezone(UTC)
        whole = [before, _eight(number)]
        # Each part is preceded by its length: no two lines have the same bytes.
        for part in (at.isoformat().encode(), entry.body):
            whole += (_eight(len(part)), part)
        for key in entry.keys:
            part = key.encode("utf-8", "surrogatepass")
            whole += (_eight(len(part)), part)
        made = blake2b(b"".join(whole), key=self._key, digest_size=_SIZE)
        return made.digest()


def _packed(head: Head) -> bytes:
    return _eight(head.number) + head.digest
