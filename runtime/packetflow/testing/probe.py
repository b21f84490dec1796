"""Probes: what an app tells the world, kept until a test looks at it."""

from __future__ import annotations

from collections import deque
from types import TracebackType
from typing import Generic, TypeVar, final

from packetflow.app import App
from packetflow.clock import VirtualClock
from packetflow.intent import Event
from packetflow.testing.outcome import ExpectationError

E = TypeVar("E", bound=Event)


@final
class Probe(Generic[E]):
    """Listens to one kind of event, inside `with`; the app runs on a virtual clock."""

    def __init__(self, app: App, kind: type[E]) -> None:
        self._app = app
        self._kind = kind
        self._seen: deque[E] = deque()
        self._end = app.subscribe(kind, self._seen.append)

    def __enter__(self) -> Probe[E]:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()

    async def next(self) -> E:
        """The next event, once all that can run now has; raises ExpectationError."""
        await self._settle()
        if not self._seen:
            raise ExpectationError(f"expected {self._kind.__name__}; there was none")
        return self._seen.popleft()

    async def rest(self) -> list[E]:
        """All events that nobody has looked at yet."""
        await self._settle()
        found = list(self._seen)
        self._seen.clear()
        return found

    async def none(self) -> None:
        """Expect that there is none left; raises ExpectationError."""
        left = await self.rest()
        if left:
            shown = ", ".join(map(repr, left))
            raise ExpectationError(f"expected no {self._kind.__name__}; got {shown}")

    async def _settle(self) -> None:
        clock = self._app.clock
        if isinstance(clock, VirtualClock):
            await clock.settle()
