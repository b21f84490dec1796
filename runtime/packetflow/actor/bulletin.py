"""What a running system makes known: events, decisions, lifecycle, troubles, counts."""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any, Final, NamedTuple

from packetflow.actor.crash import Crash
from packetflow.audit import AuditRecord, Verdict
from packetflow.authority import Authority
from packetflow.capability import Capability, Held
from packetflow.clock import Clock
from packetflow.context import Context
from packetflow.errors import Denied, InternalDenial
from packetflow.intent import Event

logger: Final = logging.getLogger("packetflow.actor")

# How many audit records, events and reports are kept in memory.
_KEPT: Final = 1_000


@dataclass(slots=True)
class Stats:
    """Counts since the start."""

    faults: int = 0
    failed_messages: int = 0
    failed_performs: int = 0
    failed_subscribers: int = 0
    dead_letters: int = 0
    denied_sends: int = 0


class Lifecycle(NamedTuple):
    """Something that happened to a reactor or to the whole app.

    `what` is started, faulted, restarted, escalated, passivated, stopped or failed; or
    expired, of an intent that was not delivered in time.
    """

    what: str
    name: str


Subscriber = tuple[Callable[[Any], object], Context | None]


class Bulletin:
    """Tells whoever listens; a listener that breaks is reported and harms nobody."""

    def __init__(self, clock: Clock, authority: Authority) -> None:
        self.clock = clock
        self.authority = authority
        self.paranoid = os.environ.get("PF_PARANOID") == "1"
        self.stats = Stats()
        self.denials: dict[str, int] = {}
        self.audit: deque[AuditRecord] = deque(maxlen=_KEPT)
        self.audit_hooks: list[Callable[[AuditRecord], object]] = []
        self.observers: list[Callable[[Lifecycle], object]] = []
        self.crashes: deque[Crash] = deque(maxlen=_KEPT)
        self.events: deque[Event] = deque(maxlen=_KEPT)
        self.reports: deque[BaseException] = deque(maxlen=_KEPT)
        self._subscribers: dict[type[Event], list[Subscriber]] = {}

    def subscribe(
        self,
        kind: type[Event],
        callback: Callable[[Any], object],
        caller: Context | None = None,
    ) -> Callable[[], None]:
        """Call back for each event of the kind; returns what ends it.

        `Event` itself stands for all kinds. With a caller, only for the events that
        the caller's capabilities cover. Raises TypeError for a coroutine function.
        """
        if iscoroutinefunction(callback):
            raise TypeError(
                f"{callback!r} would never be awaited: a callback is a plain function, "
                "which may create a task or put the event into a queue"
            )
        entry = (callback, caller)
        self._subscribers.setdefault(kind, []).append(entry)

        def end() -> None:
            if entry in self._subscribers.get(kind, ()):
                self._subscribers[kind].remove(entry)

        return end

    def publish(self, event: Event, authority: Held) -> None:
        """Give a committed event to its subscribers."""
        self.events.append(event)
        if self.paranoid:
            missing = event.missing(Context().holding(authority))
            if missing:
                self.report(InternalDenial(f"{event!r} needs {missing}"))
        for kind in (type(event), Event):
            for callback, caller in tuple(self._subscribers.get(kind, ())):
                self._hand_over(event, callback, caller)

    def _hand_over(
        self, event: Event, callback: Callable[[Any], object], caller: Context | None
    ) -> None:
        try:
            if caller is not None:
                caller = self.authority.current(caller, self.clock.now())
            if caller is None or not event.missing(caller):
                callback(event)
        except Denied as error:
            logger.info("a subscriber does not get %s: %s", type(event).__name__, error)
        except Exception as error:
            self.stats.failed_subscribers += 1
            self.report(error)

    def audited(
        self,
        verdict: Verdict,
        subject: str,
        caller: Context,
        why: str,
        missing: tuple[Capability, ...] = (),
        needs: tuple[Capability, ...] = (),
    ) -> None:
        """Keep a decision and tell the audit hooks."""
        if verdict == "denied":
            # Intents are known by their types, so there are not many names.
            self.denials[subject] = self.denials.get(subject, 0) + 1
        record = AuditRecord(
            self.clock.now(), verdict, subject, caller, why, missing, needs
        )
        self.audit.append(record)
        for hook in tuple(self.audit_hooks):
            try:
                hook(record)
            except Exception as error:
                self.report(error)

    def notify(self, what: str, name: str) -> None:
        """Tell the observers."""
        for observer in tuple(self.observers):
            try:
                observer(Lifecycle(what, name))
            except Exception as error:
                self.report(error)

    def report(self, error: BaseException) -> None:
        """Keep and log a trouble that nobody waits to hear of."""
        self.reports.append(error)
        logger.error("%s: %s", type(error).__name__, error, exc_info=error)
