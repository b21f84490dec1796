"""What observers are shown: a reactor's numbers, its health, an alert that is raised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from packetflow.observe.declared import Severity


class Reading(NamedTuple):
    """A reactor as it is now, with all its intents together."""

    reactor: str
    depth: int
    busy: bool
    stopped: str | None
    restarts: int
    handled: int
    failed: int
    denied: int
    faulted: int
    p50: float | None
    p99: float | None


@dataclass(slots=True)
class Condition:
    """How a reactor's health is: `why` says what is wrong, and is empty if nothing is."""

    reactor: str
    why: str = ""

    @property
    def healthy(self) -> bool:
        """Whether nothing is wrong."""
        return not self.why


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert that is raised now."""

    reactor: str
    name: str
    severity: Severity
    since: datetime
