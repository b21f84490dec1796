"""Capabilities made to harm: forged, malformed, huge; refused or inert."""

from __future__ import annotations

import copy
import logging
import pickle
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetflow import (
    ANY,
    Argument,
    AtomParameter,
    Capability,
    Context,
    Denied,
    Held,
    Implies,
    Kind,
    MaxParameter,
    PathParameter,
    Violation,
    checked_path,
    path_pattern,
)
from tests.runtime.handwritten.store import ADMIN, READ, WRITE, Caller, Put, StoreApp

CHARGE = Kind(
    "hostile.Pay.charge", parameters=(AtomParameter("tenant"), MaxParameter("amount"))
)


def test_a_forged_capability_is_not_one() -> None:
    real = WRITE("/a")
    forged = SimpleNamespace(kind=real.kind, arguments=real.arguments, expires=None)
    held = Held([READ("/a")])
    for thing in (forged, "store.Cap.write", ("write", "/a"), None, 7, object()):
        assert not Held([Capability(ADMIN)]).allows(thing)
    with pytest.raises(AttributeError):
        held.roots[0].arguments = real.arguments
    with pytest.raises(TypeError, match="token"):
        pickle.dumps(real)
    assert copy.deepcopy(real) is real


async def test_a_context_with_forged_capabilities_is_denied_not_admitted() -> None:
    async with StoreApp() as app:
        for thing in ("store.Cap.admin", SimpleNamespace(kind=ADMIN), None):
            caller = Caller(capabilities=[thing])  # type: ignore[list-item]
            with pytest.raises(Denied):
                await app.ask(Put("/a", 1), caller)
        with pytest.raises(Denied):
            await app.ask(Put("/a", 1), SimpleNamespace(held=Held([Capability(ADMIN)])))  # type: ignore[arg-type]


def test_a_kind_with_the_same_name_and_other_parameters_covers_nothing() -> None:
    fake = Kind("store.Cap.write2")
    object.__setattr__(fake, "name", WRITE.name)
    assert not Held([Capability(fake)]).covers_path(WRITE, "/a")


HOSTILE_PATHS = [
    "/a/../etc",
    "/a/..",
    "/a/%2e%2e/etc",
    "/a/%2fetc",
    "/a%2Fb",
    "/a%252fb",
    "/a\\b",
    "/a\0",
    "/a/\u2215b",
    "/a/b\u2044c",
    "/a/b\uff0fc",
    "/a/\uff0e\uff0e/etc",
    "/a/\u2024\u2024/etc",
    "/a/*",
    "/a/**",
    "a/b",
    "",
    "..",
    "\uff0fa",
]


@pytest.mark.parametrize("path", HOSTILE_PATHS)
def test_a_hostile_path_is_no_value_and_is_covered_by_nothing(path: str) -> None:
    with pytest.raises(Violation):
        checked_path(path, "path")
    with pytest.raises(Violation):
        READ.exact(path)
    for held in (Held([READ("/a/**")]), Held([READ(ANY)])):
        assert not held.covers_path(READ, path)
        assert not held.covers(READ, path)


def test_spellings_of_one_path_are_one_path_and_case_is_another() -> None:
    held = Held([READ("/a/b")])
    for spelling in ("/a/b", "/a//b", "/a/./b", "/a/b/", "//a///b//", "/./a/b/."):
        assert READ.exact(spelling) == READ("/a/b")
        assert held.covers_path(READ, spelling)
    for other in ("/A/b", "/a/B", "/a/b ", "/a/b.", "/ab", "/a/\uff42"):
        assert not held.covers_path(READ, other)


@given(st.text(alphabet="/.*%25eEfF\\\0a\u2215\uff0f\uff0e", max_size=12))
def test_no_spelling_leaves_a_subtree(path: str) -> None:
    if Held([READ("/a/**")]).covers_path(READ, path):
        segments = READ.exact(path).arguments[0]
        assert str(segments) == "/a" or str(segments).startswith("/a/")
        assert ".." not in str(segments).split("/")


def test_bounds_that_are_no_numbers_are_refused() -> None:
    held = Held([CHARGE("t", 100)])
    endless = (float("nan"), float("inf"), float("-inf"), Decimal("NaN"))
    for bound in (*endless, Decimal("sNaN"), Decimal("Infinity"), 1j, "5", None, []):
        assert not held.covers(CHARGE, "t", bound)
    for bound in (*endless, Decimal("sNaN"), 1j, None, []):
        with pytest.raises((ValueError, TypeError)):
            CHARGE("t", bound)


