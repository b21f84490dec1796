"""Programs and values made to harm, through the compiler and what it generates."""

from __future__ import annotations

import logging
import sys
import time
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetflow import Denied, Violation
from packetflow.adt.path import normalise as normal_at_run_time
from packetflow.testing import Scenario
from pfc.semantics.paths import normalise
from tests.authority.checking import checked, typed
from tests.web.building import build, imported

PROGRAM = """
capability FileCap { read(path: Path)  write(path: Path) implies read(path) }
capability Pay { charge(tenant: String, amount: max[Decimal])  rest(least: min[Int]) }

record User { name: String, team: String }

context Member {
  user: User
  home: Path
  grant FileCap.write("/docs/{user.name}/**")
  grant FileCap.write("/teams/{user.team}/{user.name}")
  grant FileCap.read("{home}/**")
  grant Pay.charge(user.name, 100)
  grant Pay.rest(5)
}

intent Show(path: Path) -> Int in Member requires FileCap.read(path)
intent Buy(tenant: String, amount: Decimal) -> Int in Member
  requires Pay.charge(tenant, amount)
intent Wait(least: Int) -> Int in Member requires Pay.rest(least)

reactor Shop {
  on Show(path) { reply 1 }
  on Buy(tenant, amount) { reply 1 }
  on Wait(least) { reply 1 }
}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("hostile")
    build(folder, {"hostile_shop.pf": PROGRAM}, {})
    yield imported(folder, "hostile_shop")
    sys.path.remove(str(folder))


def member(shop: Any, name: str, *, team: str = "red", home: str = "/home/ann") -> Any:
    return shop.Member(user=shop.User(name=name, team=team), home=home)


async def admits(shop: Any, intent: Any, caller: Any) -> bool:
    async with Scenario() as scenario:
        await scenario.start(shop.Shop)
        try:
            return bool(await scenario.ask(intent, caller) == 1)
        except Denied:
            return False


# ---------------------------------------------------------------- names in patterns
NO_SEGMENTS = ["../x", "..", ".", "**", "*", "", "a/b", "/", "//", "a\\b", "a\0b"]
NO_SEGMENTS += ["%2e%2e", "a%2fb", "a%252Fb", "%00", "\u2215", "a\u2044b", "\uff0f"]
NO_SEGMENTS += ["\uff0e\uff0e", "\u2025", "\uff0a", "\u2571", "a\u29f8b", "\ufe68"]


@pytest.mark.parametrize("name", NO_SEGMENTS)
async def test_a_name_that_is_no_segment_gives_nothing(
    shop: Any, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "packetflow.capability"):
        caller = member(shop, name)
        held = [str(one) for one in caller.held.roots if "FileCap" in str(one)]
    assert held == ['FileCap.read("/home/ann/**")']
    assert "a grant is not made" in caplog.text
    for path in ("/docs", "/docs/ann/a", "/teams/red", "/teams/red/ann", "/x", "/"):
        assert not await admits(shop, shop.Show(path), caller)


async def test_a_name_is_matched_exactly(shop: Any) -> None:
    for name in ("A", "ann ", "Ann", "a*n", "ann%20", "a\u0308nn"):
        caller = member(shop, name)
        assert await admits(shop, shop.Show(f"/docs/{name}/x"), caller)
        assert not await admits(shop, shop.Show("/docs/ann/x"), caller)
        assert not await admits(shop, shop.Show(f"/teams/red/{name}/x"), caller)
    # Two spellings of one text are two texts: nobody gets what another one has.
    composed, apart = "\u00e4nn", "a\u0308nn"
    assert unicodedata.normalize("NFC", apart) == composed
    caller = member(shop, composed)
    assert not await admits(shop, shop.Show(f"/docs/{apart}/x"), caller)


async def test_a_tenant_of_any_name_is_just_that_tenant(shop: Any) -> None:
    for name in ("*", "**", "/**", "", "%", "\0"):
        caller = member(shop, name)
        assert await admits(shop, shop.Buy(name, Decimal(1)), caller)
        assert not await admits(shop, shop.Buy("ann", Decimal(1)), caller)


HOSTILE_PATHS = ["/a/../b", "/..", "a", "", "/a/*", "/**", "/a\0", "/a\\b", "/a/%2e%2e"]
HOSTILE_PATHS += ["/a/\uff0e\uff0e", "/a\u2044b", "/a%2fb", "/\u2571"]


@pytest.mark.parametrize("path", HOSTILE_PATHS)
def test_a_path_that_is_none_makes_no_context_and_no_intent(
    shop: Any, path: str
) -> None:
    with pytest.raises(Violation):
        member(shop, "ann", home=path)
    with pytest.raises(Violation):
        shop.Show(path)
    with pytest.raises((msgspec.ValidationError, Violation)):
        msgspec.json.decode(msgspec.json.encode({"path": path}), type=shop.Show)


@pytest.mark.parametrize(
    "path", ["/home/ann/x/", "/home//ann/x", "//home/./ann//x//", "/home/ann/./x"]
)
async def test_spellings_of_a_path_are_one_path(shop: Any, path: str) -> None:
    assert shop.Show(path).path == "/home/ann/x"
    assert await admits(shop, shop.Show(path), member(shop, "ann"))


async def test_case_makes_another_path(shop: Any) -> None:
    for path in ("/Home/ann/x", "/home/Ann/x", "/home/\uff41nn"):
        assert not await admits(shop, shop.Show(path), member(shop, "ann"))


# ---------------------------------------------------------------- bounds
ENDLESS = ["NaN", "-NaN", "sNaN", "Infinity", "-Infinity"]


@pytest.mark.parametrize("amount", ENDLESS)
async def test_what_is_no_number_is_no_amount(shop: Any, amount: str) -> None:
    try:
        intent = shop.Buy("ann", Decimal(amount))
    except Violation:
        pass  # the type refuses it already
    else:
        assert not await admits(shop, intent, member(shop, "ann"))
    for written in (f'"{amount}"', amount):
        raw = b'{"tenant": "ann", "amount": %s}' % written.encode()
        with pytest.raises((msgspec.DecodeError, Violation)):
            msgspec.json.decode(raw, type=shop.Buy)


@pytest.mark.parametrize(
    ("amount", "may"),
    [
        ("100", True),
        ("100." + "0" * 60, True),
        ("100." + "0" * 60 + "1", False),
        ("99." + "9" * 80, True),
        ("1e-999999", True),
        ("1e400", False),
        ("9e999999", False),
        ("-1", True),  # a bound limits from above; the type says what else is excluded
        ("-9e999999", True),
    ],
)
async def test_amounts_are_compared_exactly(shop: Any, amount: str, may: bool) -> None:
    began = time.process_time()
    intent = shop.Buy("ann", Decimal(amount))
    assert await admits(shop, intent, member(shop, "ann")) is may
    assert time.process_time() - began < 5


async def test_a_bound_from_below_is_one(shop: Any) -> None:
    caller = member(shop, "ann")
    for least, may in ((5, True), (10**400, True), (4, False), (-(10**400), False)):
        assert await admits(shop, shop.Wait(least), caller) is may


def amount_checked(limit: str) -> list[str]:
    text = f"""
