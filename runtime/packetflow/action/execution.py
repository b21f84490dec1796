"""Actions that were started and run beside others."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    Literal,
    TypeAlias,
    TypeVar,
    cast,
    final,
)

if TYPE_CHECKING:
    from packetflow.action.action import Action

T = TypeVar("T")

Status: TypeAlias = Literal["pending", "running", "completed", "failed"]


@final
class Execution(Generic[T]):
    """An action that was started: pending, running, then completed or failed.

    `await` waits for its value, like `result`.
    """

    __slots__ = ("_error", "_task", "status")

    def __init__(self, action: Action[T]) -> None:
        self.status: Status = "pending"
        self._error: BaseException | None = None
        self._task = asyncio.get_running_loop().create_task(self._run(action))

    async def _run(self, action: Action[T]) -> T | None:
        self.status = "running"
        try:
            result = await action.run()
        except BaseException as error:
            self.status = "failed"
            self._error = error
            if isinstance(error, Exception):
                return None
            raise
        self.status = "completed"
        return result

    @property
    def error(self) -> BaseException | None:
        """What it failed with, None unless it has."""
        return self._error

    def cancel(self) -> None:
        """Break it off; what it had declared to compensate is not compensated."""
        self._task.cancel()

    async def result(self) -> T:
        """Wait for the value; raises what it failed with."""
        result = await asyncio.shield(self._task)
        if isinstance(self._error, Exception):
            raise self._error
        return cast(T, result)

    def __await__(self) -> Generator[Any, Any, T]:
        return self.result().__await__()
