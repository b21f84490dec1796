"""What a running app tells whoever listens: events, decisions, troubles, endings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from packetflow.actor import AnyReactor, Crash, Down, Lifecycle, Stats, System
from packetflow.audit import AuditRecord
from packetflow.context import Context
from packetflow.intent import Event

E = TypeVar("E", bound=Event)


class Watching:
    """The listeners of an app, and what it has kept for them."""

    system: System

    def subscribe(
        self,
        kind: type[E],
        callback: Callable[[E], object],
        caller: Context | None = None,
    ) -> Callable[[], None]:
        """Call back for each committed event of the kind; returns what ends it.

        With a caller, only for the events that the caller's capabilities cover. The
        callback is a plain function; raises TypeError for a coroutine function.
        """
        return self.system.subscribe(kind, callback, caller)

    def on_audit(self, hook: Callable[[AuditRecord], object]) -> None:
        """Call the hook for each decision at an entry and each use of authority."""
        self.system.watch(hook)

    def on_lifecycle(self, observer: Callable[[Lifecycle], object]) -> None:
        """Call the observer when reactors start, fault, restart or stop."""
        self.system.observers.append(observer)

    @property
    def audit(self) -> tuple[AuditRecord, ...]:
        """The latest denials and uses of authority; with audit hooks, allows too."""
        return tuple(self.system.audit)

    @property
    def stats(self) -> Stats:
        """Counts since the start."""
        return self.system.stats

    @property
    def failure(self) -> BaseException | None:
        """What made the whole app stop, None while all is well."""
        return self.system.failure

    @property
    def crashes(self) -> tuple[Crash, ...]:
        """The latest faults of handlers, each with what was done about it."""
        return tuple(self.system.crashes)

    def monitor(
        self, reactor: type[AnyReactor], callback: Callable[[Down], object]
    ) -> Callable[[], None]:
        """Call back once, when the reactor stops for good; returns what ends it.

        At once if it has stopped. A restart is no end. Of a pool, each that stops is
        told. Raises KeyError if the reactor is not in the app.
        """
        endings = self.system.endings
        ends = [endings.monitor(cell, callback) for cell in self.system.all_of(reactor)]

        def end() -> None:
            for each in ends:
                each()

        return end

    def link(self, one: type[AnyReactor], other: type[AnyReactor]) -> None:
        """Have each of two reactors stop for good when the other does.

        If one of them has stopped, the other does now. Raises KeyError if one is not
        in the app.
        """
        for first in self.system.all_of(one):
            for second in self.system.all_of(other):
                self.system.endings.link(first, second)

    async def end(self, reactor: type[AnyReactor], reason: str = "ended") -> None:
        """End a reactor in good order, when it has handled what waits.

        A permanent one begins again, with its initial state; a transient or temporary
        one stays ended. Raises KeyError if it is not in the app.
        """
        for cell in self.system.all_of(reactor):
            await cell.idle()
            cell.supervisor.end(cell, reason)
