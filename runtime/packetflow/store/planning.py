"""What batches of writes come to: checked one after another, then written at once.

A batch is refused before anything of it is written, so no store needs to undo a part of
a transaction, and each writes the outcome of many batches with a few statements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, cast, final

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


KeyRow = tuple[str, str, int, int]
"""A key of a line: log, key, number, and its place among the line's keys."""


@final
class Tail:
    """What a log gets: lines behind line `after`, without gaps, up to line `end`.

    `cells` has the time in microseconds and the body of each, in turn: what a statement
    binds, without a row of its own for each line.
    """

    __slots__ = ("after", "cells", "end", "log")

    def __init__(self, log: str, after: int) -> None:
        self.log = log
        self.after = self.end = after
        self.cells: list[int | bytes] = []

    @property
    def times(self) -> list[int]:
        """The times of the lines, in order."""
        return cast("list[int]", self.cells[::2])

    @property
    def bodies(self) -> list[bytes]:
        """The bodies of the lines, in order."""
        return cast("list[bytes]", self.cells[1::2])


class Pipelined(list[Sequence[Write]]):
    """Batches of which some were written without waiting for those before them.

    `builds` says for a place whether it is such a one: if it is refused, so are those
    that follow it in one of its logs. Their numbers may fit behind the lines of somebody
    else, and what they hold does not.
    """

    __slots__ = ("builds",)

    def __init__(
        self, batches: Iterable[Sequence[Write]], builds: Callable[[int], bool]
    ) -> None:
        super().__init__(batches)
        self.builds = builds


class Plan:
    """The outcome of batches; `end_of` tells where a log ends that is asked for.

    `keys` are in order; `values` holds None for what is to be removed; of the logs in
    `trims` the lines up to that number go, also of those that are in a tail. `grown`
    are the logs that have new ends.
    """

    __slots__ = ("_end_of", "_refused", "_tails", "grown", "keys", "trims", "values")

    def __init__(self, end_of: Callable[[str], int]) -> None:
        self._end_of = end_of
        self._tails: dict[str, Tail] = {}
        self._refused: dict[str, StoreError] = {}
        self.grown: dict[str, Tail] = {}
        self.keys: list[KeyRow] = []
        self.values: dict[tuple[str, str], bytes | None] = {}
        self.trims: dict[str, int] = {}

    def add_all(self, batches: Sequence[Sequence[Write]]) -> list[StoreError | None]:
        """Add batches; the answer says for each why it was refused, or None."""
        refused: list[StoreError | None] = [None] * len(batches)
        grown = self.grown
        now: datetime | None = None
        time = 0
        for place, batch in enumerate(batches):
            try:
                # What most batches are, without a call for each: one line without keys
                # for a log that has grown already. The others go through `add`.
                if len(batch) == 1 and type(one := batch[0]) is Append:
                    log, entries, after = one
                    tail = grown.get(log)
                    if (
                        tail is not None
                        and after == tail.end
                        and len(entries) == 1
                        and not self._refused
                    ):
                        at, names, body = entries[0]
                        if not names and type(body) is bytes and len(body) <= MOST_BODY:
                            if at is not now:
                                time, now = steps(at), at
                            tail.cells += (time, body)
                            tail.end = after + 1
                            continue
                if self._refused:
                    self._check_whole(batches, place)
                self.add(batch)
            except StoreError as error:
                refused[place] = error
                if isinstance(batches, Pipelined) and batches.builds(place):
                    for one in batch:
                        if isinstance(one, Append):
                            self._refused.setdefault(one.log, error)
        return refused

    def _check_whole(self, batches: Sequence[Sequence[Write]], place: int) -> None:
        """Refuse what builds on something that was refused: it may fit by chance."""
        if isinstance(batches, Pipelined) and batches.builds(place):
            for one in batches[place]:
                before = isinstance(one, Append) and self._refused.get(one.log)
                if before:
                    raise type(before)(*before.args)

    def add(self, batch: Sequence[Write]) -> None:
        """Add a batch; raises StoreError, and then the plan is as it was."""
        cells: dict[Tail, list[int | bytes]] = {}
        keys: list[KeyRow] = []
        values: dict[tuple[str, str], bytes | None] = {}
        trims: dict[str, int] = {}
        for one in batch:
            # Most are lines: what is asked first costs the least.
            if isinstance(one, Append):
                tail = self._tail(one.log)
                _append(one, tail, cells.setdefault(tail, []), keys)
            elif isinstance(one, Put):
                values[_name(one.space), _name(one.key)] = _content(one.value)
            elif isinstance(one, Remove):
                values[_name(one.space), _name(one.key)] = None
            else:
                tail = self._tail(one.log)
                upto = min(one.upto, tail.end + len(cells.get(tail, ())) // 2)
                trims[one.log] = max(upto, trims.get(one.log, 0))
        for tail, more in cells.items():
            tail.cells += more
            tail.end += len(more) // 2
            self.grown[tail.log] = tail
        self.keys += keys
        self.values |= values
        for log, upto in trims.items():
            self.trims[log] = max(upto, self.trims.get(log, 0))

    def _tail(self, log: str) -> Tail:
        tail = self._tails.get(log)
        if tail is None:
            tail = self._tails[log] = Tail(log, self._end_of(_name(log)))
        return tail


def _append(
    one: Append, tail: Tail, cells: list[int | bytes], keys: list[KeyRow]
) -> None:
    """Add what an append writes to the cells of a tail that a batch has so far."""
    log, entries, after = one
    end = tail.end + len(cells) // 2
    if after != end:
        raise Conflict(f"{log} ends with line {end}, not {after}")
    for number, (at, names, body) in enumerate(entries, after + 1):
        cells += (steps(at), _content(body))
        for place, key in enumerate(names):
            keys.append((log, _name(key), number, place))


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
