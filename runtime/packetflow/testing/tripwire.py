"""A tripwire for tests: Python of a program that reaches outside, and says so nowhere.

An effect that `requires` something, or says `reads`, `destructive` or `external`, may
reach files, the network and processes; all other embedded and linked Python may not.
Where Python tells of it (https://peps.python.org/pep-0578), it is noted with its place.

It is no sandbox. It does not see what goes through a descriptor that is open already,
what asks about files without opening them (`os.stat`), what C code does by itself, nor
what threads do that were not started with the context of the effect.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import msgspec

from packetflow.effect import AsyncEffect, Effect
from packetflow.testing.places import Place, place_of_use
from packetflow.testing.reaching import Environment, described

_PERMITTING: Final = frozenset({"reads", "destructive", "external"})

AnyEffect = Effect[Any, Any] | AsyncEffect[Any, Any]


class Trip(msgspec.Struct, frozen=True):
    """What was reached, by which effect or function, and where that stands.

    `at` is a line of a `.pf` file, `through` one of linked Python, if it happened there.
    """

    name: str
    does: str
    at: str
    through: str = ""

    @property
    def told(self) -> str:
        """What happens, without the place in the `.pf` file."""
        inside = f" ({self.through})" if self.through else ""
        return f"`{self.name}` {self.does}{inside}"

    def __str__(self) -> str:
        return f"{self.at}: {self.told}"


class Tripped(AssertionError):
    """Python of the program reached outside without saying so; `trips` has all."""

    def __init__(self, trips: list[Trip]) -> None:
        super().__init__("\n".join(f"{trip}: no `requires` says so" for trip in trips))
        self.trips = trips


class Tripwire:
    """What was found while it was active; each use of each line once."""

    def __init__(self) -> None:
        self._found: dict[Trip, None] = {}

    @property
    def trips(self) -> list[Trip]:
        """All of them, in order."""
        return list(self._found)

    def check(self) -> None:
        """Raise Tripped if anything was found."""
        if self._found:
            raise Tripped(self.trips)

    def forget(self) -> None:
        """What was found is meant: go on as if nothing had been."""
        self._found.clear()

    def note(self, trip: Trip) -> None:
        """Something was found."""
        self._found.setdefault(trip)


@contextmanager
def watching() -> Iterator[Tripwire]:
    """Watch what the program's Python reaches until the end of the block.

    Of several at a time, the innermost one notes. Python cannot take the hook away
    again: afterwards it returns at once.
    """
    tripwire = Tripwire()
    _install()
    _ACTIVE.append(tripwire)
    try:
        yield tripwire
    finally:
        _ACTIVE.remove(tripwire)
        if not _ACTIVE:
            _Patches.undo()


# ---------------------------------------------------------------- the hook
_ACTIVE: Final[list[Tripwire]] = []
_RUNNING: Final[ContextVar[AnyEffect | None]] = ContextVar(
    "packetflow_running", default=None
)
_BUSY: Final = threading.local()


class _Patches:
    """What is replaced while something watches: it costs nothing otherwise."""

    hooked = False
    undone: Final[list[Any]] = []

    @classmethod
    def undo(cls) -> None:
        """As before."""
        while cls.undone:
            cls.undone.pop()()


def _install() -> None:
    if not _Patches.hooked:
        _Patches.hooked = True
        sys.addaudithook(_audit)
    if not _ACTIVE:
        _Patches.undone.append(_marking())
        _Patches.undone.append(Environment.watched(_reached))


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if not _ACTIVE:
        return
    does = described(event, arguments)
    if does:
        _reached(does)


def _reached(does: str, *, itself: bool = False) -> None:
    """Note that something reaches outside, if it is Python of a program that may not.

    `itself`: it counts only if no library did it.
    """
    if getattr(_BUSY, "now", False):
        return
    _BUSY.now = True
    try:
        running = _RUNNING.get()
        if running is not None and _permits(running):
            return
        name = "" if running is None else running.name.rpartition(".")[2]
        place = place_of_use(sys._getframe(1), itself=itself, name=name)
        if place is not None and _ACTIVE:
            _ACTIVE[-1].note(_trip(place, does))
    finally:
        _BUSY.now = False


def _trip(place: Place, does: str) -> Trip:
    return Trip(place.name, does, place.at, place.through)


def _permits(effect: AnyEffect) -> bool:
    return effect.requires is not None or bool(effect.traits & _PERMITTING)


def _marking() -> Any:
    """Have effects say that they run; gives what ends that."""
    plain, waiting = Effect.__call__, AsyncEffect.__call__

    def call(self: Effect[Any, Any], *args: Any, **kwargs: Any) -> Any:
        token = _RUNNING.set(self)
        try:
            return plain(self, *args, **kwargs)
        finally:
            _RUNNING.reset(token)

    async def wait(self: AsyncEffect[Any, Any], *args: Any, **kwargs: Any) -> Any:
        token = _RUNNING.set(self)
        try:
            return await waiting(self, *args, **kwargs)
        finally:
            _RUNNING.reset(token)

    def undo() -> None:
        _replace(plain, waiting)

    _replace(call, wait)
    return undo


def _replace(call: Any, wait: Any) -> None:
    setattr(Effect, "__call__", call)  # noqa: B010 - mypy knows it as a method
    setattr(AsyncEffect, "__call__", wait)  # noqa: B010 - the same
