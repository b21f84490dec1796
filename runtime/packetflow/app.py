"""Apps: the supervision tree as one object that is started, asked and stopped."""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import (
    Awaitable,
    Callable,
    Iterator,
    Mapping,
    MutableMapping,
    Sequence,
)
from datetime import datetime
from types import MappingProxyType, TracebackType
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Final,
    Protocol,
    TypeAlias,
    TypeVar,
    cast,
)

import msgspec

from packetflow.actor import (
    AnyReactor,
    ReactorTarget,
    Supervise,
    System,
    check_layouts,
    passivate,
    targets,
)
from packetflow.authority import Authority
from packetflow.capability import Capability, Held
from packetflow.clock import Clock, SystemClock
from packetflow.configuration import Config, Settings
from packetflow.context import Context
from packetflow.delegation import Delegation
from packetflow.errors import Denied
from packetflow.intent import Event
from packetflow.observing import Observing
from packetflow.scheduling import Scheduling
from packetflow.watching import Watching

if TYPE_CHECKING:
    from packetflow.actor.durability import Durability
    from packetflow.actor.reactor import Migration
    from packetflow.store.audit_log import AuditLog
    from packetflow.store.interface import Store
    from packetflow.store.place import Place
    from packetflow.table.declared import Table
    from packetflow.table.tables import Tables

logger: Final = logging.getLogger("packetflow.app")

