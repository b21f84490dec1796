"""A handler that writes rows: it runs where the commit is, and is a part of it."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final, cast, final

from packetflow.store.interface import Write
from packetflow.table.link import Link

_SAVE: Final = "SAVEPOINT handler"
_KEEP: Final = "RELEASE SAVEPOINT handler"
_UNDO: Final = "ROLLBACK TO SAVEPOINT handler"

Lines = Callable[[object, BaseException | None], Sequence[Write]]
"""What is written together with the rows, or instead of them if the handler failed."""


@final
class Work:
    """One handler's run inside of a commit.

    `begin` makes its rows, `again` sets everything back if it has to be run once more.
    After the commit `result` or `error` says what it came to.
    """

    __slots__ = (
        "_again",
        "_call",
        "_context",
        "_lock",
        "_state",
        "error",
        "lines",
        "log",
        "result",
    )

    def __init__(
        self,
        call: Callable[[Link], object],
        again: Callable[[], object],
    ) -> None:
        self._call = call
        self._again = again
        self.lines: Lines | None = None
        # The journal that its line follows in, if it has one.
        self.log = ""
        # Effects find in the context of the task whose they are.
        self._context = contextvars.copy_context()
        self._lock = threading.Lock()
        self._state = "waits"
        self.result: Any = None
        self.error: BaseException | None = None

    def withdraw(self) -> bool:
        """Whether it has not begun, and never will."""
        with self._lock:
            if self._state == "waits":
                self._state = "gone"
            return self._state == "gone"

    def run(self, link: Link) -> Sequence[Write]:
        """Run the handler; what is to be written besides its rows."""
        with self._lock:
            if self._state == "gone":
                return self._made(None, asyncio.CancelledError())
            again, self._state = self._state == "runs", "runs"
        if again:
            self._again()
        self.error = self.result = None
        link.run(_SAVE)
        try:
            self.result = self._context.run(self._call, link)
            lines = self._made(self.result, None)
        except BaseException as error:
            if link.interrupted(error):
                raise
            self.error = error
            link.run(_UNDO)
            lines = self._made(None, error)
        link.run(_KEEP)
        return lines

    def _made(self, result: object, error: BaseException | None) -> Sequence[Write]:
        return () if self.lines is None else self.lines(result, error)


def work_of(batch: Sequence[object]) -> Work | None:
    """The handler that a batch of writes is, if it is one."""
    first = batch[0] if batch else None
    return first if isinstance(first, Work) else None


def written(link: Link, batches: Sequence[Sequence[object]]) -> list[Sequence[Write]]:
    """Run the handlers among batches, in order; what is to be written of each."""
    found: list[Sequence[Write]] = []
    for batch in batches:
        work = work_of(batch)
        found.append(cast("Sequence[Write]", batch) if work is None else work.run(link))
    return found


__all__ = ["Lines", "Work", "work_of", "written"]
