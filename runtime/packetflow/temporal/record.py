"""What is remembered of a schedule: when it was last due, so that a restart goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ParamSpec, Protocol, TypeVar, final

import msgspec

from packetflow.store.interface import (
    Append,
    Conflict,
    Entry,
    Store,
    StoreError,
    Trim,
    Write,
)

P = ParamSpec("P")
R = TypeVar("R")


class Noted(msgspec.Struct, frozen=True):
    """How far a schedule has come.

    `timing` are its times as text, `anchor` is when counting began, `due` the last time,
    and `done` whether all that was sent is handled.
    """

    timing: str
    anchor: datetime
    due: datetime
    done: bool = True


class Record(Protocol):
    """Where it is noted when a schedule was due."""

    async def read(self) -> Noted | None:
        """What was noted last; raises StoreError."""

    async def note(self, noted: Noted) -> bool:
        """Note this; False if another process has noted something meanwhile.

        Raises StoreError if it could not be noted.
        """


@final
class Forgetful:
    """Remembers as long as the process lives."""

    __slots__ = ("_noted",)

    def __init__(self) -> None:
        self._noted: Noted | None = None

    async def read(self) -> Noted | None:
        """What was noted last."""
        return self._noted

    async def note(self, noted: Noted) -> bool:
        """Note this."""
        self._noted = noted
        return True


@final
class Kept:
    """Remembers in a store: one line, which names the one that it follows.

    So of two processes with one store, one takes each time.
    """

    __slots__ = ("_in_thread", "_line", "_log", "_store")

    def __init__(self, store: Store, name: str, *, in_thread: bool = True) -> None:
        """Without a thread the event loop waits: on clocks that would run ahead."""
        self._in_thread = in_thread
        self._store = store
        self._log = f"schedule:{name}"
        self._line = 0

    async def read(self) -> Noted | None:
        """What was noted last; raises StoreError."""
        line = await self._call(self._store.last, self._log)
        if line is None:
            return None
        self._line = line.number
        try:
            return msgspec.json.decode(line.body, type=Noted)
        except msgspec.DecodeError as error:
            raise StoreError(f"{self._log} cannot be read: {error}") from error

    async def note(self, noted: Noted) -> bool:
        """Note this; False if another process has noted something meanwhile."""
        entry = Entry(noted.due, (), msgspec.json.encode(noted))
        writes: Sequence[Write] = (
            Append(self._log, (entry,), self._line),
            Trim(self._log, self._line),
        )
        try:
            await self._call(self._store.commit, writes)
        except Conflict:
            return False
        self._line += 1
        return True

    async def _call(
        self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        if self._in_thread:
            return await asyncio.to_thread(function, *args, **kwargs)
        return function(*args, **kwargs)