capability Pay {{ charge(amount: max[Decimal]) }}
effect pay(amount: Decimal) requires Pay.charge(amount) python ```py
pass
```
intent Buy(amount: Decimal) requires Pay.charge(100)
reactor Shop {{ on Buy(amount) {{ if amount <= {limit} {{ perform pay(amount) }} }} }}
"""
    return [each.code for each in checked({"case.pf": text})]


def test_the_checker_compares_constants_exactly() -> None:
    assert amount_checked("100." + "0" * 60) == []
    assert amount_checked("100." + "0" * 60 + "1") == ["PF301"]
    assert amount_checked("99." + "9" * 60) == []
    assert amount_checked("1" + "0" * 400) == ["PF301"]


# ---------------------------------------------------------------- paths in source
@pytest.mark.parametrize("segment", [*NO_SEGMENTS, "%2E.", ".%2e"])
def test_a_constant_with_a_hostile_segment_is_refused(segment: str) -> None:
    if segment in ("", ".", "/", "//", "a/b") or not segment.isprintable():
        return  # dropped, or of two segments, or no text in source
    text = (
        'capability Cap {{ a(path: Path) }}\nprincipal P {{ grant Cap.a("/x/{}/y") }}'
    )
    written = text.format(segment.replace("\\", "\\\\"))
    _, found = typed({"case.pf": written})
    assert "PF202" in [each.code for each in found], segment


def same(path: str) -> bool:
    text, problem = normalise(path)
    try:
        normal = normal_at_run_time(path)
    except ValueError:
        return problem is not None
    return problem is None and text == normal


def test_compiler_and_runtime_agree_on_every_character() -> None:
    for code in (*range(0xD800), *range(0xE000, 0x20000)):
        character = chr(code)
        assert same(f"/a{character}b"), hex(code)
        assert same(f"/{character}{character}"), hex(code)


@given(
    st.text(alphabet="/.*%25eEfFcC0\\\0a\u2215\uff0f\uff0e\u2025\u2571", max_size=12)
)
def test_compiler_and_runtime_agree_on_paths(path: str) -> None:
    assert same(path)
    assert same(f"/{path}")


# ---------------------------------------------------------------- sizes
MANY = 3_000


def seconds(text: str) -> tuple[float, list[str]]:
    began = time.process_time()
    program_codes = [each.code for each in typed({"case.pf": text})[1]]
    return time.process_time() - began, program_codes


def kinds(implied: str, last: str = "") -> str:
    first = f"  k0(p: Path){last}"
    others = "\n".join(
        f"  k{n}(p: Path) implies {implied.format(n - 1, n // 2)}"
        for n in range(1, MANY)
    )
    return f"capability Cap {{\n{first}\n{others}\n}}\n"


@pytest.mark.slow
def test_implications_of_thousands_of_kinds_are_checked_in_time() -> None:
    used = """
