"""The system of running reactors: who handles what, and how they reach each other."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from graphlib import CycleError, TopologicalSorter
from typing import Any, Final, final

from packetflow.actor.bulletin import Bulletin
from packetflow.actor.cell import YIELD_BUDGET, Cell
from packetflow.actor.reactor import AnyReactor
from packetflow.actor.route import Route
from packetflow.actor.supervisor import Supervise, Supervisor
from packetflow.actor.turn import Turn
from packetflow.audit import chain, requirement
from packetflow.authority import Authority
from packetflow.capability import NOTHING, Capability, Held
from packetflow.clock import Clock, Timer
from packetflow.context import Context, Propagation
from packetflow.effect import SCOPE, Scope
from packetflow.errors import (
    Denied,
    Fault,
    InternalDenial,
    MailboxFull,
    PacketFlowError,
    Stopped,
    Unavailable,
    Unhandled,
    WrongContext,
)
from packetflow.intent import Intent

logger: Final = logging.getLogger("packetflow.actor")


@final
class System(Bulletin):
    """The reactors of an app, from start to stop."""

    def __init__(
        self, tree: Supervise, clock: Clock, authority: Authority | None = None
    ) -> None:
        super().__init__(clock, Authority() if authority is None else authority)
        self.scope = Scope(clock)
        self.stopping = False
        self.failure: BaseException | None = None
        self.budget = YIELD_BUDGET
        self.spare: Turn[Any] | None = None
        self._delays: set[Timer] = set()
        self.loop: asyncio.AbstractEventLoop
        self.context: contextvars.Context
        self.root = Supervisor(self, tree, None)
        self.cells = _starting_order(self.root.cells())
        self.routes = _routes(self.cells)

    # -- entries ---------------------------------------------------------------------

    def route(self, intent: Intent[Any]) -> Route:
        """Who handles the intent; raises Unhandled."""
        route = self.routes.get(type(intent))
        if route is None:
            raise Unhandled(f"no reactor handles {type(intent).__name__}")
        return route

    def admit(self, route: Route, intent: Intent[Any], caller: Context) -> Context:
        """The caller as admitted, without what has expired; raises Denied.

        A check that itself breaks denies, and is reported: it never allows.
        """
        if not isinstance(caller, route.context):
            refused = WrongContext(
                intent=route.name,
                reason=f"it is for callers with a {route.context.__name__}",
            )
            if isinstance(caller, Context):
                self.audited("denied", route.name, caller, str(refused))
            raise refused
        try:
            if caller.steady:
                missing = intent.missing(caller)
            else:
                now = self.clock.now()
                caller, missing = self.authority.admitted(intent, caller, now)
        except Denied as denied:
            denied.intent = route.name
            self.audited("denied", route.name, caller, str(denied))
            raise
        except Exception as error:
            logger.exception("%s: the check of its requirements broke", route.name)
            self.reports.append(error)
            self.audited("denied", route.name, caller, "the check broke")
            raise Denied(intent=route.name, reason="the check broke") from error
        if missing:
            lacking = Denied(missing, intent=route.name, caller=caller)
            self.audited("denied", route.name, caller, str(lacking), missing)
            raise lacking
        if self.audit_hooks:
            self._allowed(route, intent, caller)
        return caller

    def _allowed(self, route: Route, intent: Intent[Any], caller: Context) -> None:
        # Handling goes on whatever becomes of the record of it.
        try:
            needs = requirement(intent, caller)
            why = chain(needs, caller)
        except Exception as error:
            self.report(error)
            return
        self.audited("allowed", route.name, caller, why, needs=needs)

    async def pause(self) -> None:
        """Let others run: inline asks in a row never give up the loop by themselves."""
        self.budget = YIELD_BUDGET
        await asyncio.sleep(0)

    # -- inner requests --------------------------------------------------------------

    def child(
        self,
        route: Route,
        intent: Intent[Any],
        caller: Context,
        only: tuple[Capability, ...] | None,
        lender: Held,
    ) -> Context:
        """The context of an inner request: never less than the callee requires."""
        needs: tuple[Capability, ...] = ()
        narrow = caller.propagate in (Propagation.ISOLATE, Propagation.ATTENUATE)
        if narrow or lender is not NOTHING:
            needs = intent.missing(caller.holding(NOTHING))
        target = route.cell.reactor_type.name
        made = caller.derive(target, needs=needs, only=only, lender=lender)
        if self.paranoid:
            missing = intent.missing(made)
            if missing:
                lacking = ", ".join(map(str, missing))
                raise InternalDenial(f"{route.name}, sent from inside, needs {lacking}")
        return made

    async def inner_ask(
        self,
        asker: Cell,
        route: Route,
        intent: Intent[Any],
        caller: Context,
        within: float | None,
    ) -> Any:
        """Ask from inside a handler: a fault of the callee is unavailability here."""
        _refuse_circle(asker, route.cell)
        cell = route.cell
        self.budget -= 1
        if self.budget < 0:
            await self.pause()
        asker.asking = cell
        try:
            if route.inline and not cell.busy:
                result = cell.run(route, intent, caller)
                if cell.after is not None:
                    await cell.after
                return result
            return await cell.ask(route, intent, caller, within)
        except Fault as error:
            raise Unavailable(str(error)) from error
        finally:
            asker.asking = None

    def deliver(
        self, sender: Cell, route: Route, intent: Intent[Any], caller: Context
    ) -> Awaitable[None] | None:
        """Queue what a handler sent; what finds no room is a dead letter."""
        try:
            # A reactor that waited for room in its own mailbox would wait for ever.
            return route.cell.post(route, intent, caller, force=route.cell is sender)
        except (MailboxFull, Stopped) as error:
            self.dead_letter(route.name, error)
            return None

    def delay(self, intent: Intent[Any], caller: Context, seconds: float) -> None:
        """Let an intent enter later, through the same check as any entry."""

        def fire() -> None:
            self._delays.discard(timer)
            self._fire(intent, caller)

        timer = self.clock.call_later(seconds, fire)
        self._delays.add(timer)

    def _fire(self, intent: Intent[Any], caller: Context) -> None:
        try:
            route = self.route(intent)
            admitted = self.admit(route, intent, caller)
            route.cell.post(route, intent, admitted)
        except Denied as error:
            self.stats.denied_sends += 1
            self.reports.append(error)
            logger.warning("a delayed send was denied: %s", error)
        except PacketFlowError as error:
            self.dead_letter(type(intent).__name__, error)

    def dead_letter(self, name: str, error: BaseException) -> None:
        """Count and keep what could not be delivered."""
        self.stats.dead_letters += 1
        self.reports.append(error)
        logger.warning("%s was not delivered: %s", name, error)

    # -- what follows a commit -------------------------------------------------------

    def perform(
        self, name: str, call: Callable[[], Any], authority: Held
    ) -> Awaitable[None] | None:
        """Perform an effect after the commit; its failure is reported, not raised."""
        if self.paranoid:
            return self._performed(name, partial(self._guarded, call, authority))
        try:
            pending = call()
        except Exception as error:
            self._perform_failed(name, error)
            return None
        if isinstance(pending, Awaitable):
            return self._performed(name, lambda: pending)
        return None

    async def _performed(
        self, name: str, call: Callable[[], Awaitable[object]]
    ) -> None:
        try:
            await call()
        except Exception as error:
            self._perform_failed(name, error)

    async def _guarded(self, call: Callable[[], Any], authority: Held) -> None:
        token = SCOPE.set((SCOPE.get() or self.scope).within(authority))
        try:
            pending = call()
            if isinstance(pending, Awaitable):
                await pending
        finally:
            SCOPE.reset(token)

    def _perform_failed(self, name: str, error: Exception) -> None:
        self.stats.failed_performs += 1
        logger.error("%s failed after the commit", name)
        self.report(error)

    # -- from start to stop ----------------------------------------------------------

    def start(self) -> None:
        """Begin in the running event loop."""
        self.loop = asyncio.get_running_loop()
        self.context = contextvars.copy_context()
        self.context.run(SCOPE.set, self.scope)
        for cell in self.cells:
            self.notify("started", cell.reactor_type.name)

    async def stop(self, grace: float) -> None:
        """Let everything finish for so many seconds, then stop in reverse order."""
        self.stopping = True
        for timer in self._delays:
            timer.cancel()
        self._delays.clear()
        if any(cell.running for cell in self.cells):
            try:
                await asyncio.wait_for(self._quiet(), grace)
            except TimeoutError:
                logger.warning("some reactors did not finish within %g s", grace)
        for cell in reversed(self.cells):
            running = cell.stopped is None
            cell.stop("the app stops")
            await cell.end()
            if running:
                self.notify("stopped", cell.reactor_type.name)

    async def _quiet(self) -> None:
        while busy := [cell for cell in self.cells if cell.running]:
            for cell in busy:
                await cell.idle()

    def fail(self, error: BaseException) -> None:
        """Too many faults: stop everything; whoever waits gets Stopped."""
        if self.failure is not None:
            return
        self.failure = error
        logger.critical("too many faults: all reactors stop", exc_info=error)
        self.notify("failed", type(error).__name__)
        for cell in reversed(self.cells):
            cell.stop("there were too many faults")

    def cell(self, reactor: type[AnyReactor]) -> Cell:
        """The cell of a reactor; raises KeyError if it is not in the tree."""
        for cell in self.cells:
            if cell.reactor_type is reactor:
                return cell
        raise KeyError(reactor.__name__)


def _routes(cells: list[Cell]) -> dict[type[Intent[Any]], Route]:
    routes: dict[type[Intent[Any]], Route] = {}
    for cell in cells:
        for handler in cell.reactor_type.handlers:
            if handler.intent in routes:
                raise ValueError(f"two handlers for {handler.intent.__name__}")
            routes[handler.intent] = Route(cell, handler)
    return routes


def _starting_order(cells: list[Cell]) -> list[Cell]:
    """As written, but everything after what it needs; cycles are errors."""
    by_type = {cell.reactor_type: cell for cell in cells}
    if len(by_type) != len(cells):
        raise ValueError("a reactor stands twice in the supervision tree")
    sorter: TopologicalSorter[type[AnyReactor]] = TopologicalSorter()
    for kind in by_type:
        absent = [need.__name__ for need in kind.needs if need not in by_type]
        if absent:
            raise ValueError(
                f"{kind.__name__} needs {', '.join(absent)}: not in the app"
            )
        sorter.add(kind, *kind.needs)
    try:
        sorter.prepare()
    except CycleError as error:
        names = " needs ".join(kind.__name__ for kind in reversed(error.args[1]))
        raise ValueError(f"a cycle: {names}") from None
    ordered: list[Cell] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=list(by_type).index)
        ordered.extend(by_type[kind] for kind in ready)
        sorter.done(*ready)
    return ordered


def _refuse_circle(asker: Cell, target: Cell) -> None:
    """Refuse an ask that could never be answered, because its answer waits for it."""
    waiting: Cell | None = target
    while waiting is not None:
        if waiting is asker:
            name = asker.reactor_type.name
            raise Unavailable(f"{name} would wait for itself")
        waiting = waiting.asking
