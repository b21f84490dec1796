"""What actions are made of, and the interpreter that runs them without recursion."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar, final

from packetflow.clock import Clock, SystemClock
from packetflow.effect import SCOPE, Retry, timed

if TYPE_CHECKING:
    from packetflow.action.action import Action

U = TypeVar("U")

Undo: TypeAlias = "Callable[[], Action[Any]]"

logger: Final = logging.getLogger("packetflow.action")

_SYSTEM: Final = SystemClock()


class Compensations(Exception):
    """Compensations that failed themselves; `errors` in the order in which they ran."""

    def __init__(self, errors: tuple[Exception, ...]) -> None:
        super().__init__(f"{len(errors)} compensations failed: {errors[0]}")
        self.errors = errors


class Step:
    __slots__ = ()


@final
class Pure(Step):
    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value


@final
class Failing(Step):
    __slots__ = ("error",)

    def __init__(self, error: Exception) -> None:
        self.error = error


@final
class Call(Step):
    __slots__ = ("function",)

    def __init__(self, function: Callable[[], Any]) -> None:
        self.function = function


@final
class Bind(Step):
    __slots__ = ("first", "following")

    def __init__(
        self, first: Action[Any], following: Callable[[Any], Action[Any]]
    ) -> None:
        self.first = first
        self.following = following


class _Around(Step):
    """A step that runs another action in its own way."""

    __slots__ = ("inner",)

    def __init__(self, inner: Action[Any]) -> None:
        self.inner = inner

    async def run(self, undo: list[Undo]) -> object:
        raise NotImplementedError


@final
class Recover(_Around):
    __slots__ = ("handler", "kind")

    def __init__(
        self,
        inner: Action[Any],
        kind: type[Exception],
        handler: Callable[[Exception], Action[Any]],
    ) -> None:
        super().__init__(inner)
        self.kind = kind
        self.handler = handler

    async def run(self, undo: list[Undo]) -> object:
        own: list[Undo] = []
        try:
            result = await run(self.inner, own)
        except self.kind as error:
            await undone(own, error)
            return await run(self.handler(error), undo)
        except BaseException:
            undo += own
            raise
        undo += own
        return result


@final
class Compensate(_Around):
    __slots__ = ("undo",)

    def __init__(self, inner: Action[Any], undo: Callable[[Any], Action[Any]]) -> None:
        super().__init__(inner)
        self.undo = undo

    async def run(self, undo: list[Undo]) -> object:
        result = await run(self.inner, undo)
        undo.append(partial(self.undo, result))
        return result


@final
class Again(_Around):
    __slots__ = ("kinds", "policy")

    def __init__(
        self, inner: Action[Any], policy: Retry, kinds: tuple[type[Exception], ...]
    ) -> None:
        super().__init__(inner)
        self.policy = policy
        self.kinds = kinds

    async def run(self, undo: list[Undo]) -> object:
        attempt = 0
        while True:
            own: list[Undo] = []
            try:
                result = await run(self.inner, own)
            except self.kinds as error:
                await undone(own, error)
                attempt += 1
                if attempt > self.policy.times:
                    raise
            else:
                undo += own
                return result
            await _clock().sleep(self.policy.delay(attempt))


@final
class Within(_Around):
    __slots__ = ("seconds",)

    def __init__(self, inner: Action[Any], seconds: float) -> None:
        super().__init__(inner)
        self.seconds = seconds

    async def run(self, undo: list[Undo]) -> object:
        return await timed(run(self.inner, undo), self.seconds, _clock())


class _Several(Step):
    __slots__ = ("actions",)

    def __init__(self, actions: tuple[Action[Any], ...]) -> None:
        self.actions = actions

    def _started(self, undo: list[Undo]) -> list[asyncio.Task[object]]:
        return [asyncio.ensure_future(run(action, undo)) for action in self.actions]

    async def run(self, undo: list[Undo]) -> object:
        raise NotImplementedError


@final
class Together(_Several):
    __slots__ = ()

    async def run(self, undo: list[Undo]) -> object:
        tasks = self._started(undo)
        try:
            return list(await asyncio.gather(*tasks))
        finally:
            await _ended(tasks)


@final
class Race(_Several):
    __slots__ = ()

    async def run(self, undo: list[Undo]) -> object:
        done: list[list[Undo]] = [[] for _ in self.actions]
        tasks = [
            asyncio.ensure_future(_numbered(number, action, done[number]))
            for number, action in enumerate(self.actions)
        ]
        failure: Exception | None = None
        try:
            for following in asyncio.as_completed(tasks):
                try:
                    winner, value = await following
                except Exception as error:
                    failure = error
                else:
                    await _ended(tasks)
                    undo += done.pop(winner)
                    await _forgotten(done)
                    return value
            assert failure is not None
            raise failure
        finally:
            await _ended(tasks)
            for own in done:
                undo += own


async def run(action: Action[Any], undo: list[Undo]) -> object:
    """Run an action; what is to be compensated later is added to `undo`."""
    waiting: list[Callable[[Any], Action[Any]]] = []
    while True:
        step = action._step
        if isinstance(step, Bind):
            waiting.append(step.following)
            action = step.first
            continue
        value: object
        if isinstance(step, Pure):
            value = step.value
        elif isinstance(step, Call):
            value = step.function()
            if isawaitable(value):
                value = await value
        elif isinstance(step, Failing):
            raise step.error
        else:
            assert isinstance(step, _Around | _Several)
            value = await step.run(undo)
        if not waiting:
            return value
        action = waiting.pop()(value)


async def undone(undo: list[Undo], error: BaseException) -> None:
    """Run compensations, the last one first; `error` is why."""
    troubles: list[Exception] = []
    while undo:
        try:
            await run(undo.pop()(), [])
        except Exception as trouble:
            troubles.append(trouble)
    if troubles:
        failed = Compensations(tuple(troubles))
        failed.__cause__ = error.__cause__
        error.__cause__ = failed


async def _numbered(
    number: int, action: Action[Any], undo: list[Undo]
) -> tuple[int, object]:
    return number, await run(action, undo)


async def _forgotten(lost: list[list[Undo]]) -> None:
    """Undo what those have done who did not win; the race goes on all the same."""
    for own in lost:
        because = asyncio.CancelledError()
        await undone(own, because)
        if because.__cause__ is not None:
            logger.error("undoing what lost a race: %s", because.__cause__)


async def _ended(tasks: Iterable[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def appending(action: Action[U]) -> Callable[[Any], Action[Any]]:
    # A linked list: appending to a list would change what another run has seen.
    return lambda values: action.map(lambda value: (values, value))


def unlinked(values: Any) -> list[Any]:
    found: list[Any] = []
    while values:
        values, value = values
        found.append(value)
    return found[::-1]


def _clock() -> Clock:
    scope = SCOPE.get()
    return _SYSTEM if scope is None else scope.clock