R = TypeVar("R")
E = TypeVar("E", bound=Event)
A = TypeVar("A", bound="App")
T = TypeVar("T", bound=msgspec.Struct)
F = TypeVar("F", bound=Config)

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class AsgiApplication(Protocol):
    """An ASGI 3 application."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""


class App(Scheduling, Watching, Observing):
    """A running system. `async with` starts and stops its reactors.

    Every intent enters in the same order: is the caller's context of the right type,
    does it hold what the intent requires, and then the handler.
    """

    name: ClassVar[str] = "packetflow.App"
    tree: ClassVar[Supervise] = Supervise()
    grants: ClassVar[Mapping[type[AnyReactor], tuple[Capability, ...]]] = (
        MappingProxyType({})
    )
    web: ClassVar[object | None] = None
    configs: ClassVar[tuple[type[Config], ...]] = ()
    store: ClassVar[Place | None] = None

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        config: Mapping[Any, object] | Settings | None = None,
        grace: float = 5.0,
        store: Store | None = None,
        migrations: Mapping[str, Migration | Sequence[Migration]] | None = None,
    ) -> None:
        """`config` has values of configurations, by their types or names.

        `grace` is how many seconds handlers have to finish when the app stops.

        Without `store` it is the one that the app declares, opened and closed by the
        app; there may be none. With a store, delegations, epochs and what reactors keep
        in journals survive a restart, and every decision goes to its audit log. Raises
        StoreError if it cannot be read.

        `migrations` bring what an earlier program kept to the shape of this one: for
        the name of a reactor a function from the old state to the new one, both as JSON
        data, or all that there ever were, oldest first. Each is run once, when the app
        starts. Raises ValueError for a reactor that keeps nothing, and for one whose
        program has `migrate` clauses.
        """
        self._own_store: Store | None = None
        if store is None and self.store is not None:
            store = self._own_store = self.store.open()
        self._kept_in = store
        try:
            self.system = self._system(store, clock, config, migrations or {})
        except BaseException:
            if self._own_store is not None:
                self._own_store.close()
            raise
        self.audit_log: AuditLog | None = None
        if store is not None:
            self._keep_audit(store)
        self._grace = grace
        self._started = False
        self._asgi: AsgiApplication | None = None
        self._entries = {}
        self._check_holds()

    def _system(
        self,
        store: Store | None,
        clock: Clock | None,
        config: Mapping[Any, object] | Settings | None,
        migrations: Mapping[str, Migration | Sequence[Migration]],
    ) -> System:
        durability = _durability(self.tree, store, migrations)
        tables = _tables(self.tree, store)
        if durability is not None and tables is not None:
            # Rows and lines of journals are written in the order of their handlers.
            durability.committer = tables.committer
        return System(
            self.tree,
            SystemClock() if clock is None else clock,
            Authority(store),
            durability,
            tables,
            config if isinstance(config, Settings) else Settings(config),
        )

    async def __aenter__(self: A) -> A:
        """Start the reactors; raises RuntimeError the second time.

        Raises ConfigError if what is configured is missing or does not fit.
        Raises StoreError if what they kept cannot be read by this program, or not be
        migrated: then nothing runs, and the store is as it was.
        """
        if self._started:
            raise RuntimeError(f"{self.name} was started before: make a new one")
        self._started = True
        try:
            await self._start()
        except BaseException:
            await self._end()
            raise
        self._entries = self.system.routes
        return self

    async def _start(self) -> None:
        self.system.settings.check(self.configs)
        durability, tables = self.system.durability, self.system.tables
        if tables is not None:
            await tables.off_loop(tables.prepare)
        if durability is not None:
            layouts = self.system.layouts()
            await durability.off_loop(check_layouts, durability.store, layouts)
            for keys in self.system.durable_keys:
                await durability.off_loop(keys.check, durability.store)
        self.system.start()
        self._start_monitor()
        if durability is not None:
            await durability.recover()
            durability.retention.start(self.system)
            for keys in self.system.durable_keys:
                keys.start()
        # Nothing comes due before the entries are there: the loop has to go on first.
        await self._start_schedules()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._pause_schedules()
        self._entries = {}
        await self._end()

    async def _end(self) -> None:
        self._stop_monitor()
        await self.system.stop(self._grace)
        await self._end_schedules()
        if self.system.durability is not None:
            await self.system.durability.close()
        if self.system.tables is not None:
            await self.system.tables.close()
        if self.audit_log is not None:
            await asyncio.to_thread(self.audit_log.close)
        writing = self.authority.busy()
        if writing is not None:
            await writing
        if self._own_store is not None:
            await asyncio.to_thread(self._own_store.close)

    def targets(self, reactor: type[AnyReactor]) -> tuple[ReactorTarget, ...]:
        """Every one of a reactor as a router's target: one, or all of a pool.

        Raises KeyError if the reactor is not in the app.
        """
        return targets(self.system, reactor)

    async def passivate(self, reactor: type[AnyReactor], key: object) -> bool:
        """Let the reactor of a key finish, and give it back; False if none runs.

        It goes on when the next intent arrives: here, or in another process over the
        same store, if intents for it arrive only there. Raises KeyError if the app has
        no such reactor for each key, Unavailable if what it did cannot be kept.
        """
        return await passivate(self.system, reactor, key)

    async def rows(self, table: Table[T]) -> tuple[T, ...]:
        """All rows of a table at one moment, by their keys, for tests and tools.

        Nobody's authority is asked. Raises LookupError if no handler of the app uses
        the table, Unavailable if the store does not answer.
        """
        tables = self.system.tables
        if tables is None or table not in tables.tables:
            raise LookupError(f"{self.name} has no {table.name}")
        return await tables.all_rows(table)

    async def delegate(
        self, capability: Capability, to: str, until: datetime, caller: Context
    ) -> Delegation:
        """Give a subject what the caller holds, until an instant.

        Raises Denied if the caller lacks `System.delegate`, or does not hold all of it
        for so long; ValueError for an end that is past; StoreError if it was not kept.
        """
        system = self.system
        try:
            made = await system.authority.delegate_soon(
                capability, to, until, caller, self.clock.now()
            )
        except Denied as denied:
            system.audited("denied", "delegate", caller, str(denied), denied.missing)
            raise
        why = f"{made.capability} to {to}"
        system.audited("delegated", "delegate", caller, why, needs=(capability,))
        return made

    async def revoke(
        self, subject: str | Delegation, caller: Context
    ) -> tuple[Delegation, ...]:
        """Begin a new epoch for a subject, or end one delegation; gives what ended.

        From now on every context of the subject is refused until it is made again.
        Raises Denied if the caller lacks `System.revoke`, and StoreError.
        """
        system = self.system
        try:
            ended = await system.authority.revoke_soon(
                subject, caller, self.clock.now()
            )
        except Denied as denied:
            system.audited("denied", "revoke", caller, str(denied), denied.missing)
            raise
        name = subject if isinstance(subject, str) else f"a delegation to {subject.to}"
        gone = tuple(one.capability for one in ended if one.capability is not None)
        why = f"{name}; delegations ended: {len(ended)}"
        system.audited("revoked", "revoke", caller, why, needs=gone)
        return ended

    @property
    def authority(self) -> Authority:
        """Epochs, delegations, and the contexts made for subjects."""
        return self.system.authority

    def config(self, kind: type[F]) -> F:
        """The values of a configuration; raises ConfigError."""
        return self.system.settings.of(kind)

    @property
    def clock(self) -> Clock:
        """Where this app takes the time from."""
        return self.system.clock

    @property
    def asgi(self) -> AsgiApplication:
        """The web application; raises LookupError if this app serves none.

        Made before the app is started, it starts and stops the app itself.
        """
        if self._asgi is None:
            if self.web is None:
                raise LookupError(f"{self.name} declares no web")
            # Imported late: who asks in Python does not wait for a web server.
            web = importlib.import_module("packetflow.web")
            site = web.Site(self, self.web, starts_app=not self.running)
            self._asgi = cast(AsgiApplication, site)
        return self._asgi

    def _keep_audit(self, store: Store) -> None:
        # Imported late: who keeps nothing does not wait for it.
        from packetflow.store.audit_log import AuditLog

        self.audit_log = AuditLog(store, on_trouble=self.system.report)
        self.on_audit(self.audit_log)

    def _check_holds(self) -> None:
        for cell in self.system.cells:
            kind = cell.reactor_type
            granted = Held(self.grants.get(kind, ()))
            absent = [str(one) for one in kind.holds if not granted.allows(one)]
            if absent:
                raise ValueError(
                    f"{kind.name} holds {', '.join(absent)}, which {self.name} "
                    "does not grant"
                )


def _tables(tree: Supervise, store: Store | None) -> Tables | None:
    """The rows that handlers read and write, None if none does, or there is no store."""
    if store is None or not _has_rows(tree):
        return None
    # Imported late: who keeps nothing does not wait for it.
    from packetflow.table.tables import tables_of

    return tables_of(tree, store)


def _has_rows(tree: Supervise) -> bool:
    return any(
        _has_rows(child)
        if isinstance(child, Supervise)
        else any(handler.tables for handler in child.reactor.handlers)
        for child in tree.children
    )


def _durability(
    tree: Supervise,
    store: Store | None,
    migrations: Mapping[str, Migration | Sequence[Migration]],
) -> Durability | None:
    """What reactors with journals write with, None if there are none, or no store."""
    kept = {one.name: one for one in _journals(tree)}
    if unknown := migrations.keys() - kept.keys():
        raise ValueError(
            f"migrations for {', '.join(sorted(unknown))}: the reactors that keep a "
            f"journal are {', '.join(sorted(kept)) or 'none'}"
        )
    if twice := [name for name in migrations if kept[name].migrations]:
        raise ValueError(
            f"migrations for {', '.join(sorted(twice))}: the reactor has its own, from "
            "its `migrate` clauses; all of them have to be in one place"
        )
    if store is None or not kept:
        return None
    # Imported late: who keeps nothing does not wait for it.
    from packetflow.actor.durability import Durability
    from packetflow.actor.evolution import chain

    return Durability(store, {name: chain(one) for name, one in migrations.items()})


def _journals(tree: Supervise) -> Iterator[type[AnyReactor]]:
    """The reactors that keep a journal."""
    for child in tree.children:
        if isinstance(child, Supervise):
            yield from _journals(child)
        elif child.reactor.journal is not None:
            yield child.reactor
