"""Supervisors: what is restarted after a fault, and when it is too much."""

from __future__ import annotations

import logging
import random
from collections import deque
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, final

from packetflow.actor.cell import Cell
from packetflow.actor.crash import Verdict
from packetflow.actor.pool import Pool
from packetflow.actor.reactor import AnyReactor, Restart
from packetflow.actor.shards import Many

if TYPE_CHECKING:
    from packetflow.actor.system import System

logger: Final = logging.getLogger("packetflow.actor")

Strategy: TypeAlias = Literal["one_for_one", "one_for_all", "rest_for_one"]


@final
class Child:
    """A reactor under a supervisor; `restart` takes the place of the reactor's own.

    With `many` there are several of it, each a child of its own.
    """

    __slots__ = ("many", "reactor", "restart")

    def __init__(
        self,
        reactor: type[AnyReactor],
        *,
        restart: Restart | None = None,
        many: Many | None = None,
    ) -> None:
        self.reactor = reactor
        self.restart = reactor.restart if restart is None else restart
        self.many = many


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

    __slots__ = (
        "_limits",
        "_window",
        "_windows",
        "children",
        "parent",
        "pools",
        "specification",
        "system",
    )

    def __init__(
        self, system: System, specification: Supervise, parent: Supervisor | None
    ) -> None:
        self.system = system
        self.specification = specification
        self.parent = parent
        self._window = _Window(specification.max_restarts, specification.within)
        self._limits: dict[Cell, Restart] = {}
        # Of those that had faults: most never have any.
        self._windows: dict[Cell, _Window] = {}
        self.pools: list[Pool] = []
        self.children: list[Cell | Supervisor] = []
        for child in specification.children:
            self._make(child)

    def _make(self, child: Child | Supervise) -> None:
        if isinstance(child, Supervise):
            self.children.append(Supervisor(self.system, child, self))
            return
        if child.many is None:
            cells = [self.system.new_cell(child.reactor, self)]
        else:
            pool = Pool(self.system, child.reactor, self, child.many, child.restart)
            self.pools.append(pool)
            cells = pool.cells
        for cell in cells:
            self.adopt(cell, child.restart)

    def adopt(self, cell: Cell, limit: Restart) -> None:
        """Watch over one more reactor."""
        self._limits[cell] = limit
        self.children.append(cell)

    def release(self, gone: set[Cell]) -> None:
        """Watch over these no more: they have ended in good order."""
        for cell in gone:
            del self._limits[cell]
            self._windows.pop(cell, None)
        self.children = [one for one in self.children if one not in gone]

    def cells(self) -> list[Cell]:
        """All reactors below, in the order in which they are written."""
        found: list[Cell] = []
        for child in self.children:
            found.extend([child] if isinstance(child, Cell) else child.cells())
        return found

    def all_pools(self) -> list[Pool]:
        """All pools below."""
        found = list(self.pools)
        for child in self.children:
            if isinstance(child, Supervisor):
                found.extend(child.all_pools())
        return found

    def fault(self, cell: Cell, error: BaseException) -> Verdict:
        """A child's handler broke; its state is as before already."""
        window = self._window_of(cell)
        recent = window.count(self.system.clock.monotonic())
        did: list[str] = []
        if self.system.stopping:
            did.append("nothing: the app stops")
        else:
            self.system.notify("faulted", cell.name)
            self._decide(cell, error, recent, did)
        return Verdict(recent, window.within, window.most, tuple(did))

    def _window_of(self, cell: Cell) -> _Window:
        window = self._windows.get(cell)
        if window is None:
            limit = self._limits[cell]
            window = self._windows[cell] = _Window(limit.most, limit.within)
        return window

    def end(self, cell: Cell, reason: str) -> None:
        """A child has ended in good order: a permanent one begins again."""
        limit = self._limits[cell]
        if cell.stopped is not None or self.system.stopping:
            return
        if limit.mode == "permanent":
            _restart(cell, fresh=True)
            return
        cell.stop(reason)
        self.system.notify("stopped", cell.name)

    def _decide(
        self, cell: Cell, error: BaseException, recent: int, did: list[str]
    ) -> None:
        limit, window = self._limits[cell], self._window_of(cell)
        if limit.mode == "temporary":
            did.append("stopped, because it is temporary")
            cell.stop("it is temporary and had a fault")
            self.system.notify("stopped", cell.name)
        elif window.exceeded():
            window.clear()
            did.append(f"more than its {limit.most} faults")
            self._escalate(error, did)
        elif self._restarted(cell, error, did, fresh=False):
            seconds = _backoff(limit, recent)
            if seconds:
                did.append(f"paused for {seconds:.3g} s")
            cell.pause(seconds)

    def _restarted(
        self,
        child: Cell | Supervisor,
        error: BaseException,
        did: list[str],
        *,
        fresh: bool,
    ) -> bool:
        self._window.count(self.system.clock.monotonic())
        if self._window.exceeded():
            self._window.clear()
            specification = self.specification
            did.append(
                f"more than the {specification.max_restarts} restarts within "
                f"{specification.within:g} s of its {specification.strategy} supervisor"
            )
            self._escalate(error, did)
            return False
        restarted: list[str] = []
        for one in self._chosen(child):
            restarted += _restart(one, fresh=fresh and one is child)
        state = "its initial state" if fresh else "the state before the handler"
        did.append(f"restarted {', '.join(restarted)}, with {state}")
        return True

    def _chosen(self, child: Cell | Supervisor) -> list[Cell | Supervisor]:
        """Those that the strategy restarts with a child, in starting order."""
        strategy = self.specification.strategy
        if strategy == "one_for_one":
            return [child]
        place = self.system.place
        ordered = sorted(self.children, key=lambda one: min(map(place, _cells(one))))
        first = ordered.index(child) if strategy == "rest_for_one" else 0
        return ordered[first:]

    def _escalate(self, error: BaseException, did: list[str]) -> None:
        self.system.notify("escalated", self.specification.strategy)
        if self.parent is None:
            did.append("all reactors stopped")
            self.system.fail(error)
        else:
            self.parent._restarted(self, error, did, fresh=True)

    def restart(self, *, fresh: bool) -> list[str]:
        """Restart all children, in starting order; their names."""
        if fresh:
            for pool in self.all_pools():
                pool.forget()
        found: list[str] = []
        for cell in sorted(self.cells(), key=self.system.place):
            found += _restart(cell, fresh=fresh)
        return found


def _cells(child: Cell | Supervisor) -> list[Cell]:
    return [child] if isinstance(child, Cell) else child.cells()


def _restart(child: Cell | Supervisor, *, fresh: bool) -> list[str]:
    """Restart a child, and tell; the names of what was restarted."""
    if isinstance(child, Supervisor):
        return child.restart(fresh=fresh)
    if child.stopped is not None:
        return []
    child.restart(fresh=fresh)
    child.system.notify("restarted", child.name)
    return [child.name]


def _backoff(limit: Restart, recent: int) -> float:
    # The exponent is bounded because 2.0 ** 1024 overflows.
    bound = min(limit.last, limit.first * 2.0 ** min(recent - 1, 64))
    return bound * random.uniform(0.5, 1.0)
