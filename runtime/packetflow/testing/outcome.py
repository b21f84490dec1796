"""What a test is, and what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from packetflow.testing.scenario import Scenario


class Test:
    """A named scenario and where it stands in source; lines count from 1."""

    __test__ = False  # this is not one of pytest's own classes
    __slots__ = ("function", "line", "name", "path")

    def __init__(
        self,
        name: str,
        function: Callable[[Scenario], Awaitable[None]],
        *,
        path: str = "",
        line: int = 0,
    ) -> None:
        self.name = name
        self.function = function
        self.path = path
        self.line = line

    @property
    def at(self) -> str:
        """`path:line`, or nothing if it is not known."""
        return f"{self.path}:{self.line}" if self.path else ""


class Outcome(msgspec.Struct, frozen=True):
    """Whether a test passed; if not, why, and where the expectation stands.

    `seconds` is how long it took, by the real clock; `begins` is where the test stands.
    """

    name: str
    passed: bool
    message: str = ""
    at: str = ""
    seconds: float = 0.0
    begins: str = ""


class ExpectationError(AssertionError):
    """An expectation of a scenario does not hold; `at` is where it stands."""

    def __init__(self, message: str, at: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.at = at

    def __str__(self) -> str:
        return f"{self.at}: {self.message}" if self.at else self.message
