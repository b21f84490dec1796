"""The language's standard library, where it is more than a plain Python expression."""

from __future__ import annotations

from packetflow.adt.checks import matches
from packetflow.adt.lists import (
    closed_range,
    distinct,
    drop,
    first,
    get,
    group_by,
    index_of,
    item,
    largest,
    last,
    smallest,
    sort_by,
    take,
    zipped,
)
from packetflow.adt.numbers import (
    divide_decimal,
    divide_int,
    finite,
    modulo_decimal,
    sum_decimal,
    sum_float,
    sum_int,
)
from packetflow.adt.path import under
from packetflow.adt.text import decode, encode, join, split, text
from packetflow.adt.times import between, date_of, in_zone, time_of

__all__ = [
    "between",
    "closed_range",
    "date_of",
    "decode",
    "distinct",
    "divide_decimal",
    "divide_int",
    "drop",
    "encode",
    "finite",
    "first",
    "get",
    "group_by",
    "in_zone",
    "index_of",
    "item",
    "join",
    "largest",
    "last",
    "matches",
    "modulo_decimal",
    "smallest",
    "sort_by",
    "split",
    "sum_decimal",
    "sum_float",
    "sum_int",
    "take",
    "text",
    "time_of",
    "under",
    "zipped",
]
