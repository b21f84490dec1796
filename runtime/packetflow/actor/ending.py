"""Who is told when a reactor stops for good, and who stops with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, final

if TYPE_CHECKING:
    from packetflow.actor.life import Life
    from packetflow.actor.system import System


class Down(NamedTuple):
    """A reactor has stopped and does not come back; `reason` says why."""

    name: str
    reason: str


@final
class Endings:
    """The monitors of a system's reactors, and the links between them."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._monitors: dict[Life, list[Callable[[Down], object]]] = {}
        self._links: dict[Life, list[Life]] = {}

    def monitor(
        self, cell: Life, callback: Callable[[Down], object]
    ) -> Callable[[], None]:
        """Call back once, when the reactor stops: at once if it has. Gives what ends it.

        A reactor that is restarted has not stopped.
        """
        if cell.stopped is not None:
            self._tell(callback, Down(cell.name, cell.stopped))
            return lambda: None
        self._monitors.setdefault(cell, []).append(callback)

        def end() -> None:
            waiting = self._monitors.get(cell, [])
            if callback in waiting:
                waiting.remove(callback)

        return end

    def link(self, one: Life, other: Life) -> None:
        """Have each stop when the other does; if one has stopped, the other does now."""
        for first, second in ((one, other), (other, one)):
            self._links.setdefault(first, []).append(second)
            if first.stopped is not None:
                self._follow(second, first, first.stopped)

    def ended(self, cell: Life, reason: str) -> None:
        """A reactor has stopped: tell its monitors, and stop what is linked to it."""
        down = Down(cell.name, reason)
        for callback in self._monitors.pop(cell, ()):
            self._tell(callback, down)
        system = self._system
        if system.stopping or system.failure is not None:
            return  # all stop, each in its turn
        for other in self._links.pop(cell, ()):
            self._follow(other, cell, reason)

    def _follow(self, other: Life, cell: Life, reason: str) -> None:
        if other.stopped is None:
            other.stop(f"it is linked to {cell.name}, which has stopped: {reason}")
            self._system.notify("stopped", other.name)

    def _tell(self, callback: Callable[[Down], object], down: Down) -> None:
        try:
            callback(down)
        except Exception as error:
            self._system.report(error)
