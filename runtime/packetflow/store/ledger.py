"""A log in which every line is bound to the one before it: changes are found."""

from __future__ import annotations

import hmac
import struct
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Final, NamedTuple

from packetflow.store.interface import Conflict, Entry, Line, Store

_SIZE: Final = 32
_NOTHING: Final = bytes(_SIZE)
_CHUNK: Final = 1_000
_TRIES: Final = 8


class Head(NamedTuple):
    """The end of a ledger: whoever notes it elsewhere can find lines cut off later."""

    number: int
    digest: bytes


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
        """The present end; raises StoreError."""
        if self._head is None:
            last = self.store.last(self.log)
            self._head = (
                Head(0, _NOTHING)
                if last is None
                else Head(last.number, last.body[:_SIZE])
            )
        return self._head

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
        number, digest = 0, _NOTHING
        for line in self._lines():
            stored = Entry(line.at, line.keys, line.body[_SIZE:])
            expected = self._digest(digest, line.number, stored)
            same = hmac.compare_digest(expected, line.body[:_SIZE])
            if line.number != number + 1 or not same:
                return number + 1
            number, digest = line.number, expected
            if head is not None and head.number == number and head.digest != digest:
                return number
        if head is not None and number < head.number:
            return number + 1
        return None

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
            bound.append(one._replace(body=digest + one.body))
        return bound, Head(number, digest)

    def _digest(self, before: bytes, number: int, entry: Entry) -> bytes:
        made = blake2b(before, key=self._key, digest_size=_SIZE)
        made.update(struct.pack(">Q", number))
        # Each part is preceded by its length: no two lines have the same bytes.
        parts = [entry.at.astimezone(UTC).isoformat().encode(), entry.body]
        parts += [key.encode("utf-8", "surrogatepass") for key in entry.keys]
        for part in parts:
            made.update(struct.pack(">Q", len(part)) + part)
        return made.digest()
