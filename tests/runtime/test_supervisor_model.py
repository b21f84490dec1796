"""Supervision against a small model: trees, strategies, windows, escalation."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from packetflow import (
    AnyHandler,
    App,
    Child,
    Context,
    Fault,
    Handler,
    Intent,
    Reactor,
    Restart,
    State,
    Stopped,
    Supervise,
    Turn,
    VirtualClock,
)
from packetflow.actor import supervisor
from packetflow.actor.cell import Cell
from packetflow.actor.supervisor import Strategy

CALLER = Context()
WITHIN = 10.0
SHORT = settings(
    max_examples=50, stateful_step_count=25, deadline=None, report_multiple_bugs=False
)
# A fault that is found need not be made small.
HASTY = settings(SHORT, max_examples=500, phases=(Phase.generate,), database=None)


class Count(State):
    count: int = 0


class Step(Intent[int], frozen=True):
    breaks: bool = False


def a_reactor(number: int, restart: Restart) -> tuple[type[Reactor[Count]], type[Step]]:
    class OwnStep(Step, frozen=True):
        pass

    def on_step(self: Any, turn: Turn[Count], intent: Step) -> int:
        turn.state.count += 1
        if intent.breaks:
            raise ZeroDivisionError
        return turn.state.count

    own_restart = restart

    class Own(Reactor[Count]):
        name: ClassVar[str] = f"R{number}"
        state_type: ClassVar[type[State]] = Count
        restart: ClassVar[Restart] = own_restart
        handlers: ClassVar[tuple[AnyHandler, ...]] = (Handler(OwnStep, on_step),)

    return Own, OwnStep


# -- the model -------------------------------------------------------------------------


@dataclass
class Leaf:
    """A reactor. `most` is its own limit, None for none."""

    temporary: bool
    most: int | None
    count: int = 0
    restarts: int = 0
    stopped: bool = False
    faults: list[float] = field(default_factory=list)


@dataclass
class Group:
    """A supervisor."""

    strategy: str
    most: int
    children: list[Leaf | Group]
    faults: list[float] = field(default_factory=list)
    parent: Group | None = None


def leaves(node: Leaf | Group) -> list[Leaf]:
    if isinstance(node, Leaf):
        return [node]
    return [leaf for child in node.children for leaf in leaves(child)]


class Model:
    """What supervision should do, in the plainest way."""

    def __init__(self, root: Group) -> None:
        self.root = root
        self.now = 0.0
        self.failed = False

    def fault(self, leaf: Leaf, group: Group) -> None:
        recent = self._recent(leaf)
        if leaf.temporary:
            leaf.stopped = True
        elif leaf.most is not None and recent > leaf.most:
            leaf.faults = []
            self._escalate(group)
        else:
            self._restart(group, leaf, fresh=False)

    def _recent(self, node: Leaf | Group) -> int:
        node.faults = [t for t in node.faults if t > self.now - WITHIN] + [self.now]
        return len(node.faults)

    def _restart(self, group: Group, child: Leaf | Group, *, fresh: bool) -> None:
        if self._recent(group) > group.most:
            group.faults = []
            self._escalate(group)
            return
        place = [one is child for one in group.children].index(True)
        chosen = {
            "one_for_one": [child],
            "one_for_all": group.children,
            "rest_for_one": group.children[place:],
        }[group.strategy]
        for one in chosen:
            for leaf in leaves(one):
                if not leaf.stopped:
                    leaf.restarts += 1
                    if fresh and one is child:
                        leaf.count = 0

    def _escalate(self, group: Group) -> None:
        if group.parent is not None:
            self._restart(group.parent, group, fresh=True)
            return
        self.failed = True
        for leaf in leaves(self.root):
            leaf.stopped = True


# -- both together ---------------------------------------------------------------------

LIMITS = st.one_of(st.none(), st.integers(0, 3))
LEAVES = st.builds(Leaf, temporary=st.sampled_from((False, False, True)), most=LIMITS)
STRATEGIES = st.sampled_from(("one_for_one", "one_for_all", "rest_for_one"))
TREES = st.recursive(
    LEAVES,
    lambda below: st.builds(
        Group, STRATEGIES, st.integers(0, 4), st.lists(below, min_size=1, max_size=3)
    ),
    max_leaves=5,
)


class SupervisorMachine(RuleBasedStateMachine):
    """Does the same to an app and to the model."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.app: App | None = None

    def teardown(self) -> None:
        if self.app is not None:
            self.loop.run_until_complete(self.app.__aexit__(None, None, None))
        self.loop.close()

    @initialize(tree=TREES)
    def begin(self, tree: Leaf | Group) -> None:
        root = tree if isinstance(tree, Group) else Group("one_for_one", 2, [tree])
        self.model = Model(root)
        self.all: list[tuple[Leaf, Group, type[Reactor[Count]], type[Step]]] = []

        class Own(App):
            tree = self._made(root)

        self.clock = VirtualClock()
        self.app = Own(clock=self.clock, grace=0.0)
        self.loop.run_until_complete(self.app.__aenter__())

    def _made(self, group: Group) -> Supervise:
        children: list[Child | Supervise] = []
        for child in group.children:
            if isinstance(child, Group):
                child.parent = group
                children.append(self._made(child))
                continue
            mode: Any = "temporary" if child.temporary else "permanent"
            limit = Restart(mode, most=child.most, within=WITHIN)
            kind, step = a_reactor(len(self.all), limit)
            self.all.append((child, group, kind, step))
            children.append(Child(kind))
        strategy: Strategy = group.strategy  # type: ignore[assignment]  # one of three
        return Supervise(
            strategy,
            max_restarts=group.most,
            within=WITHIN,
            children=tuple(children),
        )

    @rule(which=st.integers(0, 4), breaks=st.booleans())
    def step(self, which: int, breaks: bool) -> None:
        leaf, group, _, step = self.all[which % len(self.all)]
        assert self.app is not None
        asked = self.app.ask(step(breaks=breaks), CALLER)
        if leaf.stopped:
            with pytest.raises(Stopped):
                self.loop.run_until_complete(asked)
        elif breaks:
            with pytest.raises(Fault):
                self.loop.run_until_complete(asked)
            self.model.fault(leaf, group)
        else:
            leaf.count += 1
            assert self.loop.run_until_complete(asked) == leaf.count

    @rule(which=st.integers(0, 4), times=st.integers(2, 3))
    def break_often(self, which: int, times: int) -> None:
        """Limits are passed by faults in a row: drawn one by one, that would be rare."""
        for _ in range(times):
            self.step(which, True)

    @rule(which=st.integers(0, 4))
    def break_at_both_ends(self, which: int) -> None:
        """A window is half-open: what is as old as it is long counts no more."""
        self.step(which, True)
        self.advance(WITHIN)
        self.step(which, True)

    @rule(seconds=st.sampled_from((0.5, 4.0, 9.9, 10.0)))
    def advance(self, seconds: float) -> None:
        self.loop.run_until_complete(self.clock.advance(timedelta(seconds=seconds)))
        self.model.now += seconds

    @invariant()
    def alike(self) -> None:
        if self.app is None:
            return
        assert (self.app.failure is not None) is self.model.failed
        for leaf, _, kind, _ in self.all:
            cell: Cell = self.app.system.cell(kind)
            assert cell.state == Count(leaf.count)
            assert (cell.stopped is not None) is leaf.stopped
            assert cell.restarts == leaf.restarts


