"""Schedules: what a principal sends at certain times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, Literal, NamedTuple, TypeAlias, TypeVar, final
from uuid import UUID, uuid4

from packetflow.capability import Capability
from packetflow.configuration import Config, Settings
from packetflow.context import Principal
from packetflow.intent import Intent
from packetflow.temporal.calendar import Calendar
from packetflow.temporal.timing import Timing

C = TypeVar("C", bound=Config)

Missed: TypeAlias = Literal["skip", "once", "all"]
Overlap: TypeAlias = Literal["skip", "queue", "cancel", "allow"]

# Later than this, what was due counts as missed.
ON_TIME: Final = timedelta(minutes=1)


class Sending(NamedTuple):
    """One intent that is sent when a schedule is due, and how much later."""

    intent: Intent[Any]
    after: timedelta
    only: tuple[Capability, ...] | None


@final
class Tick:
    """One time at which a schedule is due; collects what it sends."""

    __slots__ = ("_now", "_settings", "due", "sendings")

    def __init__(self, due: datetime, now: datetime, settings: Settings) -> None:
        self.due = due
        self._now = now
        self._settings = settings
        self.sendings: list[Sending] = []

    def send(
        self,
        intent: Intent[Any],
        *,
        after: timedelta | None = None,
        only: tuple[Capability, ...] | None = None,
    ) -> None:
        """Send an intent as the principal, with `only` these of its capabilities."""
        self.sendings.append(Sending(intent, after or timedelta(), only))

    def now(self) -> datetime:
        """The present instant, in UTC: not before `due`."""
        return self._now

    def config(self, kind: type[C]) -> C:
        """The values of a configuration of the app."""
        return self._settings.of(kind)

    def new_uuid(self) -> UUID:
        """A new random identifier."""
        return uuid4()


@final
class Schedule:
    """Work that nobody asks for: sent at certain times, by a principal.

    `missed` says what becomes of times at which the app did not run: nothing, the last
    of them, or all of them, those of the last `within`. `overlap` says what happens when
    a time comes and what was sent the last time is still handled: the new one is left
    out or waits, the old one is cancelled, or both run. Each time is put off by up to
    `jitter`. Outside of `during` nothing is sent.
    """

    __slots__ = (
        "during",
        "jitter",
        "missed",
        "name",
        "overlap",
        "principal",
        "send",
        "timing",
        "within",
    )

    def __init__(
        self,
        name: str,
        principal: type[Principal],
        timing: Timing,
        send: Callable[[Tick], None],
        *,
        missed: Missed = "skip",
        within: timedelta | None = None,
        overlap: Overlap = "skip",
        jitter: timedelta = timedelta(),
        during: Calendar | None = None,
    ) -> None:
        self.name = name
        self.principal = principal
        self.timing = timing
        self.send = send
        self.missed: Missed = missed
        self.within = within
        self.overlap: Overlap = overlap
        self.jitter = jitter
        self.during = during
