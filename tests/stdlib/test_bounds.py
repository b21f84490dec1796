"""What has no value fails cleanly and soon; nothing fills the memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from packetflow import Context, Fault, Violation, stdlib
from tests.generated.building import built, write

HUGE = 10**18
FAULTS: list[tuple[Callable[[], object], type[Exception]]] = [
    (lambda: stdlib.repeat("ab", HUGE), OverflowError),
    (lambda: stdlib.pad_start("ab", HUGE, "."), OverflowError),
    (lambda: stdlib.pad_end("ab", HUGE, "."), OverflowError),
    (lambda: stdlib.pad_end("ab", 3, ""), ValueError),
    (lambda: stdlib.pad_end("ab", 3, "xy"), ValueError),
    (lambda: stdlib.replace("a" * 10**5, "a", "b" * 10**5), OverflowError),
    (lambda: stdlib.replace("a" * 10**5, "", "b" * 10**5), OverflowError),
    (lambda: stdlib.split("a", ""), ValueError),
    (lambda: stdlib.power_int(2, HUGE), OverflowError),
    (lambda: stdlib.power_int(10**4000, 2), OverflowError),
    (lambda: stdlib.power_int(2, -1), ValueError),
    (lambda: stdlib.power_decimal(Decimal(2), HUGE), ArithmeticError),
    (lambda: stdlib.power_decimal(Decimal(0), -1), ArithmeticError),
    (lambda: stdlib.power_float(10.0, 400.0), OverflowError),
    (lambda: stdlib.power_float(-8.0, 0.5), ValueError),
    (lambda: stdlib.power_float(0.0, -1.0), ValueError),
    (lambda: stdlib.sqrt_float(-1.0), ValueError),
    (lambda: stdlib.sqrt_decimal(Decimal(-1)), ValueError),
    (lambda: stdlib.int_to_float(10**400), OverflowError),
    (lambda: stdlib.decimal_to_float(Decimal("1e400")), OverflowError),
    (lambda: stdlib.floor_decimal(Decimal("1e999999999")), OverflowError),
    (lambda: stdlib.ceiling_decimal(Decimal("1e999999999")), OverflowError),
    (lambda: stdlib.truncate_decimal(Decimal("1e999999999")), OverflowError),
    (lambda: stdlib.round_decimal(Decimal(1), HUGE), OverflowError),
    (lambda: stdlib.round_decimal(Decimal("1e999999999"), 0), OverflowError),
    (lambda: stdlib.round_float(1.7e308, -308), OverflowError),
    (lambda: stdlib.clamp(1, 3, 2), ValueError),
    (lambda: stdlib.chunks((1,), 0), ValueError),
    (lambda: stdlib.closed_range(1, HUGE), OverflowError),
    (lambda: stdlib.add_months(date(2026, 1, 1), HUGE), OverflowError),
    (lambda: stdlib.at(date(2026, 1, 1), time(9), "Mars/Olympus"), Violation),
    (lambda: stdlib.path_child("/a", ".."), Violation),
    (lambda: stdlib.path_child("/a", "b/c"), Violation),
    (lambda: stdlib.encode("\ud800"), UnicodeEncodeError),
]


@pytest.mark.parametrize("place", range(len(FAULTS)))
def test_what_has_no_value_raises(place: int) -> None:
    call, error = FAULTS[place]
    with pytest.raises(error):
        call()


@pytest.mark.parametrize(
    ("parse", "texts"),
    [
        (stdlib.parse_int, ["", "1.0", " 1", "1_000", "٣", "1" * 5000, "0x1", "--1"]),
        (stdlib.parse_decimal, ["", ".5", "1e3", "NaN", "Infinity", "1" * 5000]),
        (stdlib.parse_float, ["", "nan", "inf", "1e999", "1_0.0"]),
        (stdlib.parse_bool, ["", "True", "1"]),
        (stdlib.parse_date, ["", "2026-02-30", "2026-1-1", "2026-01-01T00:00:00Z"]),
        (stdlib.parse_time, ["", "24:00:00", "09:00:00Z"]),
        (stdlib.parse_instant, ["", "2026-01-01", "0001-01-01T00:00:00+14:00"]),
        (stdlib.parse_duration, ["", "1h", "P99999999999999D"]),
        (stdlib.parse_uuid, ["", "0" * 31]),
        (stdlib.parse_path, ["", "a", "/..", "/a%2fb"]),
        (stdlib.parse_url, ["", "/a", "javascript:1", "https://[::1"]),
        (stdlib.parse_json, ["", "{", "NaN", "[" * 100_000, "\ud800"]),
        (stdlib.parse_base64, ["a", "aGk", "é", "aG k="]),
        (stdlib.parse_hex, ["0", "zz", "0 0 ", "é0"]),
    ],
)
def test_what_writes_something_else_is_none(
    parse: Callable[[str], object], texts: list[str]
) -> None:
    assert [text for text in texts if parse(text) is not None] == []


def test_bounds_are_reached() -> None:
    assert len(stdlib.repeat("a", 10_000_000)) == 10_000_000
    assert stdlib.repeat("", HUGE) == ""
    assert stdlib.power_int(-1, HUGE + 1) == -1
    assert stdlib.power_int(0, HUGE) == 0
    assert stdlib.power_int(10, 4299) == 10**4299
    assert stdlib.round_decimal(Decimal("1e-999999999"), 3) == 0


def test_a_decimal_of_a_billion_digits_is_written_shortly() -> None:
    assert stdlib.text(Decimal("1e999999999")) == "1E+999999999"
    assert stdlib.text(Decimal("1e20")) == "100000000000000000000"


def test_a_change_of_clocks_does_not_change_a_length_of_time() -> None:
    # In Paris the clocks were put forward at 01:00 UTC on this day.
    before = stdlib.at(date(2026, 3, 29), time(1, 30), "Europe/Paris")
    after = stdlib.in_zone(before + timedelta(hours=1), "Europe/Paris")
    assert after.time() == time(3, 30)
    assert after - stdlib.in_zone(before, "Europe/Paris") == timedelta(hours=1)
    skipped = stdlib.at(date(2026, 3, 29), time(2, 30), "Europe/Paris")
    assert skipped == before + timedelta(hours=1)
    twice = stdlib.at(date(2026, 10, 25), time(2, 30), "Europe/Paris")
    assert stdlib.in_zone(twice, "Europe/Paris").utcoffset() == timedelta(hours=2)


SOURCE = """
intent Grow(text: String, times: Int) -> Int requires nothing
reactor Texts {
  state { grown: Int = 0 }
  on Grow(text, times) {
    state.grown += 1
    reply text.repeat(times).length
  }
}
app Shop { supervise one_for_one max 5 within 1s { Texts } }
"""


async def test_in_a_handler_it_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, built(SOURCE, "made_growing.pf"))
    monkeypatch.syspath_prepend(tmp_path)
    made = __import__("made_growing")
    async with made.Shop() as app:
        with pytest.raises(Fault):
            await app.ask(made.Grow(text="ab", times=HUGE), Context())
        assert await app.ask(made.Grow(text="ab", times=2), Context()) == 4
        assert app.system.cell(made.Texts).state.grown == 1
