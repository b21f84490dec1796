"""Pools and routers against a reference model, with faults that it has to find."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from packetflow import (
    AnyHandler,
    App,
    Child,
    Handler,
    Intent,
    Keyed,
    Mailbox,
    MailboxFull,
    Reactor,
    Router,
    Shards,
    State,
    Supervise,
    VirtualClock,
    Workers,
)
from packetflow.actor import keyed, pool, stable, strategies
from packetflow.actor.stable import stable_hash
from tests.routing.keeping import CALLER, GATES, Clear, Gate, Hold, Keeper, Kept, Put
from tests.routing.model import ROOM, Member, Op, Outcome, answer_of
from tests.routing.routers_machine import BY

IDLE = 60.0
SHARDS = 3
KINDS = ("sharded", "keyed", "worked")


def a_keeper(
    kind: str, *, clears: bool = False
) -> tuple[type[Reactor[Kept]], type[Put], type[Hold]]:
    """A keeper with intents of its own."""
    put = type(f"{kind.title()}Put", (Put,), {}, frozen=True)
    hold = type(f"{kind.title()}Hold", (Hold,), {}, frozen=True)
    found: tuple[AnyHandler, ...] = (
        Handler(put, Keeper.on_put),
        Handler(hold, Keeper.on_hold),
    )
    if clears:
        found += (Handler(Clear, Keeper.on_clear),)

    class Own(Reactor[Kept]):
        name: ClassVar[str] = f"machine.{kind}"
        state_type: ClassVar[type[State]] = Kept
        mailbox: ClassVar[Mailbox] = Mailbox(ROOM)
        handlers: ClassVar[tuple[AnyHandler, ...]] = found

    return Own, put, hold


REACTORS = {kind: a_keeper(kind, clears=kind == "sharded") for kind in KINDS}


class Machine(App):
    """All three kinds of pools."""

    name: ClassVar[str] = "machine.Machine"
    tree: ClassVar[Supervise] = Supervise(
        max_restarts=1_000_000,
        children=(
            Child(REACTORS["sharded"][0], many=Shards(SHARDS, "key")),
            Child(REACTORS["keyed"][0], many=Keyed("key", idle=IDLE)),
            Child(REACTORS["worked"][0], many=Workers(SHARDS)),
        ),
    )


class Pools(RuleBasedStateMachine):
    """Puts, holds and clears, by asking and telling, while time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock = VirtualClock()
        self.gate = Gate()
        GATES.append(self.gate)
        self.members: dict[tuple[str, object], Member] = {}
        self.used: dict[object, float] = {}
        self.released = 0.0
        self.next = 0
        self.asked: list[tuple[asyncio.Task[Any], Outcome]] = []
        self.app = Machine(clock=self.clock, grace=0)
        self.run(self.app.__aenter__())

    def run(self, work: Any) -> Any:
        async def settled() -> Any:
            result = await work
            await self.clock.settle()
            return result

        return self.loop.run_until_complete(settled())

    def member(self, kind: str, key: str) -> Member:
        place: object = key
        if kind == "sharded":
            place = stable_hash(key) % SHARDS
        elif kind == "worked":
            place = self.next % SHARDS
            self.next += 1
        else:
            self.used[key] = self.clock.monotonic()
        return self.members.setdefault((kind, place), Member())

    kinds = st.sampled_from(KINDS)
    keys = st.sampled_from("abcdef")

    @rule(kind=kinds, key=keys, value=st.integers(0, 9), breaks=st.booleans())
    def ask(self, kind: str, key: str, value: int, breaks: bool) -> None:
        op = Op("put", key, value, breaks)
        self.member(kind, key).take(op)
        intent = REACTORS[kind][1](key=key, value=value, breaks=breaks)
        self.start(intent, op)

    @rule(kind=kinds, key=keys)
    def hold(self, kind: str, key: str) -> None:
        op = Op("hold", key)
        self.member(kind, key).take(op)
        self.start(REACTORS[kind][2](key=key), op)

    def start(self, intent: Intent[Any], op: Op) -> None:
        async def begin() -> asyncio.Task[Any]:
            return self.loop.create_task(self.app.ask(intent, CALLER))  # type: ignore[arg-type]  # a coroutine

        self.asked.append((self.run(begin()), op.outcome))

    @rule(kind=kinds, key=keys, value=st.integers(0, 9))
    def tell(self, kind: str, key: str, value: int) -> None:
        taken = self.member(kind, key).take(Op("put", key, value))
        intent = REACTORS[kind][1](key=key, value=value)
        assert self.told(intent) == taken

    @rule()
    def clear(self) -> None:
        taken = [
            self.members.setdefault(("sharded", place), Member()).take(Op("clear"))
            for place in range(SHARDS)
        ]
        assert self.told(Clear()) == all(taken)

    def told(self, intent: Intent[Any]) -> bool:
        try:
            self.run(self.app.tell(intent, CALLER))
        except MailboxFull:
            return False
        return True

    @rule()
    def release(self) -> None:
        for member in self.members.values():
            member.release()
        self.gate.open.set()
        self.run(asyncio.sleep(0))
        self.released = self.clock.monotonic()
        self.gate = Gate()
        GATES.append(self.gate)

    @rule(seconds=st.sampled_from([1, 30, 59, 61, 130]))
    def wait(self, seconds: int) -> None:
        self.run(self.clock.advance(timedelta(seconds=seconds)))

    @invariant()
    def answers_agree(self) -> None:
        for task, outcome in self.asked:
            assert task.done() == outcome.known
            if outcome.known:
                assert answer_of(task) == outcome.answer
        self.asked = [
            (task, outcome) for task, outcome in self.asked if not outcome.known
        ]

    @invariant()
    def states_agree(self) -> None:
        found: dict[tuple[str, object], dict[str, Any]] = {}
        for cell in self.app.system.cells:
            kind, _, place = cell.name.removeprefix("machine.").partition("/")
            key: object = place if kind == "keyed" else int(place)
            found[kind, key] = dict(cell.state.values)  # type: ignore[attr-defined]  # Kept
        for where, member in self.members.items():
            if where[0] != "keyed" or where in found:
                assert found.pop(where) == member.values
        assert not any(found.values())

    @invariant()
    def the_idle_are_passivated_and_no_others(self) -> None:
        now = self.clock.monotonic()
        running = {
            cell.name.rpartition("/")[2]
            for cell in self.app.system.cells
            if cell.name.startswith("machine.keyed/")
        }
        for key, used in self.used.items():
            if self.members["keyed", key].held is not None or now - used < IDLE:
                assert key in running

            quiet = now - max(used, self.released)
            if self.members["keyed", key].held is None and quiet >= 2 * IDLE:
                assert key not in running

    def teardown(self) -> None:
        self.gate.open.set()
        self.run(self.app.__aexit__(None, None, None))
        for task, _ in self.asked:
            task.cancel()
        self.run(asyncio.sleep(0))
        GATES.clear()
        self.loop.close()


