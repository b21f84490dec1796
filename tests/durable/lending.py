"""A journaled reactor that gives and takes authority, and a process that is killed.

`dies(STORE, "give" or "take", "before" or "after")`: the process dies just
before, or just after, the change of authority is on the disk.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from packetflow import (
    AnyHandler,
    App,
    Child,
    Context,
    Handler,
    Intent,
    Journal,
    Kind,
    Reactor,
    State,
    Supervise,
    System,
    Turn,
)
from packetflow.store import StoreError
from packetflow.store.sqlite import SqliteStore

USE = Kind("lending.Tools.use")
END = datetime(2100, 1, 1, tzinfo=UTC)


class Who(Context, frozen=True, kw_only=True):
    name: str = ""

    def grants(self):
        if self.name == "ann":
            yield from (USE(), System.delegate, System.revoke)


class Lend(Intent[int], frozen=True):
    to: str


class Dismiss(Intent[int], frozen=True):
    user: str


class Count(State):
    count: int = 0


class Desk(Reactor[Count]):
    def lend(self, turn: Turn[Count], intent: Lend) -> int:
        turn.state.count += 1
        turn.performs(turn.delegate, USE(), intent.to, END)
        return turn.state.count

    def dismiss(self, turn: Turn[Count], intent: Dismiss) -> int:
        turn.state.count += 1
        turn.performs(turn.revoke, intent.user)
        return turn.state.count

    name: ClassVar[str] = "lending.Desk"
    state_type: ClassVar[type[State]] = Count
    journal: ClassVar[Journal | None] = Journal()
    handlers: ClassVar[tuple[AnyHandler, ...]] = (
        Handler(Lend, lend),
        Handler(Dismiss, dismiss),
    )


class Lending(App):
    name: ClassVar[str] = "lending.Lending"
    tree: ClassVar[Supervise] = Supervise(children=(Child(Desk),))


def person(app: Lending, name: str) -> Who:
    return Who(name=name).identified(name, app.authority.epoch(name))


class Killed(SqliteStore):
    """A store that kills its process when authority is given or taken."""

    is_before = True

    def append(self, log: str, entries: Any, *, after: int) -> None:
        if log != "delegations":
            super().append(log, entries, after=after)
            return
        if not self.is_before:
            super().append(log, entries, after=after)
        os.kill(os.getpid(), signal.SIGKILL)


class Slow(SqliteStore):
    """A store in which changes of authority wait until they may be kept."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.may = threading.Event()
        self.trouble: StoreError | None = None

    def append(self, log: str, entries: Any, *, after: int) -> None:
        if log == "delegations":
            assert self.may.wait(20)
            if self.trouble is not None:
                raise self.trouble
        super().append(log, entries, after=after)


async def _main(path: str, what: str, when: str) -> None:
    store = Killed(path)
    store.is_before = when == "before"
    async with Lending(store=store) as app:
        ann = person(app, "ann")
        await app.ask(Lend("bob") if what == "give" else Dismiss("bob"), ann)
        await asyncio.Event().wait()


def dies(path: str, what: str, when: str) -> None:
    asyncio.run(_main(path, what, when))
