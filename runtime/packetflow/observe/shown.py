"""What observers are shown: a reactor's numbers, its health, an alert that is raised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from packetflow.observe.declared import Severity
from packetflow.observe.instruments import Histogram


class Reading(NamedTuple):
    """A reactor as it is now, with all its intents together; times in seconds.

    `waited` is what 99 % of those waited at most that had to wait in the mailbox.
    `running` says how many there are: more than one if there is one for each key.
    """

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
    cancelled: int = 0
    waited: float | None = None
    running: int = 1


class Kept(NamedTuple):
    """A durable reactor as it is now; `last` is how long its last commit took.

    `since_snapshot` lines are read after the snapshot when it recovers, `outbox` entries
    are sent and not known to be done. Of those of all keys, the most lines and all
    entries.
    """

    reactor: str
    since_snapshot: int
    outbox: int
    commits: Histogram
    last: float | None


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
