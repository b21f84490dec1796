"""Actions: effects as values that are put together first and run afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Generic, ParamSpec, TypeVar, cast

from packetflow.action import steps
from packetflow.action.execution import Execution
from packetflow.adt.result import Err, Ok
from packetflow.effect import Retry

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
U = TypeVar("U")
E = TypeVar("E", bound=Exception)


class Action(Generic[T]):
    """Something to do that gives a T or fails with an exception; made, not yet done.

    It is run by `await`, `run` or `start`, each time anew. `bind` with `pure` obeys the
    monad laws: `pure(x).bind(f)` is `f(x)`, `a.bind(pure)` is `a`, and it does not matter
    how `bind`s are grouped. Chains of any length need no more stack than one.
    """

    __slots__ = ("_step",)

    def __init__(self, step: steps.Step) -> None:
        """Use `pure`, `of` and the methods; this is how they make one."""
        self._step = step

    # -- making ----------------------------------------------------------------------

    @staticmethod
    def pure(value: U) -> Action[U]:
        """Does nothing and gives the value."""
        return Action(steps.Pure(value))

    @staticmethod
    def failing(error: Exception) -> Action[Any]:
        """Does nothing and fails."""
        return Action(steps.Failing(error))

    @staticmethod
    def of(
        function: Callable[P, Awaitable[R]] | Callable[P, R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Action[R]:
        """Calls an effect, or any function, and awaits it if it has to be."""
        return Action(steps.Call(lambda: function(*args, **kwargs)))

    # -- one after the other ---------------------------------------------------------

    def bind(self, following: Callable[[T], Action[U]]) -> Action[U]:
        """Then do what `following` makes of the value; not if this one fails."""
        return Action(steps.Bind(self, following))

    def map(self, function: Callable[[T], U]) -> Action[U]:
        """Give what `function` makes of the value."""
        return self.bind(lambda value: Action.pure(function(value)))

    def then(self, following: Action[U]) -> Action[U]:
        """Then do another one, whatever the value was."""
        return self.bind(lambda _: following)

    def recover(self, kind: type[E], handler: Callable[[E], Action[T]]) -> Action[T]:
        """If it fails with such an exception, do what `handler` makes of it instead.

        What it had declared to compensate is compensated before.
        """
        return Action(
            steps.Recover(self, kind, cast("Callable[[Exception], Any]", handler))
        )

    def compensate(self, undo: Callable[[T], Action[Any]]) -> Action[T]:
        """If it succeeds and something after it fails, do what `undo` makes of its value.

        Compensations run backwards, all of them, and the failure stays the one that it
        was; those that fail are told by `Compensations`, as its cause.
        """
        return Action(steps.Compensate(self, undo))

    def retry(self, policy: Retry, *kinds: type[Exception]) -> Action[T]:
        """Try again as the policy says, if it fails with such exceptions (or any)."""
        return Action(steps.Again(self, policy, kinds or (Exception,)))

    def within(self, seconds: float) -> Action[T]:
        """Fail with TimeoutError if it takes longer than so many seconds."""
        return Action(steps.Within(self, seconds))

    # -- several ---------------------------------------------------------------------

    @staticmethod
    def sequence(actions: Iterable[Action[U]]) -> Action[list[U]]:
        """One after the other; gives all values, stops at the first failure."""
        made: Action[tuple[Any, ...]] = Action.pure(())
        for action in actions:
            made = made.bind(steps.appending(action))
        return made.map(steps.unlinked)

    @staticmethod
    def together(actions: Iterable[Action[U]]) -> Action[list[U]]:
        """All at once; gives the values in the order given.

        The first failure cancels those that still run, and is the failure of all.
        """
        return Action(steps.Together(tuple(actions)))

    @staticmethod
    def race(actions: Iterable[Action[U]]) -> Action[U]:
        """All at once; gives the first value, and cancels the others.

        Fails with the last failure if all fail; raises ValueError without actions.
        """
        chosen = tuple(actions)
        if not chosen:
            raise ValueError("nobody takes part in the race")
        return Action(steps.Race(chosen))

    # -- running ---------------------------------------------------------------------

    async def run(self) -> T:
        """Do it; raises what it fails with."""
        undo: list[steps.Undo] = []
        try:
            return cast(T, await steps.run(self, undo))
        except Exception as error:
            await steps.undone(undo, error)
            raise

    def __await__(self) -> Any:
        return self.run().__await__()

    async def attempt(self) -> Ok[T] | Err[Exception]:
        """Do it, with what went wrong as a value."""
        try:
            return Ok(await self.run())
        except Exception as error:
            return Err(error)

    def start(self) -> Execution[T]:
        """Begin to do it beside what runs; in a running event loop."""
        return Execution(self)
