"""Which keyed reactors have something to do though they do not run: an index in the store.

A key has an entry while its journal may hold something that is still to be done: at once
(`when` is empty), or at an instant. So a start finds those by reading no journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple, final

from packetflow.store.interface import Put, Remove, Store, Write

AT_ONCE: Final = ""


class Due(NamedTuple):
    """A key, and when it has something to do: at once, or from a stamp on."""

    when: str
    key: str

    @property
    def place(self) -> str:
        """Where it stands in the order of time."""
        return f"{self.when} {self.key}"


def stamp(at: datetime) -> str:
    """An instant as a text: what is earlier is less."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


@final
class Work:
    """The index of one reactor: by key, and by time."""

    __slots__ = ("_by_key", "_by_time", "_store", "journals")

    def __init__(self, store: Store, reactor: str) -> None:
        self.journals = f"{reactor}/"
        self._by_key = f"work:{reactor}"
        self._by_time = f"work-by-time:{reactor}"
        self._store = store

    def move(self, key: str, before: str | None, after: str | None) -> list[Write]:
        """What has to be written if a key's time is another now; None: nothing to do."""
        writes: list[Write] = []
        if before is not None:
            writes.append(Remove(self._by_time, Due(before, key).place))
        if after is None:
            writes.append(Remove(self._by_key, key))
        else:
            writes.append(Put(self._by_key, key, after.encode()))
            writes.append(Put(self._by_time, Due(after, key).place, b""))
        return writes

    def find(self, key: str) -> str | None:
        """When a key has something to do; raises StoreError."""
        found = self._store.get(self._by_key, key)
        return None if found is None else found.decode()

    def from_place(self, start: str, limit: int) -> list[Due]:
        """The first entries from a place on, in order of time; raises StoreError."""
        found = self._store.scan(self._by_time, start=start, limit=limit)
        return [Due(*place.split(" ", 1)) for place, _ in found]

    def closed(self, journals: Iterable[str], now: datetime) -> Sequence[str]:
        """Those that send nothing again that was delivered; raises StoreError.

        Who has a time that is to come has not run since it was noted.
        """
        mark = stamp(now)
        found = ((one, self.find(one.removeprefix(self.journals))) for one in journals)
        return [one for one, when in found if when is None or when > mark]
