"""Strings of forms and queries as values, and back."""

from __future__ import annotations

import enum
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetflow.web.wire import field_texts, raw_values


class Colour(enum.Enum):
    RED = "Red"
    BLUE = "Blue"


class Point(msgspec.Struct, frozen=True):
    x: int
    y: int


class All(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    number: int
    money: Decimal
    flag: bool
    blob: bytes
    id: uuid.UUID
    day: date
    at: datetime
    span: timedelta
    colour: Colour
    maybe: str | None
    perhaps: int | None
    many: tuple[str, ...]
    flags: frozenset[bool]
    point: Point
    points: tuple[Point, ...]
    table: dict[str, int]


def values() -> st.SearchStrategy[All]:
    points = st.builds(Point, st.integers(-9, 9), st.integers(-9, 9))
    whole = st.integers(-(10**9), 10**9)
    return st.builds(
        All,
        text=st.text(),
        number=whole,
        money=st.decimals(allow_nan=False, allow_infinity=False),
        flag=st.booleans(),
        blob=st.binary(),
        id=st.uuids(),
        day=st.dates(),
        at=st.datetimes(timezones=st.just(UTC)),
        span=whole.map(lambda n: timedelta(milliseconds=n)),
        colour=st.sampled_from(Colour),
        maybe=st.none() | st.text(min_size=1),
        perhaps=st.none() | whole,
        many=st.lists(st.text(min_size=1)).map(tuple),
        flags=st.frozensets(st.booleans()),
        point=points,
        points=st.lists(points, min_size=1).map(tuple),
        table=st.dictionaries(st.text(), whole),
    )


@given(values())
def test_hidden_fields_bring_back_what_they_were_given(value: All) -> None:
    names = All.__struct_fields__
    texts = {name: field_texts(getattr(value, name)) for name in names}
    back = raw_values(All, texts, offered=names)
    assert msgspec.convert(back, All, strict=False) == value


def test_what_a_person_types_is_text() -> None:
    typed = frozenset({"blob", "text"})
    given = {"blob": ["hé"], "text": ["a\r\nb"]}
    assert raw_values(All, given, typed=typed) == {
        "blob": "hé".encode(),
        "text": "a\nb",
    }


@pytest.mark.parametrize(
    ("sent", "value"), [(None, False), ("on", True), ("true", True), ("false", False)]
)
def test_boxes(sent: str | None, value: bool) -> None:
    given = {} if sent is None else {"flag": [sent]}
    assert raw_values(All, given, offered=["flag"]) == {"flag": value}


def test_an_input_left_empty_is_none_or_absent() -> None:
    given = {"maybe": [""], "perhaps": [""], "number": [""], "text": [""]}
    assert raw_values(All, given) == {"maybe": None, "perhaps": None, "text": ""}


def test_unknown_names_are_dropped() -> None:
    assert raw_values(All, {"role": ["admin"]}) == {}
