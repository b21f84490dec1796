"""The interface of a store: logs that grow at the end, and values under keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from packetflow.errors import PacketFlowError


class StoreError(PacketFlowError):
    """A store could not do what it was asked to; nothing of it was done."""


class Conflict(StoreError):
    """A log has grown meanwhile: what was to come next is no longer next."""


class Uncertain(StoreError):
    """The store was lost while it committed: all of it was done, or nothing.

    That is so when the server or the disk does not answer to the last step. Who goes on
    reads first, and writes behind what is there.
    """


class Entry(NamedTuple):
    """Something to be kept: when it was, the keys it is found by, and its bytes."""

    at: datetime
    keys: tuple[str, ...]
    body: bytes


class Line(NamedTuple):
    """Something that was kept; numbers count from 1, without gaps, in each log.

    Times come back in UTC, in whole microseconds.
    """

    number: int
    at: datetime
    keys: tuple[str, ...]
    body: bytes


class Append(NamedTuple):
    """Write entries behind line `after` of a log; Conflict if that is not its end.

    Of two writers of one log, the one that does not know the other's lines is refused.
    """

    log: str
    entries: Sequence[Entry]
    after: int


class Put(NamedTuple):
    """Keep a value under a key of a space, in place of the one that was there."""

    space: str
    key: str
    value: bytes


class Remove(NamedTuple):
    """Forget the value under a key, if there is one."""

    space: str
    key: str


class Trim(NamedTuple):
    """Forget the lines of a log up to and including this number; numbers go on."""

    log: str
    upto: int


Write = Append | Put | Remove | Trim


class LogInfo(NamedTuple):
    """A log: `end` is the last number ever given, `lines` how many are kept."""

    log: str
    lines: int
    first: int
    end: int
    size: int
    since: datetime | None
    until: datetime | None


class SpaceInfo(NamedTuple):
    """A space: how many values it holds, and their bytes."""

    space: str
    values: int
    size: int


class Survey(NamedTuple):
    """What a store holds: logs and spaces in order, sizes in bytes of content."""

    logs: tuple[LogInfo, ...]
    spaces: tuple[SpaceInfo, ...]


class Store(Protocol):
    """Logs and values. Methods may be called from any thread; each raises StoreError.

    Names and keys are up to 1,000 bytes of UTF-8, bodies and values up to 256 MiB.
    """

    def commit(self, writes: Sequence[Write]) -> None:
        """Write all or nothing, in order; on return it is durable.

        Raises Conflict if a log does not end where it was said to.
        """

    def commit_all(self, batches: Sequence[Sequence[Write]]) -> list[StoreError | None]:
        """Write batches in order, each all or nothing; one sync makes all durable.

        The answer says for each batch why it was refused, or None. If this raises, no
        batch was written.
        """

    def append(self, log: str, entries: Sequence[Entry], *, after: int) -> None:
        """Commit one `Append`."""

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
        """Lines with all of these keys, in order, from `since` on and before `before`.

        `after` is a number: only later lines. `limit` is how many at most.
        """

    def last(self, log: str) -> Line | None:
        """The last line of a log, None if none is kept."""

    def end(self, log: str) -> int:
        """The number of the last line that a log was given, trimmed or not; else 0."""

    def get(self, space: str, key: str) -> bytes | None:
        """The value under a key."""

    def scan(
        self,
        space: str,
        *,
        start: str = "",
        before: str | None = None,
        limit: int | None = None,
    ) -> list[tuple[str, bytes]]:
        """Keys from `start` on and before `before`, with their values.

        They are ordered by code points, as Python orders strings.
        """

    def survey(self) -> Survey:
        """What is there; reads everything, so it may take a while."""

    def faults(self) -> list[str]:
        """What is wrong with the database itself; reads everything."""

    def compact(self) -> None:
        """Give back the room of what was forgotten; others may have to wait."""

    def close(self) -> None:
        """Give back what the store holds open; it is not used afterwards."""
