"""Apps: the supervision tree as one object that is started, asked and stopped."""

from __future__ import annotations

import asyncio
import concurrent.futures
import importlib
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
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

from packetflow.actor import (
    AnyReactor,
    Lifecycle,
    Stats,
    Supervise,
    System,
)
from packetflow.adt.result import Err, Ok
from packetflow.audit import AuditRecord
from packetflow.authority import Authority
from packetflow.capability import Capability, Held
from packetflow.clock import Clock, SystemClock
from packetflow.context import Context
from packetflow.delegation import Delegation
from packetflow.errors import Denied, PacketFlowError, Stopped, Unhandled
from packetflow.intent import Event, Intent

if TYPE_CHECKING:
    from packetflow.store.audit_log import AuditLog
    from packetflow.store.interface import Store

logger: Final = logging.getLogger("packetflow.app")

R = TypeVar("R")
E = TypeVar("E", bound=Event)
A = TypeVar("A", bound="App")

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class AsgiApplication(Protocol):
    """An ASGI 3 application."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""


class App:
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

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        config: Mapping[str, object] | None = None,
        grace: float = 5.0,
        store: Store | None = None,
    ) -> None:
        """`grace` is how many seconds handlers have to finish when the app stops.

        With a store, delegations and epochs survive a restart, and every decision goes
        to its audit log. Raises StoreError if it cannot be read.
        """
        self.config: Mapping[str, object] = MappingProxyType(dict(config or {}))
        self.system = System(
            self.tree, SystemClock() if clock is None else clock, Authority(store)
        )
        self.audit_log: AuditLog | None = None
        if store is not None:
            self._keep_audit(store)
        self._grace = grace
        self._started = False
        self._asgi: AsgiApplication | None = None
        self._entries: Mapping[type[Intent[Any]], Any] = {}
        self._check_holds()

    async def __aenter__(self: A) -> A:
        """Start the reactors; raises RuntimeError the second time."""
        if self._started:
            raise RuntimeError(f"{self.name} was started before: make a new one")
        self._started = True
        self.system.start()
        self._entries = self.system.routes
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._entries = {}
        await self.system.stop(self._grace)
        if self.audit_log is not None:
            await asyncio.to_thread(self.audit_log.close)

    async def ask(self, intent: Intent[R], caller: Context) -> R:
        """Send an intent and wait for its result.

        Raises its declared failures, Denied, Fault, Unavailable (full mailbox,
        deadline, stopped) or Unhandled.
        """
        route = self._entries.get(type(intent))
        if route is None:
            raise self._refused(intent)
        system = self.system
        try:
            # What `admit` does, for the many callers whose answer is a plain yes.
            admitted = (
                isinstance(caller, route.context)
                and caller.steady
                and not intent.missing(caller)
                and not system.audit_hooks
            )
        except Exception:
            admitted = False
        if not admitted:
            caller = system.admit(route, intent, caller)
        system.budget -= 1
        if system.budget < 0:
            await system.pause()
        cell = route.cell
        if route.inline and not cell.busy:
            result = cell.run(route, intent, caller)
            if cell.after is not None:
                await cell.after
        else:
            result = await cell.ask(route, intent, caller)
        return result  # type: ignore[no-any-return]  # a cast is a call

    async def tell(self, intent: Intent[Any], caller: Context) -> None:
        """Send an intent and do not wait: on return it is accepted, not answered.

        Raises Denied, MailboxFull, Stopped or Unhandled. What goes wrong later is
        logged and counted.
        """
        route = self._entries.get(type(intent))
        if route is None:
            raise self._refused(intent)
        system = self.system
        caller = system.admit(route, intent, caller)
        system.budget -= 1
        if system.budget < 0:
            await system.pause()
        cell = route.cell
        if cell.busy or not route.inline:
            entered = cell.post(route, intent, caller)
            if entered is not None:
                await entered
            return
        try:
            cell.run(route, intent, caller)
        except PacketFlowError as error:
            system.stats.failed_messages += 1
            logger.info("%s, told and not asked: %s", route.name, error)

    async def try_ask(
        self, intent: Intent[R], caller: Context
    ) -> Ok[R] | Err[PacketFlowError]:
        """Like `ask`, with what went wrong as a value."""
        try:
            return Ok(await self.ask(intent, caller))
        except PacketFlowError as error:
            return Err(error)

    def submit(
        self, intent: Intent[R], caller: Context
    ) -> concurrent.futures.Future[R]:
        """Ask from another thread than the one that the app runs in."""
        asked = self.ask(intent, caller)
        return asyncio.run_coroutine_threadsafe(asked, self.system.loop)

    def subscribe(
        self,
        kind: type[E],
        callback: Callable[[E], object],
        caller: Context | None = None,
    ) -> Callable[[], None]:
        """Call back for each committed event of the kind; returns what ends it.

        With a caller, only for the events that the caller's capabilities cover.
        """
        return self.system.subscribe(kind, callback, caller)

    def on_audit(self, hook: Callable[[AuditRecord], object]) -> None:
        """Call the hook for each decision at an entry and each use of authority."""
        self.system.audit_hooks.append(hook)

    def on_lifecycle(self, observer: Callable[[Lifecycle], object]) -> None:
        """Call the observer when reactors start, fault, restart or stop."""
        self.system.observers.append(observer)

    async def delegate(
        self, capability: Capability, to: str, until: datetime, caller: Context
    ) -> Delegation:
        """Give a subject what the caller holds, until an instant.

        Raises Denied if the caller lacks `System.delegate`, or does not hold all of it
        for so long; ValueError for an end that is past; StoreError if it was not kept.
        """
        system = self.system
        try:
            made = system.authority.delegate(
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
            ended = system.authority.revoke(subject, caller, self.clock.now())
        except Denied as denied:
            system.audited("denied", "revoke", caller, str(denied), denied.missing)
            raise
        name = subject if isinstance(subject, str) else f"a delegation to {subject.to}"
        gone = tuple(one.capability for one in ended if one.capability is not None)
        why = f"{name}; {len(ended)} delegations ended"
        system.audited("revoked", "revoke", caller, why, needs=gone)
        return ended

    @property
    def authority(self) -> Authority:
        """Epochs, delegations, and the contexts made for subjects."""
        return self.system.authority

    @property
    def audit(self) -> tuple[AuditRecord, ...]:
        """The latest denials and uses of authority; with audit hooks, allows too."""
        return tuple(self.system.audit)

    @property
    def clock(self) -> Clock:
        """Where this app takes the time from."""
        return self.system.clock

    @property
    def stats(self) -> Stats:
        """Counts since the start."""
        return self.system.stats

    @property
    def failure(self) -> BaseException | None:
        """What made the whole app stop, None while all is well."""
        return self.system.failure

    @property
    def running(self) -> bool:
        """Whether the app takes intents: between start and stop."""
        return bool(self._entries)

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

    def _refused(self, intent: Intent[Any]) -> PacketFlowError:
        if not self.running:
            return Stopped(f"{self.name} is not running")
        return Unhandled(f"no reactor of {self.name} handles {type(intent).__name__}")

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