effect e(p: Path) requires Cap.k0(p) python ```py
pass
```
reactor R { on Go(p) { perform e(p) } }
"""
    text = kinds("k{}(p), k{}(p)") + used
    began = time.process_time()
    held, lacking = f"requires Cap.k{MANY - 1}(p)", 'requires Cap.k1("/a/**")'
    assert checked({"case.pf": f"{text}intent Go(p: Path) {held}"}) == []
    found = checked({"case.pf": f"{text}intent Go(p: Path) {lacking}"})
    assert [each.code for each in found] == ["PF302"]
    assert time.process_time() - began < 30


def test_a_circle_of_thousands_of_kinds_is_told_once_and_short() -> None:
    took, codes = seconds(kinds("k{}(p)", f" implies k{MANY - 1}(p)"))
    assert codes.count("PF204") == 1
    assert took < 20


@pytest.mark.slow
def test_ten_thousand_grants_are_checked_in_time() -> None:
    grants = "\n".join(f'  grant Cap.a("/d{n}/**")' for n in range(10_000))
    text = f"""
capability Cap {{ a(p: Path) }}
principal P {{
{grants}
}}
intent Go(p: Path) requires Cap.a(p)
reactor R {{ on Go(p) {{ done }} }}
schedule S as P {{ every 1d send Go(p: "/d9999/x") send Go(p: "/e") }}
"""
    began = time.process_time()
    found = [each for each in checked({"case.pf": text}) if each.code == "PF320"]
    assert len(found) == 1
    assert time.process_time() - began < 30