QUICK = settings(
    max_examples=80,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
# A fault has to be found, its smallest example does not.
FINDING = settings(QUICK, phases=(Phase.generate,), max_examples=500)


@pytest.mark.slow
@pytest.mark.parametrize("machine", [Pools, *BY.values()])
def test_pools_and_routers_do_what_the_model_does(
    machine: type[RuleBasedStateMachine],
) -> None:
    run_state_machine_as_test(machine, settings=QUICK)  # type: ignore[no-untyped-call]


# -- faults --------------------------------------------------------------------------
def forgets_state(self: keyed.Keys, key: object) -> Any:
    """A passivated reactor loses what it had."""
    kept = self._place.gone
    self._place.gone = lambda *_: None
    cell = self._remove(key)
    self._place.gone = kept
    return cell


def passivates_the_busy(self: keyed.Keys, live: Any) -> bool:
    """Whoever got nothing for a while is taken away, even in the midst of its work."""
    unused = not live.used
    live.used = False
    return unused


def moves_keys(self: stable.Placement[Any], key: object) -> Any:
    """A key's shard changes with the number of the keys that are known."""
    self[key] = self._several[(stable_hash(key) + len(self) // 3) % len(self._several)]
    return self[key]


def always_the_first(self: Any, targets: Any, *_: object) -> Any:
    """No turns are taken."""
    return strategies.present(targets)[0]


def the_longest(self: Any, targets: Any, *_: object) -> Any:
    """The longest mailbox instead of the smallest."""
    return max(strategies.present(targets), key=lambda one: one.depth)


def misses_one(self: pool.Pool, give: Any, intent: Any, caller: Any) -> Any:
    """An intent for all does not reach the last one."""
    routes = self.choose(intent, caller)
    for route in routes[: max(1, len(routes) - 1)]:
        give(route, intent, caller)


def anybody(self: Any, targets: Any, intent: Any, caller: Any) -> Any:
    """Whether a target is able does not matter."""
    return strategies.present(targets)[0]


def wanders(self: Any, targets: Any, *_: object) -> Any:
    """A key goes to another target each time."""
    self._names = (*self._names, "")
    return strategies.present(targets)[len(self._names) % len(targets)]


FAULTS: list[tuple[type[RuleBasedStateMachine], type, str, Callable[..., Any]]] = [
    (Pools, keyed.Keys, "_passivate", forgets_state),
    (Pools, keyed.Keys, "_quiet", passivates_the_busy),
    (Pools, keyed.Keys, "_quiet", lambda self, live: False),
    (Pools, stable.Placement, "__missing__", moves_keys),
    (Pools, pool.Pool, "_each", misses_one),
    (Pools, strategies.RoundRobin, "pick", always_the_first),
    (BY["round_robin"], strategies.RoundRobin, "pick", always_the_first),
    (BY["smallest_mailbox"], strategies.SmallestMailbox, "pick", the_longest),
    (BY["capability_aware"], strategies.CapabilityAware, "pick", anybody),
    (BY["consistent_hash"], strategies.ConsistentHash, "pick", wanders),
    (BY["random"], Router, "remove", lambda self, name: None),
]


@pytest.mark.slow
@pytest.mark.parametrize(("machine", "owner", "name", "fault"), FAULTS)
def test_a_fault_is_found(
    machine: type[RuleBasedStateMachine],
    owner: type,
    name: str,
    fault: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(owner, name, fault)
    with pytest.raises(Exception):  # noqa: B017 - however it shows
        run_state_machine_as_test(machine, settings=FINDING)  # type: ignore[no-untyped-call]
