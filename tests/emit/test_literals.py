"""Literals evaluate to the value they were made from, and black leaves them alone."""

from __future__ import annotations

import ast
import datetime
from decimal import Decimal
from uuid import UUID

import black
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pfc.emit import literals
from pfc.emit.code import Code, UnfilteredValue, splice
from pfc.emit.interpolation import interpolation
from tests.emit.strategies import texts

NAMES = {"datetime": datetime, "Decimal": Decimal, "UUID": UUID}

values = st.one_of(
    texts,
    st.binary(max_size=30),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.uuids(),
    st.timedeltas(),
    st.dates(),
    st.times(),
    st.none(),
)


@given(values)
def test_a_literal_evaluates_to_its_value(value: object) -> None:
    code = literals.literal(value)
    result = eval(code, dict(NAMES))
    assert result == value
    assert type(result) is type(value)
    assert code.isascii() or isinstance(value, str)
    module = f"x = {code}\n"
    assert black.format_str(module, mode=black.Mode(line_length=10_000)) == module


@given(texts)
def test_a_string_is_one_literal_on_one_line(text: str) -> None:
    code = literals.string(text)
    assert ast.literal_eval(code) == text
    assert code.splitlines() == [code]
    code.encode("utf-8")


@given(st.lists(st.one_of(texts, st.just(None)), max_size=6))
def test_interpolation_puts_values_between_texts(pieces: list[str | None]) -> None:
    hole = Code("value")
    code = interpolation([hole if piece is None else piece for piece in pieces])
    value = object()
    expected = "".join(str(value) if piece is None else piece for piece in pieces)
    assert eval(code, {"value": value}) == expected
    module = f"x = {code}\n"
    assert black.format_str(module, mode=black.Mode(line_length=10_000)) == module


@given(st.lists(texts, min_size=1, max_size=4))
def test_awkward_holes_stay_out_of_the_f_string(pieces: list[str]) -> None:
    holes = [splice("d[{}]", literals.string(piece)) for piece in pieces]
    table = {piece: f"<{piece}>" for piece in pieces}
    code = interpolation(["at ", *holes, "\\"])
    shown = "".join(table[piece] for piece in pieces)
    assert eval(code, {"d": table}) == f"at {shown}\\"
    nested_quotes = (node for node in ast.walk(ast.parse(code)))
    assert not any(isinstance(node, ast.JoinedStr) for node in nested_quotes)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("it's", '"it\'s"'),
        ('say "hi"', "'say \"hi\"'"),
        ("\ud800", '"\\ud800"'),
        (Decimal("1.50"), 'Decimal("1.50")'),
        (1e16, "1e16"),
        (datetime.timedelta(minutes=90), "datetime.timedelta(minutes=90)"),
        (datetime.timedelta(milliseconds=250), "datetime.timedelta(milliseconds=250)"),
        (datetime.time(9), "datetime.time(9, 0)"),
        (b'\xff"', "b'\\xff\"'"),
    ],
)
def test_the_form_of_literals(value: object, code: str) -> None:
    assert literals.literal(value) == code


def test_a_huge_integer_is_still_a_literal() -> None:
    value = -(10**6000)
    assert eval(literals.integer(value)) == value


def test_what_has_no_literal_is_refused() -> None:
    with pytest.raises(TypeError, match="Code"):
        literals.literal(Code("x"))
    with pytest.raises(TypeError, match="object"):
        literals.literal(object())
    with pytest.raises(TypeError, match="bool"):
        literals.integer(True)


def test_splice_takes_code_only() -> None:
    assert splice("{} = {value}", Code("x"), value=Code("1")) == "x = 1"
    with pytest.raises(UnfilteredValue, match="'os' \\(str\\)"):
        splice("import {}", "os")  # type: ignore[arg-type]  # the mistake under test
