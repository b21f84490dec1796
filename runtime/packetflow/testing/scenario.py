"""Scenarios: fresh reactors, a virtual clock, and expectations of what they do."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from types import TracebackType
from typing import Any, ClassVar, Final, NoReturn, ParamSpec, TypeVar, cast

import msgspec

from packetflow.actor import AnyReactor, Child, Reactor, State, Supervise
from packetflow.app import App
from packetflow.capability import Capability
from packetflow.clock import VirtualClock
from packetflow.configuration import Config, Settings
from packetflow.context import Context
from packetflow.effect import SCOPE, AsyncEffect, Call, Effect
from packetflow.errors import Denied, InternalDenial
from packetflow.intent import Event, Failure, Intent
from packetflow.store.memory import MemoryStore
from packetflow.testing.outcome import ExpectationError

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound=State)
C = TypeVar("C", bound=Context)
F = TypeVar("F", bound=Config)

_ABSENT: Final = object()
_OUTSIDE: Final = 0.002  # seconds of real time to let threads and sockets go on


class Scenario:
    """One test's world. Asks enter as they do in an app; time moves by `advance`.

    Each expectation takes `at`, the place in source that its failure names.
    """

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.events: list[Event] = []
        self.calls: list[Call] = []
        self._given: dict[type[AnyReactor], State] = {}
        self._stubs: dict[str, Callable[..., object]] = {}
        self._app: App | None = None
        # A test means the same wherever it runs: the environment does not count.
        self._settings = Settings(environment={})

    async def __aenter__(self) -> Scenario:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._app is not None:
            await self._app.__aexit__(kind, error, traceback)

    @property
    def app(self) -> App:
        """The app that runs the started reactors."""
        if self._app is None:
            raise RuntimeError("start the reactors first")
        return self._app

    def config(self, kind: type[F]) -> F:
        """The values of a configuration: defaults and what `pyproject.toml` says."""
        return self._settings.of(kind)

    # -- what the world is like ------------------------------------------------------

    def given(self, reactor: type[Reactor[S]], state: S) -> None:
        """Let a reactor begin with this state; before `start`."""
        if self._app is not None:
            raise RuntimeError("states are given before the reactors start")
        self._given[reactor] = state

    def stub(
        self,
        effect: Effect[P, R] | AsyncEffect[P, R],
        function: Callable[P, R] | Callable[P, Awaitable[R]],
    ) -> None:
        """Let a function, plain or not, stand in for an effect from now on."""
        self._stubs[effect.name] = function
        if self._app is not None:
            self._app.system.scope.stubs[effect.name] = function

    async def start(self, *reactors: type[AnyReactor]) -> None:
        """Start fresh reactors, each granted what it holds."""
        kept = any(
            one.journal is not None or any(handler.tables for handler in one.handlers)
            for one in reactors
        )
        store = MemoryStore() if kept else None
        app = _scenario_app(reactors)(
            clock=self.clock, grace=0.0, store=store, config=self._settings
        )
        system = app.system
        system.scope.stubs.update(self._stubs)
        system.scope.record = self.calls
        # Handlers that run inline run in the test's own task: effects find it here.
        SCOPE.set(system.scope)
        for reactor, state in self._given.items():
            system.cell(reactor).given(copy.deepcopy(state))
        app.subscribe(Event, self.events.append)
        self._app = await app.__aenter__()

    async def advance(self, by: timedelta) -> None:
        """Move the clock; what falls due happens in order, each at its time."""
        await self.clock.advance(by)

    def signed_in(self, context: C, subject: str) -> C:
        """The context of somebody who signed in just now, in a session without an end.

        What is delegated to the subject is theirs, until their authority is revoked.
        """
        return context.identified(subject, self.app.authority.epoch(subject))

    # -- what is done ----------------------------------------------------------------

    async def ask(self, intent: Intent[R], caller: Context) -> R:
        """Ask as `App.ask` does, and let what follows from it happen.

        If the answer waits for nothing but a pause (such as one between two tries), the
        clock moves to its end: no test would be there to move it.
        """
        asked = asyncio.ensure_future(self.app.ask(intent, caller))
        try:
            while not asked.done():
                await self.clock.settle()
                if not asked.done() and not await self.clock.pass_sleep():
                    await asyncio.wait({asked}, timeout=_OUTSIDE)
            return asked.result()
        finally:
            asked.cancel()
            await self.clock.settle()

    async def tell(self, intent: Intent[Any], caller: Context) -> None:
        """Tell as `App.tell` does, and let what follows from it happen."""
        await self.app.tell(intent, caller)
        await self.clock.settle()

    def state(self, reactor: type[Reactor[S]]) -> S:
        """A copy of a reactor's committed state."""
        return cast(S, copy.deepcopy(self.app.system.cell(reactor).state))

    # -- what is expected ------------------------------------------------------------

    def check(self, condition: bool, text: str, at: str = "") -> None:
        """Expect a condition to hold; `text` is how it reads in source."""
        if not condition:
            raise ExpectationError(f"expected {text}", at)

    def equal(self, actual: R, expected: R, at: str = "") -> None:
        """Expect two values to be equal."""
        if actual != expected:
            raise ExpectationError(f"expected {expected!r}, got {actual!r}", at)

    async def denied(
        self,
        intent: Intent[Any],
        caller: Context,
        *missing: Capability,
        at: str = "",
    ) -> None:
        """Expect a denial that lacks exactly these capabilities."""
        name = type(intent).__name__
        wanted = ", ".join(map(str, missing)) or "nothing"
        try:
            result = await self.ask(intent, caller)
        except Denied as denied:
            if set(denied.missing) == set(missing):
                return
            lacking = ", ".join(map(str, denied.missing)) or "nothing"
            raise ExpectationError(
                f"expected {name} to lack {wanted}, it lacks {lacking}", at
            ) from denied
        except Exception as error:
            _otherwise(f"{name} to be denied {wanted}", error, at)
        raise ExpectationError(
            f"expected {name} to be denied {wanted}, it answered {result!r}", at
        )

    async def fails(
        self,
        intent: Intent[Any],
        caller: Context,
        failure: type[Failure],
        fields: Mapping[str, object] | None = None,
        at: str = "",
    ) -> None:
        """Expect a failure, with the given fields among its own."""
        expected = f"{type(intent).__name__} to fail with {failure.__name__}"
        try:
            result = await self.ask(intent, caller)
        except failure as error:
            if _has(error.fields, fields or {}):
                return
            raise ExpectationError(
                f"expected {expected} with {_shown(fields or {})}, got {error}", at
            ) from error
        except Exception as error:
            _otherwise(expected, error, at)
        raise ExpectationError(f"expected {expected}, it answered {result!r}", at)

    def emitted(
        self,
        event: type[Event],
        fields: Mapping[str, object] | None = None,
        at: str = "",
    ) -> None:
        """Expect that an event with these fields among its own was emitted."""
        found = [one for one in self.events if isinstance(one, event)]
        if any(_has(msgspec.structs.asdict(one), fields or {}) for one in found):
            return
        others = "; ".join(map(repr, found)) or "none"
        wanted = f"{event.__name__} with {_shown(fields or {})}"
        raise ExpectationError(
            f"expected {wanted} to be emitted; there was {others}", at
        )

    def performed(
        self, effect: Effect[P, R] | AsyncEffect[P, R], *args: object, at: str = ""
    ) -> None:
        """Expect that an effect was performed with just these arguments."""
        found = [
            (*given, *named.values())
            for name, given, named in self.calls
            if name == effect.name
        ]
        if args in found:
            return
        others = "; ".join(map(repr, found)) or "none"
        raise ExpectationError(
            f"expected {effect.name}{args!r} to be performed; there was {others}", at
        )

    def no_internal_denial(self) -> None:
        """Expect that no inner border lacked authority, under PF_PARANOID=1."""
        if self._app is None:
            return
        for report in self._app.system.reports:
            if isinstance(report, InternalDenial):
                raise ExpectationError(f"an inner border denied: {report}") from report


def _scenario_app(reactors: tuple[type[AnyReactor], ...]) -> type[App]:
    kinds = tuple(dict.fromkeys(reactors))

    class ScenarioApp(App):
        name = "packetflow.testing.ScenarioApp"
        tree = Supervise(children=tuple(Child(kind) for kind in kinds))
        grants: ClassVar = {kind: kind.holds for kind in kinds}

    return ScenarioApp


def _has(fields: Mapping[str, object], wanted: Mapping[str, object]) -> bool:
    return all(fields.get(name, _ABSENT) == value for name, value in wanted.items())


def _shown(fields: Mapping[str, object]) -> str:
    shown = ", ".join(f"{name}: {value!r}" for name, value in fields.items())
    return shown or "any fields"


def _otherwise(expected: str, error: Exception, at: str) -> NoReturn:
    kind = type(error).__name__
    raise ExpectationError(f"expected {expected}, got {kind}: {error}", at) from error
