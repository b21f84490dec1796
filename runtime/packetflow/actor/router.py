"""Routers: one place to send to, many targets behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from packetflow.actor.strategies import Candidate, Key, NoTarget, present, strategy
from packetflow.adt.result import Err, Ok
from packetflow.clock import Clock, SystemClock
from packetflow.context import Context
from packetflow.errors import DeadlineExceeded, PacketFlowError, Unavailable
from packetflow.intent import Intent

R = TypeVar("R")


class Target(Candidate, Protocol):
    """Somebody who takes intents: a reactor of an app, or whatever is like one."""

    async def ask(self, intent: Intent[R], caller: Context) -> R:
        """Send an intent and wait for its result."""

    async def tell(self, intent: Intent[Any], caller: Context) -> None:
        """Send an intent and do not wait for its result."""


@dataclass(frozen=True, slots=True)
class Gathered(Generic[R]):
    """What each target made of an intent, by the targets' names, in their order."""

    values: dict[str, R] = field(default_factory=dict)
    failures: dict[str, Exception] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivered:
    """Who accepted a message that was told to all, and who did not, and why."""

    to: tuple[str, ...] = ()
    failures: dict[str, PacketFlowError] = field(default_factory=dict)


class Router:
    """Sends each intent to one of its targets, or to all of them.

    Each target checks the caller as it always does: a router adds no authority.
    """

    def __init__(
        self,
        by: str,
        targets: Iterable[Target] = (),
        *,
        key: Key | None = None,
        seed: int | None = None,
        clock: Clock | None = None,
    ) -> None:
        """`by` is the strategy's name; `key` is what `consistent_hash` goes by.

        Raises ValueError for an unknown strategy, a missing key, and two targets of
        one name.
        """
        self.by = by
        self._strategy = strategy(by, key=key, seed=seed)
        self._clock = SystemClock() if clock is None else clock
        self._targets: tuple[Target, ...] = ()
        for target in targets:
            self.add(target)

    @property
    def targets(self) -> tuple[Target, ...]:
        """Everybody it may send to, in order."""
        return self._targets

    def add(self, target: Target) -> None:
        """Send to this one too; raises ValueError if one has its name already."""
        if any(one.name == target.name for one in self._targets):
            raise ValueError(f"two targets are called {target.name}")
        self._targets = (*self._targets, target)

    def remove(self, name: str) -> None:
        """Send to this one no more; raises KeyError if it is not there."""
        left = tuple(one for one in self._targets if one.name != name)
        if len(left) == len(self._targets):
            raise KeyError(name)
        self._targets = left

    def target(self, intent: Intent[Any], caller: Context) -> Target:
        """Who is to get the intent; raises NoTarget, a kind of Unavailable."""
        if self._strategy is None:
            raise TypeError(f"{self.by} sends to all targets: use tell or gather")
        return self._strategy.pick(self._targets, intent, caller)

    async def ask(self, intent: Intent[R], caller: Context) -> R:
        """Ask the target that the strategy chooses.

        Raises NoTarget, and what the target raises. Whoever sends to all targets has
        no one answer: TypeError, use `gather`.
        """
        return await self.target(intent, caller).ask(intent, caller)

    async def try_ask(
        self, intent: Intent[R], caller: Context
    ) -> Ok[R] | Err[PacketFlowError]:
        """Like `ask`, with what went wrong as a value."""
        try:
            return Ok(await self.ask(intent, caller))
        except PacketFlowError as error:
            return Err(error)

    async def tell(self, intent: Intent[Any], caller: Context) -> Delivered:
        """Tell the target that the strategy chooses; with `broadcast`, all of them.

        Who refuses is in the result, and so is NoTarget, under an empty name: nobody
        is left out because another one refused.
        """
        try:
            chosen = self._chosen(intent, caller)
        except NoTarget as error:
            return Delivered((), {"": error})
        failures: dict[str, PacketFlowError] = {}
        for target in chosen:
            try:
                await target.tell(intent, caller)
            except PacketFlowError as error:
                failures[target.name] = error
        accepted = tuple(one.name for one in chosen if one.name not in failures)
        return Delivered(accepted, failures)

    def _chosen(self, intent: Intent[Any], caller: Context) -> Sequence[Target]:
        if self._strategy is None:
            return present(self._targets)
        return (self.target(intent, caller),)

    async def gather(
        self, intent: Intent[R], caller: Context, *, within: float | None = None
    ) -> Gathered[R]:
        """Ask all targets at once, for at most so many seconds.

        What is not answered by then is a DeadlineExceeded among the failures, and its
        late answer is dropped. Raises NoTarget if there are no targets.
        """
        targets = present(self._targets)
        asked = {one.name: _asked(one.ask, intent, caller) for one in targets}
        timer = None
        if within is not None:
            timer = self._clock.call_later(within, lambda: _cancel(asked.values()))
        try:
            await asyncio.wait(asked.values())
        except asyncio.CancelledError:
            _cancel(asked.values())
            raise
        finally:
            if timer is not None:
                timer.cancel()
        gathered: Gathered[R] = Gathered()
        for name, task in asked.items():
            _sort(gathered, name, task, within)
        return gathered


def _asked(
    ask: Callable[[Intent[R], Context], Awaitable[R]],
    intent: Intent[R],
    caller: Context,
) -> asyncio.Task[R]:
    async def answer() -> R:
        return await ask(intent, caller)

    return asyncio.get_running_loop().create_task(answer())


def _cancel(tasks: Iterable[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()


def _sort(
    gathered: Gathered[R], name: str, task: asyncio.Task[R], within: float | None
) -> None:
    if task.cancelled():
        error: BaseException | None = Unavailable("the target was cancelled")
        if within is not None:
            error = DeadlineExceeded(f"{name}: no answer within {within:g} s")
    else:
        error = task.exception()
    if error is None:
        gathered.values[name] = task.result()
    elif isinstance(error, Exception):
        gathered.failures[name] = error
    else:
        raise error
