"""The system of running reactors: who handles what, and how they reach each other."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, final

from packetflow.actor.cell import YIELD_BUDGET, Cell, one_pass
from packetflow.actor.ending import Endings
from packetflow.actor.hours import check_open
from packetflow.actor.performing import Performing
from packetflow.actor.plan import Plan
from packetflow.actor.pool import Pool, ask_each, together
from packetflow.actor.reactor import AnyReactor
from packetflow.actor.route import NOBODY, Lane, Route
from packetflow.actor.shards import layout
from packetflow.actor.supervisor import Supervise, Supervisor
from packetflow.actor.wiring import routes_of, starting_order
from packetflow.audit import AuditRecord, chain, requirement
from packetflow.authority import Authority
from packetflow.capability import NOTHING, Capability, Held
from packetflow.clock import Clock, Timer, VirtualClock
from packetflow.configuration import Settings
from packetflow.context import Context, Propagation
from packetflow.effect import SCOPE, Scope
from packetflow.errors import (
    Closed,
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
from packetflow.observe.instruments import Instruments

if TYPE_CHECKING:
    from packetflow.actor.durability import Durability
    from packetflow.actor.durable_keys import DurableKeys
    from packetflow.table.tables import Tables

logger: Final = logging.getLogger("packetflow.actor")


@final
class System(Performing):
    """The reactors of an app, from start to stop."""

    def __init__(
        self,
        tree: Supervise,
        clock: Clock,
        authority: Authority | None = None,
        durability: Durability | None = None,
        tables: Tables | None = None,
        settings: Settings | None = None,
    ) -> None:
        """Raises ValueError if a reactor keeps a journal and there is no place for it."""
        super().__init__(clock, Authority() if authority is None else authority)
        self.durability = durability
        self.tables = tables
        self.settings = Settings() if settings is None else settings
        self.scope = Scope(clock)
        self.stopping = False
        self.failure: BaseException | None = None
        self.lane = Lane(YIELD_BUDGET)
        self._delays: set[Timer] = set()
        self.endings = Endings(self)
        self._plans: dict[type[AnyReactor], Plan] = {}
        self.loop: asyncio.AbstractEventLoop
        self.context: contextvars.Context
        self.root = Supervisor(self, tree, None)
        self.dressers: list[Callable[[Route], object]] = []
        self.instruments = Instruments()
        self.pools = self.root.all_pools()
        self._fixed = starting_order(self.root.cells(), self.pools)
        self._places = {cell: place for place, cell in enumerate(self._fixed)}
        self.routes = routes_of(self._fixed, self.pools)

    def new_cell(
        self,
        reactor: type[AnyReactor],
        supervisor: Supervisor,
        name: str | None = None,
    ) -> Cell:
        """A cell for a reactor, with a journal if it keeps one."""
        if reactor.journal is None:
            return Cell(self, reactor, supervisor, name=name)
        if self.durability is None:
            raise ValueError(f"{reactor.name} keeps a journal: the app needs a store")
        # Imported late: who keeps nothing does not wait for it.
        from packetflow.actor.durable import DurableCell

        return DurableCell(self, reactor, supervisor, self.durability, name=name)

    def plan(self, reactor: type[AnyReactor]) -> Plan:
        """What all cells of a reactor type share."""
        plan = self._plans.get(reactor)
        if plan is None:
            plan = self._plans[reactor] = Plan(reactor)
        return plan

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
            self.audited("denied", route.name, caller, str(denied), denied.missing)
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
        if route.during is not None:
            check_open(route.name, route.during, self.clock.now())
        if self.audit_hooks:
            self._allowed(route, intent, caller)
        if route.by_caller and caller.steady:
            caller.passes.add(type(intent))
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

    async def rest(self) -> None:
        """Let others run: inline asks in a row never give up the loop by themselves.

        It comes after the last turn: who waits before it could be overtaken.
        """
        self.lane.budget = YIELD_BUDGET
        await one_pass()

    def watch(self, hook: Callable[[AuditRecord], object]) -> None:
        """Tell the hook of each decision at an entry and each use of authority."""
        self.audit_hooks.append(hook)
        self._trust()

    def _trust(self) -> None:
        """Whether callers are let in again just like that, without a record."""
        trusting = not self.audit_hooks and not self.paranoid
        for route in self.routes.values():
            route.last = NOBODY
            route.remembers = route.by_caller and trusting

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
        if route.pool is not None:
            chosen = route.pool.choose(intent, caller)
            return await ask_each(
                chosen, lambda one: self.inner_ask(asker, one, intent, caller, within)
            )
        _refuse_circle(asker, route.cell)
        cell = route.cell
        asker.asking = cell
        try:
            return await cell.asked(route, intent, caller, within)
        except (Fault, Closed) as error:
            raise Unavailable(str(error)) from error
        finally:
            asker.asking = None

    def deliver(
        self, sender: Cell, route: Route, intent: Intent[Any], caller: Context
    ) -> Awaitable[None] | None:
        """Queue what a handler sent; what finds no room is a dead letter."""
        if route.pool is not None:
            return self._deliver_many(sender, route.pool, intent, caller)
        try:
            # A reactor that waited for room in its own mailbox would wait for ever.
            return route.cell.post(route, intent, caller, force=route.cell is sender)
        except (MailboxFull, Stopped) as error:
            self.dead_letter(route.name, error)
            return None

    def _deliver_many(
        self, sender: Cell, pool: Pool, intent: Intent[Any], caller: Context
    ) -> Awaitable[None] | None:
        try:
            chosen = pool.choose(intent, caller)
        except Unavailable as error:
            self.dead_letter(type(intent).__name__, error)
            return None
        entering = [self.deliver(sender, one, intent, caller) for one in chosen]
        return together([one for one in entering if one is not None])

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
            if route.pool is None:
                route.cell.post(route, intent, admitted)
            else:
                route.pool.post(intent, admitted)
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

    # -- from start to stop ----------------------------------------------------------

    def start(self) -> None:
        """Begin in the running event loop."""
        self.loop = asyncio.get_running_loop()
        self.context = contextvars.copy_context()
        self.context.run(SCOPE.set, self.scope)
        if isinstance(self.clock, VirtualClock):
            self.clock.wait_for(self.authority.busy)
            if self.durability is not None:
                self.clock.wait_for(self.durability.busy)
        self._trust()
        for cell in self.cells:
            self.notify("started", cell.name)

    async def stop(self, grace: float) -> None:
        """Let everything finish for so many seconds, then stop in reverse order."""
        self.stopping = True
        for timer in self._delays:
            timer.cancel()
        self._delays.clear()
        for keys in self.durable_keys:
            await keys.end()
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
                self.notify("stopped", cell.name)
        for route in (
            *self.routes.values(),
            *(r for p in self.pools for r in p.routes),
        ):
            route.forget()

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

    def all_of(self, reactor: type[AnyReactor]) -> list[Cell]:
        """The cells of a reactor: one, or a pool's; KeyError if it is not in the tree."""
        found = [cell for cell in self.cells if cell.reactor_type is reactor]
        if not found and all(pool.reactor_type is not reactor for pool in self.pools):
            raise KeyError(reactor.__name__)
        return found

    def place(self, cell: Cell) -> int:
        """When a reactor starts: its number among all; keyed ones come last."""
        return self._places.get(cell, len(self._places))

    def every_route(self) -> list[Route]:
        """Where intents end up: the handlers of all reactors that run."""
        plain = [one for one in self.routes.values() if one.pool is None]
        return [*plain, *(route for pool in self.pools for route in pool.routes)]

    def layouts(self) -> dict[str, str]:
        """How each reactor with a journal is spread."""
        many = {pool.reactor_type: pool.many for pool in self.pools}
        kinds = {*many, *(cell.reactor_type for cell in self._fixed)}
        return {kind.name: layout(many.get(kind)) for kind in kinds if kind.journal}

    @property
    def durable_keys(self) -> list[DurableKeys]:
        """Reactors of which there is one for each key, with a journal each."""
        found = (pool.keys.durable for pool in self.pools if pool.keys is not None)
        return [one for one in found if one is not None]

    @property
    def cells(self) -> list[Cell]:
        """Every reactor that runs, in the order of starting; keyed ones last."""
        keyed = [cell for pool in self.pools if pool.keys for cell in pool.keys.cells]
        return [*self._fixed, *keyed]

    def cell(self, reactor: type[AnyReactor]) -> Cell:
        """The cell of a reactor; raises KeyError if it is not in the tree."""
        for cell in self.cells:
            if cell.reactor_type is reactor:
                return cell
        raise KeyError(reactor.__name__)


def _refuse_circle(asker: Cell, target: Cell) -> None:
    """Refuse an ask that could never be answered, because its answer waits for it."""
    waiting: Cell | None = target
    while waiting is not None:
        if waiting is asker:
            name = asker.reactor_type.name
            raise Unavailable(f"{name} would wait for itself")
        waiting = waiting.asking
