"""The capability algebra, against the behaviours and a brute-force reference."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetflow import (
    ANY,
    Argument,
    AtomParameter,
    Capability,
    Held,
    Implies,
    Kind,
    MaxParameter,
    MinParameter,
    PathParameter,
    PathPattern,
    Violation,
)

READ = Kind("m.File.read", parameters=(PathParameter("path"),))
WRITE = Kind(
    "m.File.write",
    parameters=(PathParameter("path"),),
    implies=(Implies(READ, Argument(0)),),
)
DELETE = Kind(
    "m.File.delete",
    parameters=(PathParameter("path"),),
    implies=(Implies(WRITE, Argument(0)),),
)
ADMIN = Kind("m.File.admin", implies=(Implies(DELETE, ANY),))
OTHER_READ = Kind("m.Other.read", parameters=(PathParameter("path"),))
CHARGE = Kind(
    "m.Pay.charge", parameters=(AtomParameter("tenant"), MaxParameter("amount"))
)
PAY_ADMIN = Kind(
    "m.Pay.admin",
    parameters=(AtomParameter("tenant"),),
    implies=(Implies(CHARGE, Argument(0), 200),),
)
AT_LEAST = Kind("m.Age.at_least", parameters=(MinParameter("years"),))
BASIC = Kind("m.User.basic")
ROOT = Kind("m.User.root", implies=(Implies(BASIC),))


def test_01_admin_implies_everything_and_write_implies_read() -> None:
    admin = Capability(ADMIN)
    for kind in (READ, WRITE, DELETE):
        assert admin.implies(kind("/x"))
        assert admin.implies(kind(ANY))
    assert WRITE("/a").implies(READ("/a"))


def test_02_every_capability_implies_itself() -> None:
    for one in (Capability(ADMIN), READ("/a"), READ("/a/**"), CHARGE("t", 3)):
        assert one.implies(one)


def test_03_chains_of_any_length() -> None:
    kinds = [Kind("m.Chain.k0", parameters=(AtomParameter("x"),))]
    for number in range(1, 60):
        implied = Implies(kinds[-1], Argument(0))
        kinds.append(
            Kind(
                f"m.Chain.k{number}",
                parameters=(AtomParameter("x"),),
                implies=(implied,),
            )
        )
    assert kinds[-1]("v").implies(kinds[0]("v"))
    assert not kinds[-1]("v").implies(kinds[0]("w"))
    assert not kinds[0]("v").implies(kinds[-1]("v"))


def test_04_read_does_not_imply_admin() -> None:
    assert not READ(ANY).implies(Capability(ADMIN))


def test_05_a_read_of_one_path_is_not_a_read_of_another() -> None:
    assert Held([READ("/a")]).covers_path(READ, "/a")
    assert not Held([READ("/b")]).covers_path(READ, "/a")


def test_06_write_passes_read_of_the_same_path_only() -> None:
    held = Held([WRITE("/a")])
    assert held.covers_path(READ, "/a")
    assert not held.covers_path(READ, "/b")


def test_07_a_wildcard_passes_a_value_never_the_reverse() -> None:
    assert READ(ANY).covers(READ("/a"))
    assert not READ("/a").covers(READ(ANY))
    assert CHARGE(ANY, ANY).covers(CHARGE("t", 5))
    assert not CHARGE("t", 5).covers(CHARGE("t", ANY))
    assert not CHARGE("t", 5).covers(CHARGE(ANY, 5))


def test_08_a_scope_is_compared_by_segments() -> None:
    held = Held([READ("/user/**")])
    assert held.covers_path(READ, "/user")
    assert held.covers_path(READ, "/user/x")
    assert not held.covers_path(READ, "/username")
    for sly in (
        "/user/../etc",
        "/user/%2e%2e/etc",
        "/user/..",
        "/user/\\..",
        "user",
        "/user/**",
    ):
        assert not held.covers_path(READ, sly)
        assert not held.covers(READ, sly)
    assert held.covers_path(READ, "/user/./x//y/")
    assert Held([READ("/a")]).covers_path(READ, "/a/")


def test_09_admin_of_one_thing_is_nothing_for_another() -> None:
    scoped = Kind(
        "m.Scoped.admin",
        parameters=(PathParameter("path"),),
        implies=(Implies(DELETE, Argument(0)),),
    )
    held = Held([scoped("/a")])
    assert held.covers_path(READ, "/a")
    assert not held.covers_path(READ, "/etc")


def test_11_what_a_grant_gives_is_the_closure() -> None:
    assert {str(one) for one in Held([WRITE("/a/**"), Capability(ROOT)])} == {
        'File.write("/a/**")',
        'File.read("/a/**")',
        "User.root",
        "User.basic",
    }


def test_12_families_are_distinct() -> None:
    assert not READ(ANY).implies(OTHER_READ("/a"))
    assert not Held([READ(ANY)]).covers_path(OTHER_READ, "/a")


def test_15_what_is_unknown_or_malformed_is_denied() -> None:
    held = Held([Capability(ROOT), READ(ANY), CHARGE(ANY, 10)])
    assert not held.has("m.User.unknown")
    assert not held.has(None)
    assert not held.allows("m.User.basic")
    assert not held.covers(READ)
    assert not held.covers(READ, "/a", "/b")
    assert not held.covers(READ, 7)
    assert not held.covers(READ, ANY)
    assert not held.covers(CHARGE, ["t"], 1)
    assert not held.covers(CHARGE, "t", "much")
    assert not held.covers(CHARGE, "t", float("nan"))
    assert not held.covers(CHARGE, "t", Decimal("Infinity"))


def test_17_a_grant_counts_before_its_end_not_at_it() -> None:
    end = datetime(2026, 3, 1, tzinfo=UTC)
    held = Held([READ("/a").until(end), WRITE("/b")])
    before, after = held.at(end - timedelta(microseconds=1)), held.at(end)
    assert before.covers_path(READ, "/a")
    assert not after.covers_path(READ, "/a")
    assert after.covers_path(WRITE, "/b")
    assert held.expires == end
    assert after.expires is None


def test_a_later_end_covers_an_earlier_one() -> None:
    early = datetime(2026, 3, 1, tzinfo=UTC)
    late = early + timedelta(days=1)
    assert WRITE("/a").until(late).covers(READ("/a").until(early))
    assert not WRITE("/a").until(early).covers(READ("/a").until(late))
    assert WRITE("/a").covers(READ("/a").until(late))
    assert not WRITE("/a").until(late).covers(READ("/a"))
    assert WRITE("/a").until(late).until(early) == WRITE("/a").until(early)


def test_a_value_is_matched_exactly_whatever_its_characters() -> None:
    assert not CHARGE.exact("*", 1).covers(CHARGE.exact("t", 1))
    assert CHARGE(ANY, 1).covers(CHARGE.exact("*", 1))
    assert READ.exact("/a*b") == READ("/a*b")
    assert not READ.exact("/a*b").covers(READ.exact("/axb"))
    with pytest.raises(Violation):
        READ.exact("/a/**")


def test_bounds() -> None:
    held = Held([CHARGE("t", 100), AT_LEAST(18)])
    assert held.covers(CHARGE, "t", 100)
    assert held.covers(CHARGE, "t", Decimal("99.5"))
    assert not held.covers(CHARGE, "t", 101)
    assert not held.covers(CHARGE, "u", 1)
    assert held.covers(AT_LEAST, 18)
    assert held.covers(AT_LEAST, 30)
    assert not held.covers(AT_LEAST, 17)
    assert PAY_ADMIN("t").covers(CHARGE("t", 200))
    assert not PAY_ADMIN("t").covers(CHARGE("t", 201))
    for wrong in (float("inf"), Decimal("NaN"), object()):
        with pytest.raises(ValueError, match="amount"):
            CHARGE("t", wrong)


def test_the_path_wildcard_has_one_form() -> None:
    assert READ(ANY) == READ("/**") == READ("*")
    assert hash(READ(ANY)) == hash(READ("/**"))
    assert str(READ(ANY)) == 'File.read("/**")'


def test_a_parameter_is_used_once_in_each_implied_capability() -> None:
    both = Kind("m.Both.both", parameters=(PathParameter("a"), PathParameter("b")))
    with pytest.raises(ValueError, match="twice"):
        Kind(
            "m.Both.share",
            parameters=(PathParameter("p"),),
            implies=(Implies(both, Argument(0), Argument(0)),),
        )


def test_a_capability_is_immutable_and_reads_as_in_source() -> None:
    one = WRITE("/docs/**")
    assert str(one) == 'File.write("/docs/**")'
    assert str(CHARGE('a"b', 3)) == 'Pay.charge("a\\"b", 3)'
    assert str(CHARGE(ANY, ANY)) == "Pay.charge(*, *)"
    with pytest.raises(AttributeError):
        one.arguments = ()
    with pytest.raises(ValueError, match="takes 1 arguments, not 0"):
        WRITE()
    with pytest.raises(ValueError, match="takes 1 arguments, not 0"):
        Capability(WRITE)


def test_a_thousand_kinds_are_closed() -> None:
    kinds: list[Kind] = []
    for number in range(1000):
        implied = tuple(
            Implies(kinds[below], Argument(0))
            for below in {number // 2, number - 1}
            if 0 <= below < number and number % 10
        )
        kinds.append(
            Kind(
                f"m.Many.k{number}",
                parameters=(AtomParameter("x"),),
                implies=implied,
            )
        )
    assert Held([kinds[999](ANY)]).covers(kinds[990], "v")


# -- against a reference that knows no closure, no index and no symbols ----------------

PATHS = ["/", "/a", "/a/b", "/ab", "/b", "/b/a"]
PATH_PATTERNS = [*PATHS[1:], "/**", "/a/**", "/a/b/**", "/ab/**", "/b/**"]
TENANTS = ["t", "u", "*"]
AMOUNTS = [0, 1, 2]


def admits_path(pattern: str, path: str) -> bool:
    have = [part for part in path.split("/") if part]
    if not pattern.endswith("/**"):
        return have == [part for part in pattern.split("/") if part]
    base = [part for part in pattern[:-3].split("/") if part]
    return have[: len(base)] == base


def grounded(grant: tuple[str, tuple[object, ...]]) -> set[tuple[object, ...]]:
    """All ground facts that a grant gives, by following the rules one by one."""
    name, arguments = grant
    facts: set[tuple[object, ...]] = set()
    if name in ("read", "write", "delete"):
        pattern = str(arguments[0])
        facts = {(name, path) for path in PATHS if admits_path(pattern, path)}
    elif name == "charge":
        tenant, bound = arguments
        facts = {
            ("charge", one, amount)
            for one, amount in product(TENANTS, AMOUNTS)
            if (tenant is ANY or one == tenant)
            and (bound is ANY or (isinstance(bound, int) and amount <= bound))
        }
    elif name == "pay_admin":
        facts = {("pay_admin", one) for one in TENANTS if arguments[0] in (ANY, one)}
    else:
        facts = {("admin",)}
    todo = list(facts)
    while todo:
        fact = todo.pop()
        for implied in rules(fact):
            if implied not in facts:
                facts.add(implied)
                todo.append(implied)
    return facts


def rules(fact: tuple[object, ...]) -> list[tuple[object, ...]]:
    if fact[0] == "admin":
        return [("delete", path) for path in PATHS]
    if fact[0] == "delete":
        return [("write", fact[1])]
    if fact[0] == "write":
        return [("read", fact[1])]
    if fact[0] == "pay_admin":
        return [("charge", fact[1], amount) for amount in AMOUNTS]
    return []


KINDS = {
    "read": READ,
    "write": WRITE,
    "delete": DELETE,
    "admin": ADMIN,
    "charge": CHARGE,
    "pay_admin": PAY_ADMIN,
}
GRANTS = st.one_of(
    st.tuples(
        st.sampled_from(["read", "write", "delete"]),
        st.tuples(st.sampled_from(PATH_PATTERNS)),
    ),
    st.tuples(st.just("admin"), st.just(())),
    st.tuples(
        st.just("charge"),
        st.tuples(st.sampled_from([*TENANTS, ANY]), st.sampled_from([*AMOUNTS, ANY])),
    ),
    st.tuples(st.just("pay_admin"), st.tuples(st.sampled_from([*TENANTS, ANY]))),
)
NEEDS: list[tuple[Any, ...]] = [
    *[(name, path) for name in ("read", "write", "delete") for path in PATHS],
    *[("charge", one, amount) for one, amount in product(TENANTS, AMOUNTS)],
    *[("pay_admin", one) for one in TENANTS],
    ("admin",),
]


@given(st.lists(GRANTS, max_size=4))
def test_covering_is_what_the_reference_says(
    grants: list[tuple[str, tuple[object, ...]]],
) -> None:
    held = Held(KINDS[name](*arguments) for name, arguments in grants)
    facts = set().union(*map(grounded, grants))
    for name, *values in NEEDS:
        kind = KINDS[name]
        expected = (name, *values) in facts
        assert held.covers(kind, *values) is expected
        assert held.allows(kind.exact(*values)) is expected
        if len(values) == 1 and name != "pay_admin":
            assert held.covers_path(kind, values[0]) is expected
        if not values:
            assert held.has(kind.name) is expected


@given(GRANTS, GRANTS)
def test_a_pattern_covers_another_only_if_it_gives_all_its_facts(
    left: tuple[str, tuple[object, ...]], right: tuple[str, tuple[object, ...]]
) -> None:
    wide, narrow = (KINDS[name](*arguments) for name, arguments in (left, right))
    if wide.covers(narrow):
        assert grounded(left) >= grounded(right)
        assert Held([wide]).allows(narrow)


@given(st.lists(GRANTS, max_size=3), st.lists(GRANTS, max_size=3))
def test_the_meet_holds_what_both_hold_and_no_more(
    left: list[tuple[str, tuple[object, ...]]],
    right: list[tuple[str, tuple[object, ...]]],
) -> None:
    one, two = (
        Held(KINDS[name](*arguments) for name, arguments in grants)
        for grants in (left, right)
    )
    both = one.meet(two)
    for name, *values in NEEDS:
        needed = KINDS[name].exact(*values)
        assert both.allows(needed) is (one.allows(needed) and two.allows(needed))


@given(st.sampled_from(PATH_PATTERNS), st.sampled_from(PATH_PATTERNS))
def test_path_patterns_cover_by_their_paths(left: str, right: str) -> None:
    wide, narrow = PathPattern.parse(left), PathPattern.parse(right)
    if wide.covers(narrow):
        for path in PATHS:
            assert admits_path(left, path) or not admits_path(right, path)
    assert PathPattern.parse(str(wide)) == wide