def too_soon(patch: pytest.MonkeyPatch) -> None:
    """Escalates one fault too early."""
    patch.setattr(
        supervisor._Window,
        "exceeded",
        lambda self: self.most is not None and len(self._times) >= self.most,
    )


def never_forgets(patch: pytest.MonkeyPatch) -> None:
    """Counts faults that are long past."""

    def count(self: Any, now: float) -> int:
        self._times.append(now)
        return len(self._times)

    patch.setattr(supervisor._Window, "count", count)


def remembers_too_long(patch: pytest.MonkeyPatch) -> None:
    """Counts what is as old as the window is long."""

    def count(self: Any, now: float) -> int:
        self._times.append(now)
        while self._times[0] < now - self.within:
            self._times.popleft()
        return len(self._times)

    patch.setattr(supervisor._Window, "count", count)


def the_other_side(patch: pytest.MonkeyPatch) -> None:
    """Restarts those that were started before instead of those that were after."""

    def chosen(self: Any, child: Any) -> list[Any]:
        strategy = self.specification.strategy
        place = self.children.index(child)
        before = self.children[: place + 1]
        one = [child] if strategy == "one_for_one" else self.children
        return list(before if strategy == "rest_for_one" else one)

    patch.setattr(supervisor.Supervisor, "_chosen", chosen)


def all_for_one(patch: pytest.MonkeyPatch) -> None:
    """Restarts everybody whatever the strategy says."""
    patch.setattr(
        supervisor.Supervisor, "_chosen", lambda self, child: list(self.children)
    )


def keeps_what_did_not_help(patch: pytest.MonkeyPatch) -> None:
    """Restarts a group with the state that it had."""
    restart = supervisor.Supervisor.restart
    patch.setattr(
        supervisor.Supervisor,
        "restart",
        lambda self, *, fresh: restart(self, fresh=False),
    )


def raises_the_dead(patch: pytest.MonkeyPatch) -> None:
    """Lets a temporary reactor go on."""
    patch.setattr(Cell, "stop", lambda self, reason: None)


def test_supervision_does_what_the_model_does() -> None:
    run_state_machine_as_test(SupervisorMachine, settings=SHORT)


FAULTS = (
    *(too_soon, never_forgets, remembers_too_long, all_for_one, the_other_side),
    *(keeps_what_did_not_help, raises_the_dead),
)


@pytest.mark.parametrize("break_it", FAULTS)
def test_the_model_finds_a_faulty_supervisor(
    break_it: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_it(monkeypatch)
    with pytest.raises((AssertionError, pytest.fail.Exception, Stopped, Fault)):
        run_state_machine_as_test(SupervisorMachine, settings=HASTY)
