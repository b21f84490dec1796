"""Random conditions on rows, as text, and random values for them."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal

TYPES = {
    "b": "Bool",
    "n": "Int",
    "x": "Decimal",
    "f": "Float",
    "s": "String",
    "p": "Path",
    "y": "Bytes",
    "u": "Uuid",
    "day": "Date",
    "hour": "Time",
    "at": "Instant",
    "long": "Duration",
    "k": "Kind",
}
ORDERED = ("n", "x", "f", "s", "y", "day", "hour", "at", "long")

HEAD = """
union Kind {{ Old New Odd }}
record Row {{
  id: Int
  {fields}
  {optional}
}}
table Rows of Row {{ key id  index n  unique id, s }}
{conditions}
intent Add(row: Row) fails Duplicate requires nothing
reactor Shelf {{
  on Add(row) {{ insert row into Rows }}
  {handlers}
}}
app Library {{ supervise one_for_one {{ Shelf }} store memory }}
"""


def program(conditions):
    """A program that has each condition twice: as a query, and as a function."""
    given = ", ".join(
        [f"{name}: {kind}" for name, kind in TYPES.items()]
        + [f"o{name}: {kind}?" for name, kind in TYPES.items()]
        + [f"l{name}: List[{kind}]" for name, kind in TYPES.items()]
    )
    names = [f"{more}{name}" for more in ("", "o", "l") for name in TYPES]
    written, handlers = [], []
    for place, text in enumerate(conditions):
        written.append(
            f"fn holds{place}(row: Row, {given}) -> Bool = "
            + text.replace("it.", "row.")
            + f"\nintent Find{place}({given}) -> Page[Row] requires nothing"
        )
        handlers.append(
            f"on Find{place}({', '.join(names)})"
            f" {{ reply find Rows where {text} order by it.id }}"
        )
    return (
        HEAD.format(
            fields="  ".join(f"r{name}: {kind}" for name, kind in TYPES.items()),
            optional="  ".join(f"q{name}: {kind}?" for name, kind in TYPES.items()),
            conditions="\n".join(written),
            handlers="\n  ".join(handlers),
        )
        .replace("index n ", "index rn ")
        .replace("unique id, s", "unique id, rs")
    )


def condition(rng, depth=3):
    """The text of a condition over `it`."""
    if depth and rng.random() < 0.6:
        left, right = condition(rng, depth - 1), condition(rng, depth - 1)
        form = rng.choice(["({} and {})", "({} or {})", "not ({})", "({} and not {})"])
        return form.format(left, right)
    return rng.choice((_plain, _plain, _optional, _text, _member, _given))(rng)


def _plain(rng):
    name = rng.choice(list(TYPES))
    ops = ["==", "!="] + (["<", "<=", ">", ">="] * 2 if name in ORDERED else [])
    other = rng.choice([name, name, f"it.r{name}"])
    sides = [f"it.r{name}", other]
    if rng.random() < 0.3:
        sides.reverse()
    if name == "b" and rng.random() < 0.5:
        return "it.rb"
    return f"{sides[0]} {rng.choice(ops)} {sides[1]}"


def _optional(rng):
    name = rng.choice(list(TYPES))
    ordered = rng.choice(["<", "<=", ">", ">="]) if name in ORDERED else "=="
    return rng.choice(
        [
            f"it.q{name} == none",
            f"it.q{name} != none",
            f"it.q{name} == o{name}",
            f"it.q{name} != o{name}",
            f"it.q{name} == {name}",
            f"it.q{name} != {name}",
            f"o{name} == it.r{name}",
            f"(it.q{name} != none and it.q{name} {ordered} {name})",
            f"(it.q{name} == none or it.q{name} {ordered} {name})",
            f"(o{name} == none or it.r{name} {ordered} o{name})",
            f"(o{name} != none and it.r{name} {ordered} o{name})",
            f"(it.q{name} or {name}) {ordered} it.r{name}",
            f"it.q{name} == it.r{name}",
        ]
    )


def _text(rng):
    column = rng.choice(["it.rs", "it.rs", "(it.qs or s)"])
    if column != "it.rs":
        return f"(it.qs != none and it.qs.{_part(rng)})"
    return rng.choice([f"it.rs.{_part(rng)}", "s in it.rs", 'it.rp under "/a"'])


def _part(rng):
    name = rng.choice(["contains", "starts_with", "ends_with"])
    return f"{name}({rng.choice(['s', 's', '(os or s)'])})"


def _member(rng):
    name = rng.choice(list(TYPES))
    if name in ("n", "x", "day", "at") and rng.random() < 0.4:
        return f"it.r{name} in {name}..(o{name} or {name})"
    if rng.random() < 0.3:
        return f"(it.q{name} != none and it.q{name} in l{name})"
    return f"it.r{name} in l{name}"


def _given(rng):
    return rng.choice(["b", "ob == none", "ln.length > 1", "(ob or b)"])


_TEXTS = [
    *("", "a", "A", "aa", "ab", "b", "%", "_", "a%", "é", "e\u0301", "ß", "z", "Z"),
    *("\U0001f600", "\uffff", "\ud7ff", "a\0b", "\0", "ab\0", " ", "a ", "'", '"'),
    *("İ", "i", "\\", "null", "0"),
]
_INTS = [0, 1, -1, 9, 10, -10, 2**31, 2**63, 2**63 - 1, -(2**63) - 1, 2**70, -(2**70)]
_DECIMALS = "0 -0 1 1.0 1.00 -1 0.1 0.10 10 1e3 1e-9 -1.5 -1 99999999999999999999.1"
_FLOATS = [0.0, -0.0, 1.0, -1.5, 0.1, 1e300, -1e300, 5e-324, 2.0**53, 2.0**53 + 2]
_UTC = datetime.UTC
_EAST = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
_INSTANTS = [
    datetime.datetime(1970, 1, 1, tzinfo=_UTC),
    datetime.datetime(1, 1, 1, tzinfo=_UTC),
    datetime.datetime(2024, 2, 29, 12, tzinfo=_UTC),
    datetime.datetime(2024, 2, 29, 17, 30, tzinfo=_EAST),
    datetime.datetime(2024, 2, 29, 12, 0, 0, 1, tzinfo=_UTC),
    datetime.datetime(9999, 12, 31, tzinfo=_UTC),
]
_SPANS = [
    datetime.timedelta(0),
    datetime.timedelta(microseconds=1),
    datetime.timedelta(days=-1),
    datetime.timedelta(hours=24),
    datetime.timedelta(days=200_000_000),
]


def value(rng, name, module):
    """A random value of a field's type; few of them, so that some are equal."""
    choices = {
        "b": [True, False],
        "n": _INTS,
        "x": [Decimal(one) for one in _DECIMALS.split()],
        "f": _FLOATS,
        "s": _TEXTS,
        "p": ["/", "/a", "/a/b", "/ab", "/a/b/c", "/b"],
        "y": [b"", b"a", b"\0", b"\xff", b"ab"],
        "u": [uuid.UUID(int=one) for one in (0, 1, 2**127)],
        "day": [datetime.date(1, 1, 1), datetime.date(2024, 2, 29)],
        "hour": [datetime.time(0), datetime.time(9, 5), datetime.time(9, 5, 0, 1)],
        "at": _INSTANTS,
        "long": _SPANS,
        "k": list(module.Kind),
    }
    return rng.choice(choices[name])


def values(rng, module, lists=True):
    """All arguments of a query, or the fields of a row."""
    found = [value(rng, name, module) for name in TYPES]
    for name in TYPES:
        found.append(None if rng.random() < 0.4 else value(rng, name, module))
    for name in TYPES if lists else ():
        found.append(tuple(value(rng, name, module) for _ in range(rng.randrange(4))))
    return found
