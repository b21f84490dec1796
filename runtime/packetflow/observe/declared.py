"""What a reactor declares to be observed: metrics, checks of its health, alerts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import (
    Any,
    Final,
    Generic,
    Literal,
    NamedTuple,
    Protocol,
    TypeAlias,
    TypeVar,
    final,
)

from packetflow.clock import Clock
from packetflow.configuration import Config, Settings

MetricKind: TypeAlias = Literal["counter", "gauge", "histogram"]
Severity: TypeAlias = Literal["info", "warning", "error", "critical"]

SEVERITIES: Final[tuple[Severity, ...]] = ("info", "warning", "error", "critical")

S = TypeVar("S")
C = TypeVar("C", bound=Config)


class _System(Protocol):
    """Where a reactor runs."""

    @property
    def clock(self) -> Clock: ...

    settings: Settings


class Waiting(NamedTuple):
    """A mailbox as it is now: how many messages wait, and how many may."""

    depth: int
    room: int


@final
class Look(Generic[S]):
    """What a check sees of a reactor: the state after the last commit, the mailbox."""

    __slots__ = ("_system", "mailbox", "state")

    def __init__(self, state: S, mailbox: Waiting, system: _System) -> None:
        self.state = state
        self.mailbox = mailbox
        self._system = system

    def config(self, kind: type[C]) -> C:
        """The values of a configuration of the app."""
        return self._system.settings.of(kind)

    def now(self) -> datetime:
        """The present instant, by the app's clock."""
        return self._system.clock.now()


Check: TypeAlias = Callable[[Any, Look[Any]], "bool | Awaitable[bool]"]


@final
class Metric:
    """Something a reactor counts or measures itself."""

    __slots__ = ("kind", "name")

    def __init__(self, name: str, kind: MetricKind) -> None:
        self.name = name
        self.kind: MetricKind = kind


@final
class Health:
    """A condition that is looked at every so many seconds.

    The reactor is healthy while all its conditions hold. One that takes longer than
    `timeout` seconds makes it unhealthy, and so does one that raises. A check that is
    `blocking` runs in a thread, on a copy of the state.
    """

    __slots__ = ("blocking", "check", "every", "timeout")

    def __init__(
        self,
        every: float,
        check: Check,
        *,
        timeout: float | None = None,
        blocking: bool = False,
    ) -> None:
        """Without a `timeout` a check may take as long as `every`, at most 5 seconds."""
        self.blocking = blocking
        self.every = every
        self.check = check
        self.timeout = min(every, 5.0) if timeout is None else timeout


@final
class Alert:
    """Raised when a condition has held for so many seconds, cleared when it has not.

    The same time counts both ways, so that a value that swings around the limit
    neither raises nor clears it.
    """

    __slots__ = ("check", "lasting", "name", "severity")

    def __init__(
        self,
        name: str,
        check: Check,
        *,
        lasting: float = 0.0,
        severity: Severity = "warning",
    ) -> None:
        self.name = name
        self.check = check
        self.lasting = lasting
        self.severity: Severity = severity
