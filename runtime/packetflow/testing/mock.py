"""Mocks: stand-ins for effects that fail on what was not expected."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextvars import Token
from types import TracebackType
from typing import Any, Generic, ParamSpec, TypeVar, final

from packetflow.app import App
from packetflow.effect import SCOPE, AsyncEffect, Effect, Scope
from packetflow.testing.outcome import ExpectationError

P = ParamSpec("P")
R = TypeVar("R")


@final
class Expected(Generic[R]):
    """A call that a mock expects; it gives none until it is told what."""

    def __init__(self, arguments: tuple[object, ...], names: dict[str, object]) -> None:
        self.arguments = arguments
        self.names = names
        self.times = 1
        self.seen = 0
        self._answer: Callable[[], Any] = lambda: None

    def gives(self, value: R) -> Expected[R]:
        """Let the call give a value."""
        self._answer = lambda: value
        return self

    def fails(self, error: Exception) -> Expected[R]:
        """Let the call raise."""

        def raising() -> R:
            raise error

        self._answer = raising
        return self

    def often(self, times: int) -> Expected[R]:
        """Expect the call so many times instead of once."""
        self.times = times
        return self

    def fits(self, arguments: tuple[object, ...], names: dict[str, object]) -> bool:
        """Whether it is this call, and there was not yet enough of it."""
        same = self.arguments == arguments and self.names == names
        return same and self.seen < self.times

    def take(self) -> R:
        """Do as it was told."""
        self.seen += 1
        result: R = self._answer()
        return result


@final
class Mock(Generic[P, R]):
    """Stands in for an effect of an app, inside `with`.

    A call that was not expected raises where it happens, and again when the mock ends,
    since a handler turns it into a fault; so do expected calls that did not happen.
    """

    def __init__(
        self,
        app: App,
        effect: Effect[P, R] | AsyncEffect[P, R],
        *,
        ordered: bool = False,
    ) -> None:
        """With `ordered`, calls have to come in the order of their expectations."""
        self._app = app
        self._effect = effect
        self._signature = inspect.signature(effect.function)
        self._ordered = ordered
        self._expected: list[Expected[R]] = []
        self._unexpected: list[str] = []
        self._before: Callable[..., object] | None = None
        self._token: Token[Scope | None] | None = None

    def expect(self, *args: P.args, **kwargs: P.kwargs) -> Expected[R]:
        """Expect a call with just these arguments."""
        made: Expected[R] = Expected(*self._bound(args, kwargs))
        self._expected.append(made)
        return made

    def _bound(
        self, args: tuple[object, ...], names: dict[str, object]
    ) -> tuple[tuple[object, ...], dict[str, object]]:
        """The same for every way to write the call; raises TypeError if it does not fit."""
        bound = self._signature.bind(*args, **names)
        bound.apply_defaults()
        return bound.args, bound.kwargs

    def _called(self, *args: object, **kwargs: object) -> R:
        args, kwargs = self._bound(args, kwargs)
        left = [each for each in self._expected if each.seen < each.times]
        for each in left[:1] if self._ordered else left:
            if each.fits(args, kwargs):
                return each.take()
        call = _shown(self._effect.name, args, kwargs)
        self._unexpected.append(call)
        raise ExpectationError(f"{call} was not expected{self._wanted(left)}")

    def _wanted(self, left: list[Expected[R]]) -> str:
        name = self._effect.name
        calls = [_shown(name, each.arguments, each.names) for each in left]
        return f"; {', '.join(calls)} was" if calls else "; nothing more was"

    def verify(self) -> None:
        """Raise ExpectationError if a call came unexpectedly, or one did not come."""
        if self._unexpected:
            raise ExpectationError(f"{', '.join(self._unexpected)} was not expected")
        for each in self._expected:
            if each.seen != each.times:
                call = _shown(self._effect.name, each.arguments, each.names)
                raise ExpectationError(
                    f"{call} was expected {each.times} times and came {each.seen} times"
                )

    def __enter__(self) -> Mock[P, R]:
        stubs = self._app.system.scope.stubs
        self._before = stubs.get(self._effect.name)
        stubs[self._effect.name] = self._called
        # Handlers that run inline run in the test's own task: effects find it there.
        self._token = SCOPE.set(self._app.system.scope)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        stubs = self._app.system.scope.stubs
        if self._before is None:
            stubs.pop(self._effect.name, None)
        else:
            stubs[self._effect.name] = self._before
        if self._token is not None:
            SCOPE.reset(self._token)
        # What went wrong first is what is told.
        if error is None or self._unexpected:
            self.verify()


def _shown(name: str, args: tuple[object, ...], kwargs: dict[str, object]) -> str:
    parts = [*map(repr, args), *(f"{key}={value!r}" for key, value in kwargs.items())]
    return f"{name}({', '.join(parts)})"
