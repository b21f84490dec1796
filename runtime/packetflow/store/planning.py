"""What batches of writes come to: checked one after another, then written at once.

A batch is refused before anything of it is written, so no store needs to undo a part of
a transaction, and each writes the outcome of many batches with a few statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from packetflow.store.interface import (
    Append,
    Conflict,
    Put,
    Remove,
    StoreError,
    Trim,
    Write,
)

MOST_NAME: Final = 1_000
MOST_BODY: Final = 1 << 28

# Times are whole microseconds: exact, and in order as integers.
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_STEP: Final = timedelta(microseconds=1)
_LEAST: Final = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _STEP
_LAST: Final = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _STEP
_LOGGED: Final = (Append, Trim)


def steps(at: datetime) -> int:
    """Microseconds since 1970; raises StoreError for a time without a zone."""
    try:
        past = at - _EPOCH
    except TypeError as error:
        raise StoreError(f"{at!r} has no time zone") from error
    made = (past.days * 86_400 + past.seconds) * 1_000_000 + past.microseconds
    if not _LEAST <= made <= _LAST:
        raise StoreError(f"{at!r} is out of range in UTC")
    return made


def moment(steps: int) -> datetime:
    """The time that `steps` were made of; raises StoreError if there is none."""
    try:
        return _EPOCH + steps * _STEP
    except OverflowError as error:
        raise StoreError(f"{steps} is no time") from error


def logs_of(batches: Iterable[Sequence[Write]]) -> list[str]:
    """The logs that batches write to, in order: a plan has to know their ends."""
    found = {one.log for batch in batches for one in batch if isinstance(one, _LOGGED)}
    return sorted(log for log in found if _fits(log))


def named(text: str) -> bytes:
    """A name as bytes; raises StoreError if it cannot be one."""
    return _name(text).encode()


Row = tuple[str, int, int, bytes]
"""A line: its log, number, time in microseconds, and body."""

KeyRow = tuple[str, str, int, int]
"""A key of a line: log, key, number, and its place among the line's keys."""


class Plan:
    """The outcome of batches, for logs with these ends.

    `rows` and `keys` are in order; `values` holds None for what is to be removed; of
    the logs in `trims` the lines up to that number go, also of those that are in
    `rows`. `grown` are the logs that have new ends.
    """

    __slots__ = ("ends", "grown", "keys", "rows", "trims", "values")

    def __init__(self, ends: Mapping[str, int]) -> None:
        self.ends = dict(ends)
        self.grown: set[str] = set()
        self.rows: list[Row] = []
        self.keys: list[KeyRow] = []
        self.values: dict[tuple[str, str], bytes | None] = {}
        self.trims: dict[str, int] = {}

    def add_all(self, batches: Sequence[Sequence[Write]]) -> list[StoreError | None]:
        """Add batches; the answer says for each why it was refused, or None."""
        refused: list[StoreError | None] = []
        for batch in batches:
            try:
                self.add(batch)
            except StoreError as error:
                refused.append(error)
            else:
                refused.append(None)
        return refused

    def add(self, batch: Sequence[Write]) -> None:
        """Add a batch; raises StoreError, and then the plan is as it was."""
        if len(batch) == 1 and isinstance(batch[0], Append):
            self._add_append(batch[0])
            return
        ends: dict[str, int] = {}
        rows: list[Row] = []
        keys: list[KeyRow] = []
        values: dict[tuple[str, str], bytes | None] = {}
        trims: dict[str, int] = {}
        for one in batch:
            # Most are lines: what is asked first costs the least.
            if isinstance(one, Append):
                end = ends.get(one.log, self.ends.get(one.log, 0))
                ends[one.log] = _append(one, end, rows, keys)
            elif isinstance(one, Put):
                values[_name(one.space), _name(one.key)] = _content(one.value)
            elif isinstance(one, Remove):
                values[_name(one.space), _name(one.key)] = None
            else:
                end = ends.get(one.log, self.ends.get(_name(one.log), 0))
                upto = min(one.upto, end)
                trims[one.log] = max(upto, trims.get(one.log, 0))
        self.ends |= ends
        self.grown |= ends.keys()
        self.rows += rows
        self.keys += keys
        self.values |= values
        for log, upto in trims.items():
            self.trims[log] = max(upto, self.trims.get(log, 0))

    def _add_append(self, one: Append) -> None:
        """Add what most batches are: one append, and nothing else."""
        rows, keys = self.rows, self.keys
        before = len(rows), len(keys)
        try:
            end = _append(one, self.ends.get(one.log, 0), rows, keys)
        except StoreError:
            del rows[before[0] :]
            del keys[before[1] :]
            raise
        self.ends[one.log] = end
        self.grown.add(one.log)


def _append(one: Append, end: int, rows: list[Row], keys: list[KeyRow]) -> int:
    """Add the rows of an append to a log with this end; its new end."""
    log, entries, after = one
    if after != end:
        raise Conflict(f"{_name(log)} ends with line {end}, not {after}")
    _name(log)
    for number, (at, names, body) in enumerate(entries, after + 1):
        rows.append((log, number, steps(at), _content(body)))
        for place, key in enumerate(names):
            keys.append((log, _name(key), number, place))
    return end + len(entries)


def _content(body: bytes) -> bytes:
    if len(body) > MOST_BODY:
        raise StoreError(f"{len(body)} bytes are more than {MOST_BODY}")
    return body if type(body) is bytes else bytes(memoryview(body))


def _name(text: str) -> str:
    if not _fits(text):
        raise StoreError(f"no name for a store: {text[:80]!r}, {len(text)} characters")
    return text


def _fits(text: str) -> bool:
    if text.isascii():
        return len(text) <= MOST_NAME
    try:
        return len(text.encode()) <= MOST_NAME
    except UnicodeError:  # half of a surrogate pair
        return False
