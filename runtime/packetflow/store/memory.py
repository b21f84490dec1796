"""A store in memory: for tests, and for apps that need not remember."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime

from packetflow.store.interface import Conflict, Entry, Line


class MemoryStore:
    """Keeps everything until the process ends."""

    def __init__(self) -> None:
        self._logs: dict[str, list[Line]] = {}
        self._lock = threading.Lock()

    def append(self, log: str, entries: Sequence[Entry], *, after: int) -> None:
        """Keep entries behind line `after`; raises Conflict if it is not the last."""
        with self._lock:
            lines = self._logs.setdefault(log, [])
            if len(lines) != after:
                raise Conflict(f"{log} has {len(lines)} lines, not {after}")
            lines.extend(
                Line(number, *entry) for number, entry in enumerate(entries, after + 1)
            )

    def read(
        self,
        log: str,
        *,
        keys: Sequence[str] = (),
        since: datetime | None = None,
        before: datetime | None = None,
        after: int = 0,
        limit: int | None = None,
    ) -> list[Line]:
        """Lines with all of these keys, in order."""
        with self._lock:
            lines = self._logs.get(log, [])[after:]
        wanted = frozenset(keys)
        found = [
            line
            for line in lines
            if wanted <= frozenset(line.keys)
            and (since is None or line.at >= since)
            and (before is None or line.at < before)
        ]
        return found if limit is None else found[:limit]

    def last(self, log: str) -> Line | None:
        """The last line of a log, None if it is empty."""
        with self._lock:
            lines = self._logs.get(log)
            return lines[-1] if lines else None

    def close(self) -> None:
        """Do nothing: there is nothing to give back."""
