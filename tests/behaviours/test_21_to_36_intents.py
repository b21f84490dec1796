"""Behaviours 21 to 36: intents, contexts and effects, on a compiled program."""

from __future__ import annotations

import sys
import uuid
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetflow import (
    Capability,
    Composition,
    Context,
    Denied,
    Effect,
    Fault,
    Intent,
    InternalDenial,
    Propagation,
    Unhandled,
    Violation,
    VirtualClock,
)
from packetflow.capability import Held
from packetflow.effect import SCOPE, AsyncEffect, Retry, Scope
from packetflow.identifier import new_request_id
from tests.behaviours.program import codes


@pytest.fixture
def done(rights: Any) -> list[tuple[str, object]]:
    """What the program performed in this test."""
    made = sys.modules["rights_impl"]
    made.DONE.clear()
    made.BROKEN.clear()
    found: list[tuple[str, object]] = made.DONE
    return found


def ann(rights: Any, *held: Capability) -> Any:
    return rights.Request(name="ann", capabilities=held)


def test_21_fields_keep_order_and_values_and_others_are_errors(rights: Any) -> None:
    write = rights.Write("/a", 5)
    assert list(msgspec.structs.asdict(write).items()) == [("path", "/a"), ("size", 5)]
    for arguments in ({"path": "/a"}, {"path": "/a", "size": 1, "more": 2}):
        with pytest.raises(TypeError):
            rights.Write(**arguments)
    asked = (
        "intent A(x: Int) -> Int requires nothing\nreactor R { on A(x) { reply x } }"
    )
    found = codes(f'{asked}\ntest "t" {{ expect A(y: 1) == 1 }}')
    assert {"PF222", "PF223"} <= set(found)


def test_22_what_is_required_follows_from_the_fields(rights: Any) -> None:
    nobody = Context()
    for path in ("/a", "/b/c"):
        needed = (rights.FileCap.write(path),)
        assert rights.Write(path, 1).missing(nobody) == needed
    charge = rights.Charge("t", 7).missing(nobody)
    assert charge == (rights.Pay.charge("t", 7),)


def test_23_a_violated_refinement_names_the_field(rights: Any) -> None:
    for size in (-1, 101):
        with pytest.raises(Violation) as found:
            rights.Write("/a", size)
        assert "size" in found.value.field


async def test_24_variants_keep_their_fields_and_matches_cover_all(
    rights: Any,
) -> None:
    async with rights.Rights() as app:
        circle, square = rights.Circle(radius=3), rights.Square(side=2, name="box")
        assert await app.ask(rights.Named(circle), Context()) == "circle 3"
        assert await app.ask(rights.Named(square), Context()) == "box 2"
    wrong = "union U { A B }\nfn f(u: U) -> Int = match u { A => 1 }"
    assert "`B`" in codes(wrong)["PF230"]


async def test_25_a_message_carries_intent_needs_context_id_and_time(
    rights: Any,
) -> None:
    seen: list[Any] = []
    clock = VirtualClock()
    async with rights.Rights(clock=clock) as app:
        app.on_audit(seen.append)
        for _ in range(2):
            await app.ask(rights.Read("/docs/a"), ann(rights))
    first, second = seen
    assert first.subject == "Read"
    assert first.needs == (rights.FileCap.read("/docs/a"),)
    assert first.caller.name == "ann"
    assert first.caller.request_id < second.caller.request_id
    assert first.at == clock.now()


def test_26_inherit_keeps_all_with_a_fresh_id_and_a_longer_trace(rights: Any) -> None:
    parent = ann(rights, rights.Log.append)
    child = parent.derive("rights.Probe")
    assert parent.propagate is Propagation.INHERIT
    assert (child.name, set(child.held)) == ("ann", set(parent.held))
    assert child.request_id != parent.request_id
    assert child.trace == (*parent.trace, "rights.Probe")


async def test_27_copy_isolate_and_attenuate(rights: Any) -> None:
    assert rights.Copied().derive("rights.Probe").trace == ()
    async with rights.Rights() as app:
        # Inner answers whether it finds read, write and admin held.
        assert await app.ask(rights.Plain(), rights.Copied()) == (True, True, True)
        isolated = await app.ask(rights.Outer(), rights.Isolated())
        assert isolated == (True, False, False)
        narrowed = await app.ask(rights.Narrow(), rights.Attenuated())
        assert narrowed == (True, True, False)


def test_28_compose_merge_override_and_intersect(rights: Any) -> None:
    read, write = rights.FileCap.read, rights.FileCap.write
    one = rights.Request(name="ann", capabilities=[write("/a")], trace=("x",))
    two = rights.Request(name="bob", capabilities=[read("/a")], trace=("y",))
    merged = one.compose(two)
    assert merged.can(write("/docs/ann/a"))
    assert merged.can(write("/docs/bob/a"))
    assert (merged.trace, merged.name) == (("x", "y"), "bob")
    assert one.compose(two, Composition.OVERRIDE) is two
    both = one.compose(two, Composition.INTERSECT)
    assert both.can(read("/a"))
    assert not both.can(write("/a"))
    assert rights.Isolated.compose_by is Composition.INTERSECT
    assert "nonsense" in codes("context C { compose nonsense }")["PF210"]
    assert "nonsense" in codes("context C { propagate nonsense }")["PF210"]


