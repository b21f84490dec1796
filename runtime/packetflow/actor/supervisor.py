"""Supervisors: what is restarted after a fault, and when it is too much."""

from __future__ import annotations

import logging
import random
from collections import deque
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, final

from packetflow.actor.cell import Cell
from packetflow.actor.reactor import AnyReactor, Restart

if TYPE_CHECKING:
    from packetflow.actor.system import System

logger: Final = logging.getLogger("packetflow.actor")

Strategy: TypeAlias = Literal["one_for_one", "one_for_all", "rest_for_one"]


@final
class Child:
    """A reactor under a supervisor; `restart` takes the place of the reactor's own."""

    __slots__ = ("reactor", "restart")

    def __init__(
        self, reactor: type[AnyReactor], *, restart: Restart | None = None
    ) -> None:
        self.reactor = reactor
        self.restart = reactor.restart if restart is None else restart


@final
class Supervise:
    """A supervisor's children, in starting order, and its strategy.

    More than `max_restarts` faults within so many seconds escalate.
    """

    __slots__ = ("children", "max_restarts", "strategy", "within")

    def __init__(
        self,
        strategy: Strategy = "one_for_one",
        *,
        max_restarts: int = 5,
        within: float = 10.0,
        children: tuple[Child | Supervise, ...] = (),
    ) -> None:
        self.strategy: Strategy = strategy
        self.max_restarts = max_restarts
        self.within = within
        self.children = children


@final
class _Window:
    """Counts what happened within the last seconds."""

    __slots__ = ("_times", "most", "within")

    def __init__(self, most: int | None, within: float) -> None:
        self.most = most
        self.within = within
        self._times: deque[float] = deque()

    def count(self, now: float) -> int:
        """Note that it happened now; how often it has within the window."""
        self._times.append(now)
        while self._times[0] <= now - self.within:
            self._times.popleft()
        return len(self._times)

    def exceeded(self) -> bool:
        return self.most is not None and len(self._times) > self.most

    def clear(self) -> None:
        self._times.clear()


@final
class Supervisor:
    """Restarts its children by its strategy; escalates beyond its limit.

    A reactor that faults goes on with the state before the handler: its handlers are
    transactions. The others that the strategy names break off what they do and go on
    with their last committed state. A supervisor that is itself restarted begins with
    fresh states, because what was kept did not help.
    """

    __slots__ = ("_limits", "_window", "children", "parent", "specification", "system")

    def __init__(
        self, system: System, specification: Supervise, parent: Supervisor | None
    ) -> None:
        self.system = system
        self.specification = specification
        self.parent = parent
        self._window = _Window(specification.max_restarts, specification.within)
        self._limits: dict[int, tuple[Restart, _Window]] = {}
        self.children: list[Cell | Supervisor] = [
            self._made(child) for child in specification.children
        ]

    def _made(self, child: Child | Supervise) -> Cell | Supervisor:
        if isinstance(child, Supervise):
            return Supervisor(self.system, child, self)
        cell = Cell(self.system, child.reactor, self)
        limit = child.restart
        self._limits[id(cell)] = (limit, _Window(limit.most, limit.within))
        return cell

    def cells(self) -> list[Cell]:
        """All reactors below, in the order in which they are written."""
        found: list[Cell] = []
        for child in self.children:
            found.extend([child] if isinstance(child, Cell) else child.cells())
        return found

    def fault(self, cell: Cell, error: BaseException) -> None:
        """A child's handler broke; its state is as before already."""
        if self.system.stopping:
            return
        limit, window = self._limits[id(cell)]
        recent = window.count(self.system.clock.monotonic())
        self.system.notify("faulted", cell.reactor_type.name)
        if limit.mode == "temporary":
            cell.stop("it is temporary and had a fault")
            self.system.notify("stopped", cell.reactor_type.name)
            return
        if window.exceeded():
            window.clear()
            self._escalate(error)
            return
        if self._restarted(cell, error, fresh=False):
            cell.pause(_backoff(limit, recent))

    def _restarted(
        self, child: Cell | Supervisor, error: BaseException, *, fresh: bool
    ) -> bool:
        self._window.count(self.system.clock.monotonic())
        if self._window.exceeded():
            self._window.clear()
            self._escalate(error)
            return False
        place = self.children.index(child)
        strategy = self.specification.strategy
        first = place if strategy == "rest_for_one" else 0
        chosen = [child] if strategy == "one_for_one" else self.children[first:]
        for one in chosen:
            _restart(one, fresh=fresh and one is child)
        return True

    def _escalate(self, error: BaseException) -> None:
        self.system.notify("escalated", self.specification.strategy)
        if self.parent is None:
            self.system.fail(error)
        else:
            self.parent._restarted(self, error, fresh=True)

    def restart(self, *, fresh: bool) -> None:
        """Restart all children, in starting order."""
        for child in self.children:
            _restart(child, fresh=fresh)


def _restart(child: Cell | Supervisor, *, fresh: bool) -> None:
    if isinstance(child, Supervisor):
        child.restart(fresh=fresh)
    elif child.stopped is None:
        child.restart(fresh=fresh)
        child.system.notify("restarted", child.reactor_type.name)


def _backoff(limit: Restart, recent: int) -> float:
    # The exponent is bounded because 2.0 ** 1024 overflows.
    bound = min(limit.last, limit.first * 2.0 ** min(recent - 1, 64))
    return bound * random.uniform(0.5, 1.0)
