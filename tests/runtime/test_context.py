"""Contexts: who asks, what they hold, how that travels and composes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetflow import (
    ANY,
    Capability,
    Composition,
    Context,
    Denied,
    Held,
    Principal,
    Propagation,
    path_pattern,
)
from packetflow.identifier import new_request_id
from tests.runtime.handwritten.store import ADMIN, READ, WRITE, Caller


class Member(Context, frozen=True, kw_only=True):
    name: str
    shared: tuple[str, ...] = ()

    def grants(self) -> Iterator[Capability]:
        yield READ("/docs/**")
        home = path_pattern("docs", self.name, rest=True)
        if home is not None:
            yield WRITE(home)
        for path in self.shared:
            yield READ.exact(path)


class Isolated(Member, frozen=True, kw_only=True):
    propagate: ClassVar[Propagation] = Propagation.ISOLATE


class Attenuated(Member, frozen=True, kw_only=True):
    propagate: ClassVar[Propagation] = Propagation.ATTENUATE


class Copied(Member, frozen=True, kw_only=True):
    propagate: ClassVar[Propagation] = Propagation.COPY


class Janitor(Principal, frozen=True, kw_only=True):
    def grants(self) -> Iterator[Capability]:
        yield WRITE("/trash/**")


def test_given_capabilities_are_added_to_the_grants() -> None:
    ann = Member(name="ann", shared=("/x",), capabilities=[WRITE("/y")])
    assert ann.can(READ("/docs/a"))
    assert ann.can(WRITE("/docs/ann/a"))
    assert not ann.can(WRITE("/docs/bob/a"))
    assert ann.can(READ("/x"))
    assert ann.can(READ("/y"))
    assert Janitor().can(READ("/trash/a"))


def test_a_list_given_to_a_context_can_change_without_effect() -> None:
    given_list = [READ("/a")]
    ann = Member(name="ann", capabilities=given_list)
    given_list.append(Capability(ADMIN))
    assert not ann.can(Capability(ADMIN))


def test_a_grant_for_an_illegal_name_is_not_made() -> None:
    for name in ("..", "*", "a/b", ""):
        caller = Member(name=name)
        assert not caller.can(WRITE("/docs/ann/a"))
        assert not caller.can(WRITE.exact("/docs"))


def test_held_is_made_once_and_shared() -> None:
    ann = Member(name="ann")
    assert ann.held is ann.held
    assert ann.derive("m.Store").held is ann.held


def test_26_inherit_keeps_all_with_a_fresh_id_and_a_longer_trace() -> None:
    ann = Member(name="ann", trace=("m.First",))
    child = ann.derive("m.Store")
    assert child.name == "ann"
    assert set(child.held) == set(ann.held)
    assert child.request_id > ann.request_id
    assert child.trace == ("m.First", "m.Store")
    assert ann.trace == ("m.First",)


def test_27_copy_leaves_the_trace_alone() -> None:
    child = Copied(name="ann", trace=("m.First",)).derive("m.Store")
    assert child.trace == ("m.First",)
    assert child.can(WRITE("/docs/ann/a"))


def test_27_isolate_keeps_just_what_is_needed() -> None:
    child = Isolated(name="ann").derive("m.Store", needs=[READ("/docs/a")])
    assert set(child.held) == {READ("/docs/a")}


def test_27_attenuate_keeps_what_is_needed_or_named() -> None:
    ann = Attenuated(name="ann")
    named = [WRITE("/docs/ann/b"), WRITE("/docs/bob/b")]
    child = ann.derive("m.Store", needs=[READ("/docs/a")], only=named)
    assert child.can(READ("/docs/a"))
    assert child.can(WRITE("/docs/ann/b"))
    assert not child.can(WRITE("/docs/bob/b"))
    assert not child.can(READ("/docs/c"))


def test_only_restricts_what_is_inherited() -> None:
    child = Member(name="ann").derive("m.Store", only=[READ("/docs/a")])
    assert set(child.held) == {READ("/docs/a")}


def test_a_lender_gives_what_is_needed_and_no_more() -> None:
    lender = Held([WRITE("/own/**"), Capability(ADMIN)])
    child = Member(name="ann").derive("m", needs=[WRITE("/own/log")], lender=lender)
    assert child.can(WRITE("/own/log"))
    assert not child.can(WRITE("/own/other"))
    assert not child.can(Capability(ADMIN))
    assert child.can(READ("/docs/a"))


def test_28_merge_holds_what_either_holds_and_joins_the_traces() -> None:
    one = Member(name="ann", trace=("a",))
    two = Member(name="bob", trace=("b",))
    both = one.compose(two)
    assert both.can(WRITE("/docs/ann/x"))
    assert both.can(WRITE("/docs/bob/x"))
    assert both.trace == ("a", "b")
    assert both.name == "bob"


def test_28_override_and_intersect() -> None:
    one = Member(name="ann", shared=("/x", "/y"))
    two = Member(name="bob", shared=("/y", "/z"))
    assert one.compose(two, Composition.OVERRIDE) is two
    both = one.compose(two, Composition.INTERSECT)
    assert both.can(READ("/docs/a"))
    assert both.can(READ("/y"))
    assert not both.can(READ("/x"))
    assert not both.can(WRITE("/docs/ann/x"))
    assert not both.can(WRITE("/docs/bob/x"))


GRANTS = st.lists(
    st.sampled_from(
        [
            READ("/a"),
            READ("/a/**"),
            WRITE("/a/b"),
            WRITE("/b/**"),
            READ(ANY),
            Capability(ADMIN),
        ]
    ),
    max_size=4,
)


@given(GRANTS, GRANTS, st.sampled_from(list(Composition)))
def test_29_composition_never_yields_what_neither_had(
    left: list[Capability], right: list[Capability], by: Composition
) -> None:
    one, two = Caller(capabilities=left), Caller(capabilities=right)
    for held in one.compose(two, by).held:
        assert one.can(held) or two.can(held)


@given(GRANTS, GRANTS, GRANTS, st.sampled_from([Member, Isolated, Attenuated, Copied]))
def test_no_strategy_widens(
    have: list[Capability],
    needs: list[Capability],
    only: list[Capability],
    kind: type[Member],
) -> None:
    parent = kind(name="ann", capabilities=have)
    for restricted in (None, only):
        child = parent.derive("m.Store", needs=needs, only=restricted)
        assert all(parent.can(held) for held in child.held)


def test_30_request_ids_are_unique_and_in_order_of_time() -> None:
    made = [new_request_id() for _ in range(200_000)]
    assert len(set(made)) == len(made)
    assert made == sorted(made)


def test_30_request_ids_are_unique_between_threads() -> None:
    made: list[list[str]] = [[] for _ in range(4)]

    def work(into: list[str]) -> None:
        into.extend(new_request_id() for _ in range(5_000))

    threads = [threading.Thread(target=work, args=(into,)) for into in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    together = [one for into in made for one in into]
    assert len(set(together)) == 20_000
    assert all(into == sorted(into) for into in made)


def test_13_a_denial_names_exactly_what_is_missing_and_what_came_near() -> None:
    ann = Member(name="ann")
    denied = Denied((WRITE.exact("/docs/bob/a"),), intent="WriteFile", caller=ann)
    assert denied.missing == (WRITE("/docs/bob/a"),)
    message = str(denied)
    assert 'WriteFile needs Cap.write("/docs/bob/a")' in message
    assert 'Cap.write("/docs/ann/**")' in message
    assert "read" not in message


def test_a_context_is_immutable() -> None:
    with pytest.raises(AttributeError):
        Member(name="ann").name = "bob"  # type: ignore[misc]  # that it is refused