def test_bounds_are_compared_exactly_beyond_the_precision_of_decimals() -> None:
    long = Decimal("1." + "0" * 60 + "1")
    held = Held([CHARGE("t", Decimal(1))])
    assert held.covers(CHARGE, "t", Decimal("0." + "9" * 80))
    assert not held.covers(CHARGE, "t", long)
    assert not held.covers(CHARGE, "t", 10**400)
    assert not held.covers(CHARGE, "t", Decimal("1e400"))
    assert not held.covers(CHARGE, "t", 1.0000000000000002)
    assert Held([CHARGE("t", long)]).covers(CHARGE, "t", long)
    assert Held([CHARGE("t", 2**200)]).covers(CHARGE, "t", 2.0**200)
    assert not Held([CHARGE("t", 10**30)]).covers(CHARGE, "t", 1e30)  # a little more
    # A bound limits each use from above; a refinement of the type excludes these.
    assert held.covers(CHARGE, "t", -(10**400))


# -- sizes: bounds that are an order of magnitude above what is needed -----------------


def test_tens_of_thousands_of_grants_take_bounded_time_and_memory() -> None:
    end = datetime(2027, 1, 1, tzinfo=UTC)
    tracemalloc.start()
    began = time.process_time()
    grants = [WRITE(f"/d{n}/x/**") for n in range(20_000)]
    grants += [CHARGE(f"t{n}", n).until(end) for n in range(10_000)]
    held = Held(grants)
    other = Held(grants[5_000:25_000])
    met = held.meet(other)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(met.roots) >= 20_000
    assert met.allows(WRITE("/d7000/x/y"))
    assert not met.allows(WRITE("/d1/x/y"))
    for _ in range(2_000):
        assert held.covers_path(READ, "/d19999/x/y/z")
        assert not held.covers_path(READ, "/nowhere/x")
        assert held.covers(CHARGE, "t9999", 9_999)
    denied = Denied((WRITE("/nowhere"),), caller=Context().holding(held))
    assert len(denied.nearest) == 5
    assert len(str(denied)) < 1_000
    assert peak < 300_000_000
    assert time.process_time() - began < 30


def test_implications_of_thousands_of_kinds_take_bounded_time_and_memory() -> None:
    tracemalloc.start()
    began = time.process_time()
    kinds = [Kind("hostile.Long.k0", parameters=(PathParameter("p"),))]
    for number in range(1, 5_000):
        below = {number - 1, number // 2}
        kinds.append(
            Kind(
                f"hostile.Long.k{number}",
                parameters=(PathParameter("p"),),
                implies=tuple(Implies(kinds[one], Argument(0)) for one in below),
            )
        )
    held = Held([kinds[-1]("/a/**")])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held.covers_path(kinds[0], "/a/b")
    assert not held.covers_path(kinds[0], "/b")
    assert len(held.why(kinds[0]("/a"))) >= 2
    assert peak < 100_000_000
    assert time.process_time() - began < 20


# -- fields of contexts that an attacker chooses ---------------------------------------


class Member(Context, frozen=True, kw_only=True):
    name: str | None

    def grants(self) -> Iterator[Capability]:
        home = path_pattern("docs", self.name, rest=True)
        if home is not None:
            yield WRITE(home)


NAMES = ["../x", "..", ".", "**", "*", "", None, "a/b", "/", "a\\b", "%2e%2e", "a%2fb"]
NAMES += ["\0", "\u2215", "\uff0e\uff0e", "a\uff0fb", "\uff0a"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_no_segment_makes_no_grant_and_is_logged(
    name: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "packetflow.capability"):
        member = Member(name=name)
        assert member.held.roots == ()
    assert "a grant is not made" in caplog.text
    for path in ("/docs", "/docs/ann/a", "/x", "/"):
        assert not member.held.covers_path(WRITE, path)


def test_a_name_with_special_characters_is_only_a_name() -> None:
    for name in ("a*b", "{name}", "$(id)", "ann;bob", "ann\n", "'", '"', "a" * 5_000):
        member = Member(name=name)
        assert member.can(WRITE.exact(f"/docs/{name}/x"))
        assert not member.can(WRITE("/docs/ann/x"))
        assert "\n" not in str(Denied((WRITE("/docs/x"),), caller=member))


def test_a_denial_says_why_the_nearest_grants_do_not_do() -> None:
    end = datetime(2027, 1, 1, tzinfo=UTC)
    caller = Caller(
        capabilities=[WRITE("/docs/ann/**"), READ("/docs/**"), CHARGE("t", 100)]
    )
    write = str(Denied((WRITE("/docs/bob"),), intent="Put", caller=caller))
    assert 'Put needs Cap.write("/docs/bob")' in write
    assert 'Cap.write("/docs/ann/**") (for another path)' in write
    charge = str(Denied((CHARGE("t", 101),), caller=caller))
    assert 'Pay.charge("t", 100) (for a smaller amount)' in charge
    admin = Denied((Capability(ADMIN),), caller=caller)
    assert 'Cap.read("/docs/**") (does not imply admin)' in str(admin)
    implied = Denied((READ("/x"),), caller=Caller(capabilities=[WRITE("/y")]))
    assert implied.nearest == (READ("/y"),)
    soon = Caller(capabilities=[READ("/x").until(end)])
    late = READ("/x").until(end + timedelta(days=1))
    assert "ends too soon" in str(Denied((late,), caller=soon))
