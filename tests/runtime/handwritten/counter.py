"""The counter as generated code has it: users increment, only admins reset."""

from __future__ import annotations

from typing import ClassVar, Final

from packetflow import (
    AnyHandler,
    App,
    Capability,
    Child,
    Context,
    Effect,
    Handler,
    Implies,
    Intent,
    Kind,
    Reactor,
    State,
    Supervise,
    Turn,
)
from packetflow.testing import Scenario, Test

_BASIC: Final = Kind("counter.UserCap.basic")
_ADMIN: Final = Kind("counter.UserCap.admin", implies=(Implies(_BASIC),))


class UserCap:
    """Who may use the counter."""

    basic: Final = Capability(_BASIC)
    admin: Final = Capability(_ADMIN)


class UserContext(Context, frozen=True, kw_only=True):
    """A user of the counter."""

    user_id: str


class Increment(Intent[int], frozen=True):
    """Count one more."""

    context: ClassVar[type[Context] | None] = UserContext

    def missing(self, caller: Context) -> tuple[Capability, ...]:
        """What the caller lacks."""
        if caller.held.has("counter.UserCap.basic"):
            return ()
        return (UserCap.basic,)


class Reset(Intent[None], frozen=True):
    """Begin again at nothing."""

    context: ClassVar[type[Context] | None] = UserContext

    def missing(self, caller: Context) -> tuple[Capability, ...]:
        """What the caller lacks."""
        if caller.held.has("counter.UserCap.admin"):
            return ()
        return (UserCap.admin,)


def _announce(line: str) -> None:
    print(line)


announce: Final = Effect("counter.announce", _announce)


class CounterState(State):
    """What the counter knows."""

    count: int = 0
    last_user: str | None = None


class Counter(Reactor[CounterState]):
    """Counts."""

    def on_increment(self, turn: Turn[CounterState], intent: Increment) -> int:
        """Count one more."""
        state = turn.state
        caller = turn.caller_as(UserContext)
        state.count += 1
        state.last_user = caller.user_id
        turn.performs(announce, "incrementing the counter")
        return state.count

    def on_reset(self, turn: Turn[CounterState], intent: Reset) -> None:
        """Begin again at nothing."""
        state = turn.state
        state.count = 0

    name: ClassVar[str] = "counter.Counter"
    state_type: ClassVar[type[State]] = CounterState
    holds: ClassVar[tuple[Capability, ...]] = ()
    handlers: ClassVar[tuple[AnyHandler, ...]] = (
        Handler(Increment, on_increment),
        Handler(Reset, on_reset),
    )


class CounterApp(App):
    """The counter under its supervisor."""

    name: ClassVar[str] = "counter.CounterApp"
    tree: ClassVar[Supervise] = Supervise(
        "one_for_one", max_restarts=5, within=10.0, children=(Child(Counter),)
    )


async def only_admins_reset(scenario: Scenario) -> None:
    """Only admins reset."""
    scenario.given(Counter, CounterState(count=3))
    await scenario.start(Counter)
    caller = UserContext(user_id="ann", capabilities=(UserCap.basic,))
    scenario.equal(await scenario.ask(Increment(), caller), 4, at="counter.pf:40")
    await scenario.denied(Reset(), caller, UserCap.admin, at="counter.pf:41")
    scenario.equal(scenario.state(Counter).count, 4, at="counter.pf:42")


SCENARIOS: Final = (
    Test("only admins reset", only_admins_reset, path="counter.pf", line=36),
)
