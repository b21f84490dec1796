"""Effects: calls that leave the program, with retries, timeouts and failures."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import datetime
from functools import partial
from typing import Any, Final, Generic, NoReturn, ParamSpec, TypeVar, cast
from weakref import WeakValueDictionary

import msgspec

from packetflow.capability import Capability, Held
from packetflow.clock import Clock, SystemClock
from packetflow.errors import Denied, Fault, InternalDenial
from packetflow.intent import Failure

P = ParamSpec("P")
R = TypeVar("R")

# Its parameters are those of the effect; their names may differ.
Requirement = Callable[..., tuple[Capability, ...]]
Call = tuple[str, tuple[object, ...], dict[str, object]]


class Retry:
    """How often to try again, and how long to wait before: doubling, with jitter.

    `times` are tries after the first; `first` and `last` are seconds.
    """

    __slots__ = ("first", "last", "times")

    def __init__(self, times: int, first: float = 0.1, last: float = 5.0) -> None:
        self.times = times
        self.first = first
        self.last = last

    def delay(self, attempt: int) -> float:
        """Seconds to wait before the given try, counted from 1."""
        # The exponent is bounded because 2.0 ** 1024 overflows.
        bound = min(self.last, self.first * 2.0 ** min(attempt - 1, 64))
        return bound * random.uniform(0.5, 1.0)


class Scope:
    """What surrounds effects while they run: the clock, stubs, records, authority.

    `authority` is None unless inner borders are checked (PF_PARANOID=1).
    """

    __slots__ = ("authority", "clock", "record", "stubs")

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.stubs: dict[str, Callable[..., object]] = {}
        self.record: list[Call] | None = None
        self.authority: Held | None = None

    def within(self, authority: Held) -> Scope:
        """The same surroundings, with this authority."""
        inner = Scope(self.clock)
        inner.stubs = self.stubs
        inner.record = self.record
        inner.authority = authority
        return inner


SCOPE: Final[ContextVar[Scope | None]] = ContextVar("packetflow_scope", default=None)
_SYSTEM: Final = SystemClock()

_KEY: Final[ContextVar[str | None]] = ContextVar("packetflow_key", default=None)


def idempotency_key() -> str | None:
    """The key of the effect that runs, for a service that takes such keys.

    A `performs` of a durable reactor has one: it is the same if the effect is performed
    again because the process died before it was known to be done. None for all others.
    """
    return _KEY.get()


def keyed(key: str, call: Callable[[], Any]) -> Callable[[], Any]:
    """The call, with an idempotency key while it runs."""
    return partial(_with_key, key, call)


def _with_key(key: str, call: Callable[[], Any]) -> Any:
    token = _KEY.set(key)
    try:
        pending = call()
    finally:
        _KEY.reset(token)
    return _keep_key(key, pending) if isinstance(pending, Awaitable) else pending


async def _keep_key(key: str, pending: Awaitable[Any]) -> Any:
    token = _KEY.set(key)
    try:
        return await pending
    finally:
        _KEY.reset(token)


def present() -> datetime:
    """The present instant, in UTC: that of the app or test that runs here, if one does."""
    scope = SCOPE.get()
    return (_SYSTEM if scope is None else scope.clock).now()


# What trying again does not mend. A mock that was not expected to be called asserts.
_FINAL: Final = (
    *(Failure, Denied, InternalDenial),
    *(msgspec.ValidationError, AssertionError),
)


_BY_NAME: Final[WeakValueDictionary[str, _Guarded[...]]] = WeakValueDictionary()


def effect_named(name: str) -> Effect[..., Any] | AsyncEffect[..., Any] | None:
    """The loaded effect of this name, the latest if there were several."""
    found = _BY_NAME.get(name)
    return found if isinstance(found, Effect | AsyncEffect) else None


class _Guarded(Generic[P]):
    """What both kinds of effects share: name, failures, requirement, traits."""

    __slots__ = ("__weakref__", "fails", "name", "requires", "returns", "traits")

    def __init__(
        self,
        name: str,
        *,
        fails: tuple[type[Failure], ...],
        requires: Requirement | None,
        returns: object,
        traits: frozenset[str],
    ) -> None:
        self.name = name
        self.fails = fails
        self.requires = requires
        self.returns = returns
        self.traits = traits
        _BY_NAME[name] = self

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    def _entered(self, scope: Scope, *args: P.args, **kwargs: P.kwargs) -> None:
        authority = scope.authority
        if authority is not None and self.requires is not None:
            for needed in self.requires(*args, **kwargs):
                if not authority.allows(needed):
                    raise InternalDenial(f"{self.name} needs {needed}")
        if scope.record is not None:
            scope.record.append((self.name, args, kwargs))

    def _failed(self, error: Exception) -> NoReturn:
        if isinstance(error, (*self.fails, Fault, Denied, InternalDenial)):
            raise error
        raise Fault(f"{self.name} failed: {type(error).__name__}: {error}") from error

    def _converted(self, result: R) -> R:
        if self.returns is ...:
            return result
        kind = cast("type[R]", self.returns)
        return msgspec.convert(result, kind, from_attributes=True)


class Effect(_Guarded[P], Generic[P, R]):
    """A synchronous effect: called like the function it stands for.

    An exception that is not in `fails` becomes a `Fault`. `returns` is the type that
    the result is converted to, `...` to take it as it is.
    """

    __slots__ = ("function",)

    def __init__(
        self,
        name: str,
        function: Callable[P, R],
        *,
        requires: Requirement | None = None,
        fails: tuple[type[Failure], ...] = (),
        returns: object = ...,
        traits: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(
            name, fails=fails, requires=requires, returns=returns, traits=traits
        )
        self.function = function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Perform the effect; raises what `fails` names, else Fault."""
        function = self.function
        scope = SCOPE.get()
        if scope is not None:
            self._entered(scope, *args, **kwargs)
            function = cast(Callable[P, R], scope.stubs.get(self.name, function))
        try:
            return self._converted(function(*args, **kwargs))
        except Exception as error:
            self._failed(error)


