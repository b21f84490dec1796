"""A store in memory: for tests, and for apps that need not remember."""

from __future__ import annotations

import threading
from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from packetflow.store.interface import (
    Append,
    Entry,
    Line,
    LogInfo,
    SpaceInfo,
    StoreError,
    Survey,
    Write,
)
from packetflow.store.planning import Plan, moment


@dataclass(slots=True)
class _Log:
    end: int = 0
    lines: list[Line] = field(default_factory=list)

    def behind(self, number: int) -> list[Line]:
        return self.lines[max(0, number - self.end + len(self.lines)) :]


@dataclass(slots=True)
class _Space:
    values: dict[str, bytes] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)  # in order


class MemoryStore:
    """Keeps everything until the process ends."""

    def __init__(self) -> None:
        self._logs: dict[str, _Log] = {}
        self._spaces: dict[str, _Space] = {}
        self._lock = threading.Lock()

    def commit(self, writes: Sequence[Write]) -> None:
        """Write all or nothing; raises StoreError."""
        (refused,) = self.commit_all([writes])
        if refused is not None:
            raise refused

    def commit_all(self, batches: Sequence[Sequence[Write]]) -> list[StoreError | None]:
        """Write batches, each all or nothing."""
        with self._lock:
            plan = Plan(self._end)
            refused = plan.add_all(batches)
            self._write(plan)
        return refused

    def append(self, log: str, entries: Sequence[Entry], *, after: int) -> None:
        """Keep entries behind line `after`; raises Conflict if it is not the last."""
        self.commit([Append(log, entries, after)])

    def _write(self, plan: Plan) -> None:
        keys: dict[tuple[str, int], tuple[str, ...]] = {}
        for log, key, number, _ in plan.keys:
            keys[log, number] = (*keys.get((log, number), ()), key)
        for log, tail in plan.grown.items():
            grown = self._logs.setdefault(log, _Log())
            rows = zip(tail.times, tail.bodies, strict=True)
            for number, (at, body) in enumerate(rows, tail.after + 1):
                line = Line(number, moment(at), keys.get((log, number), ()), body)
                grown.lines.append(line)
            grown.end = tail.end
        for log, upto in plan.trims.items():
            if (kept := self._logs.get(log)) is not None:
                kept.lines = kept.behind(upto)
        for (name, key), value in plan.values.items():
            space = self._spaces.setdefault(name, _Space())
            if value is None:
                if space.values.pop(key, None) is not None:
                    del space.keys[bisect_left(space.keys, key)]
            else:
                if key not in space.values:
                    insort(space.keys, key)
                space.values[key] = value

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
            kept = self._logs.get(log)
            lines = [] if kept is None else kept.behind(after)
        if keys or since is not None or before is not None:
            wanted = frozenset(keys)
            lines = [
                line
                for line in lines
                if wanted <= frozenset(line.keys)
                and (since is None or line.at >= since)
                and (before is None or line.at < before)
            ]
        return lines if limit is None else lines[:limit]

    def last(self, log: str) -> Line | None:
        """The last line of a log, None if none is kept."""
        with self._lock:
            kept = self._logs.get(log)
            return kept.lines[-1] if kept is not None and kept.lines else None

    def end(self, log: str) -> int:
        """The number of the last line that a log was given."""
        with self._lock:
            return self._end(log)

    def _end(self, log: str) -> int:
        kept = self._logs.get(log)
        return 0 if kept is None else kept.end

    def get(self, space: str, key: str) -> bytes | None:
        """The value under a key."""
        with self._lock:
            found = self._spaces.get(space)
            return None if found is None else found.values.get(key)

    def scan(
        self,
        space: str,
        *,
        start: str = "",
        before: str | None = None,
        limit: int | None = None,
    ) -> list[tuple[str, bytes]]:
        """Keys from `start` on and before `before`, with their values, in order."""
        with self._lock:
            found = self._spaces.get(space)
            if found is None:
                return []
            first = bisect_left(found.keys, start)
            beyond = len(found.keys)
            if before is not None:
                beyond = bisect_left(found.keys, before)
            if limit is not None:
                beyond = min(beyond, first + limit)
            return [(key, found.values[key]) for key in found.keys[first:beyond]]

    def survey(self) -> Survey:
        """What is there."""
        with self._lock:
            logs = [_log_info(log, kept) for log, kept in sorted(self._logs.items())]
            spaces = [
                SpaceInfo(name, len(space.keys), sum(map(len, space.values.values())))
                for name, space in sorted(self._spaces.items())
                if space.keys
            ]
        return Survey(tuple(logs), tuple(spaces))

    def faults(self) -> list[str]:
        """Nothing."""
        return []

    def compact(self) -> None:
        """Do nothing: there is no room to give back."""

    def close(self) -> None:
        """Do nothing: there is nothing to give back."""


def _log_info(log: str, kept: _Log) -> LogInfo:
    lines = kept.lines
    return LogInfo(
        log,
        len(lines),
        kept.end - len(lines) + 1 if lines else 0,
        kept.end,
        sum(len(line.body) for line in lines),
        lines[0].at if lines else None,
        lines[-1].at if lines else None,
    )
