"""The interface of a store: named logs that only grow, and questions to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from packetflow.errors import PacketFlowError


class StoreError(PacketFlowError):
    """A store could not do what it was asked to; nothing of it was done."""


class Conflict(StoreError):
    """A log has grown meanwhile: what was to come next is no longer next."""


class Entry(NamedTuple):
    """Something to be kept: when it was, the keys it is found by, and its bytes."""

    at: datetime
    keys: tuple[str, ...]
    body: bytes


class Line(NamedTuple):
    """Something that was kept; numbers count from 1, without gaps, in each log."""

    number: int
    at: datetime
    keys: tuple[str, ...]
    body: bytes


class Store(Protocol):
    """Named logs. Every method may be called from any thread; each raises StoreError."""

    def append(self, log: str, entries: Sequence[Entry], *, after: int) -> None:
        """Keep entries behind line `after`, all or none; on return they are durable.

        Raises Conflict if that is not the last line of the log (0: it is empty).
        """

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
        """The last line of a log, None if it is empty."""

    def close(self) -> None:
        """Give back what the store holds open; it is not used afterwards."""