class AsyncEffect(_Guarded[P], Generic[P, R]):
    """An asynchronous effect: awaited like the coroutine function it stands for.

    `retry` repeats what fails with anything but a declared failure; `timeout` is for
    each try, in seconds. In the end that is a `Fault` with the last reason as its
    cause.
    """

    __slots__ = ("function", "retry", "timeout")

    def __init__(
        self,
        name: str,
        function: Callable[P, Awaitable[R]],
        *,
        requires: Requirement | None = None,
        fails: tuple[type[Failure], ...] = (),
        retry: Retry | None = None,
        timeout: float | None = None,
        returns: object = ...,
        traits: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(
            name, fails=fails, requires=requires, returns=returns, traits=traits
        )
        self.function = function
        self.retry = retry
        self.timeout = timeout

    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Perform the effect; raises what `fails` names, else Fault."""
        scope = SCOPE.get()
        clock = _SYSTEM if scope is None else scope.clock
        if scope is not None:
            self._entered(scope, *args, **kwargs)
        attempt = 0
        while True:
            try:
                return await self._attempt(scope, clock, *args, **kwargs)
            except Exception as error:
                attempt += 1
                if (
                    isinstance(error, _FINAL)
                    or self.retry is None
                    or attempt > self.retry.times
                ):
                    self._failed(error)
            await clock.sleep(self.retry.delay(attempt))

    async def _attempt(
        self, scope: Scope | None, clock: Clock, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        function: Callable[P, object] = self.function
        if scope is not None:
            function = scope.stubs.get(self.name, function)
        pending = function(*args, **kwargs)
        # A stub may be a plain function.
        if not isinstance(pending, Awaitable):
            return self._converted(cast(R, pending))
        waiting = cast("Awaitable[R]", pending)
        if self.timeout is None:
            return self._converted(await waiting)
        return self._converted(await timed(waiting, self.timeout, clock))


async def timed(waiting: Awaitable[R], seconds: float, clock: Clock) -> R:
    """Wait for a result at most so many seconds of the clock; raises TimeoutError."""
    task = asyncio.ensure_future(waiting)
    expired = False

    def expire() -> None:
        nonlocal expired
        expired = True
        task.cancel()

    timer = clock.call_later(seconds, expire)
    try:
        return await task
    except asyncio.CancelledError:
        if expired and task.cancelled():
            raise TimeoutError(f"no answer within {seconds:g} s") from None
        raise
    finally:
        timer.cancel()
        if not task.done():
            task.cancel()
