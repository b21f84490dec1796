"""Intents, events and failures: what is asked, what happened, why it did not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar, Generic, Protocol, TypeVar

import msgspec

from packetflow.capability import Capability
from packetflow.context import Context
from packetflow.errors import PacketFlowError

R_co = TypeVar("R_co", covariant=True)
F = TypeVar("F", bound="Failure")
M = TypeVar("M", bound=Callable[..., object])


def by_caller(missing: M) -> M:
    """Say of an intent's `missing` that it does not depend on the intent's fields.

    Then an entry asks once for each caller whose capabilities cannot change.
    """
    missing.by_caller = True  # type: ignore[attr-defined]  # a function takes any
    return missing


class OpenHours(Protocol):
    """When something is open: a calendar, as far as intents need one."""

    def contains(self, instant: datetime, /) -> bool:
        """Whether it is open at an instant."""

    def next_open(self, instant: datetime, /) -> datetime | None:
        """The first instant at or after one at which it is open, None if there is none."""


class Intent(msgspec.Struct, Generic[R_co], frozen=True):
    """Something a caller wants done, answered with an `R_co`.

    `context` is the type that callers' contexts must have, None if any will do;
    `deadline` is the time from admission to reply in seconds, None for no limit.
    Outside of the hours of `during` it is not handled, but refused as `Closed`.
    """

    context: ClassVar[type[Context] | None] = None
    deadline: ClassVar[float | None] = None
    during: ClassVar[OpenHours | None] = None

    @by_caller
    def missing(self, caller: Context) -> tuple[Capability, ...]:
        """Those required capabilities that the caller does not hold."""
        return ()


class Event(msgspec.Struct, frozen=True):
    """Something that has happened."""

    def missing(self, caller: Context) -> tuple[Capability, ...]:
        """What the caller lacks to emit or to receive this event."""
        return ()


class Failure(PacketFlowError):
    """A declared outcome that is not success. Equal by type and fields.

    `status` is its HTTP status.
    """

    status: ClassVar[int] = 409

    def __init__(self, **fields: object) -> None:
        super().__init__(*fields.values())
        self.fields = fields

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Failure):
            return NotImplemented
        return type(other) is type(self) and self.fields == other.fields

    def __hash__(self) -> int:
        return hash((type(self), tuple(self.fields)))

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuilt, (type(self), self.fields)

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.fields.items())
        return f"{type(self).__name__}({shown})"

    __repr__ = __str__


def _rebuilt(failure: type[F], fields: dict[str, object]) -> F:
    return failure(**fields)