PATHS = st.sampled_from(["/a", "/a/**", "/a/b", "/b/**", "/**"])
HELD = st.lists(st.tuples(st.sampled_from(["read", "write", "delete"]), PATHS))


@given(HELD, HELD, st.sampled_from(list(Composition)))
def test_29_composition_never_yields_what_neither_had(
    rights: Any, left: list[Any], right: list[Any], by: Composition
) -> None:
    one, two = (
        Context(capabilities=[getattr(rights.FileCap, op)(path) for op, path in held])
        for held in (left, right)
    )
    for held in one.compose(two, by).held:
        assert one.can(held) or two.can(held)
        if by is Composition.INTERSECT:
            assert one.can(held)
            assert two.can(held)


@given(HELD, HELD, HELD, st.sampled_from("Request Isolated Copied Attenuated".split()))
def test_27_a_child_is_at_most_its_parent_and_isolate_gives_just_the_needs(
    rights: Any, have: list[Any], need: list[Any], only: list[Any], kind: str
) -> None:
    caps, needs, named = (
        [getattr(rights.FileCap, op)(path) for op, path in found]
        for found in (have, need, only)
    )
    parent = getattr(rights, kind)(name="ann", capabilities=caps)
    parent = parent.holding(Held(caps))
    for restricted in (None, named):
        child = parent.derive("m.Target", needs=needs, only=restricted)
        assert all(parent.can(held) for held in child.held)
        if kind == "Isolated":
            possible = Held(one for one in needs if parent.can(one))
            assert set(child.held) == set(possible)


def test_30_a_million_request_ids_are_unique_and_in_order() -> None:
    last, made = "", 0
    for _ in range(1_000_000):
        new = new_request_id()
        # Each is greater than the one before: so none comes twice.
        made += new > last
        last = new
    assert made == 1_000_000


async def test_31_an_effect_runs_once_and_its_error_is_kept() -> None:
    ran: list[int] = []

    async def once(n: int) -> int:
        ran.append(n)
        return n + 1

    async def broken() -> None:
        raise OSError("the reason")

    assert await AsyncEffect("m.once", once)(1) == 2
    assert ran == [1]
    with pytest.raises(Fault) as fault:
        await AsyncEffect("m.broken", broken)()
    assert str(fault.value.__cause__) == "the reason"


@given(st.integers())
def test_32_effects_compose_as_the_monad_laws_say(n: int) -> None:
    # An effect is called and its result bound to a name: so `pure` is the identity and
    # `bind` is application.
    pure = Effect("m.pure", lambda x: x)
    double = Effect("m.double", lambda x: x * 2)
    more = Effect("m.more", lambda x: x + 1)
    assert double(pure(n)) == double(n)
    assert pure(double(n)) == double(n)
    both = Effect("m.both", lambda x: more(double(x)))
    assert more(double(pure(n))) == both(n)


async def test_33_a_failed_effect_stops_what_follows_it(
    rights: Any, done: list[tuple[str, object]]
) -> None:
    sys.modules["rights_impl"].BROKEN.append("/docs/ann/x")  # type: ignore[attr-defined]
    async with rights.Rights() as app:
        with pytest.raises(Fault):
            await app.ask(rights.Write("/docs/ann/x", 1), ann(rights))
        # Neither the note that follows it nor the state of its handler came to be.
        assert done == []
        assert await app.ask(rights.Count(), Context()) == 0


def test_34_an_effect_whose_capability_is_missing_does_not_run(rights: Any) -> None:
    ran: list[str] = []
    needs = rights.FileCap.write("/a")
    effect = Effect("m.write", ran.append, requires=lambda _: (needs,))
    token = SCOPE.set(Scope(VirtualClock()).within(Held([rights.FileCap.read("/a")])))
    try:
        with pytest.raises(InternalDenial):
            effect("x")
    finally:
        SCOPE.reset(token)
    assert ran == []
    source = """
capability X { go }
effect e() requires X.go python ```py
  pass
```
intent A requires nothing
reactor R { on A { perform e() } }
"""
    assert "`X.go`" in codes(source)["PF301"]


async def test_35_a_denial_is_typed_and_leaves_everything_untouched(
    rights: Any, done: list[tuple[str, object]]
) -> None:
    async with rights.Rights() as app:
        with pytest.raises(Denied) as denied:
            await app.ask(rights.Write("/docs/bob/x", 1), ann(rights))
        assert denied.value.missing == (rights.FileCap.write("/docs/bob/x"),)
        assert await app.ask(rights.Count(), Context()) == 0
    assert done == []


class Unknown(Intent[None], frozen=True):
    """Nobody handles this."""


async def test_36_an_unsupported_intent_is_an_error_and_harms_nobody(
    rights: Any,
) -> None:
    async with rights.Rights() as app:
        with pytest.raises(Unhandled):
            await app.ask(Unknown(), Context())
        assert await app.ask(rights.Count(), Context()) == 0


async def test_retries_stop_at_what_trying_again_does_not_mend() -> None:
    tries: list[uuid.UUID] = []

    async def denies() -> None:
        tries.append(uuid.uuid4())
        raise Denied(reason="no")

    with pytest.raises(Denied):
        await AsyncEffect("m.denies", denies, retry=Retry(3, 0.0, 0.0))()
    assert len(tries) == 1
    assert timedelta(0) <= timedelta(seconds=Retry(3).delay(1))
