"""The pages of the language reference about the standard library, from its table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pfc.semantics.stdlib import FUNCTIONS, FunctionEntry, MethodEntry, methods

_WRITTEN_BY: Final = "<!-- Written by tools/make_docs.py from pfc/semantics/stdlib. -->"


@dataclass(frozen=True)
class Page:
    """A page: its file, its title, whose methods it lists, and what it says first."""

    file: str
    title: str
    owners: tuple[str, ...]
    introduction: str


_TEXT: Final = """
A String is a sequence of Unicode code points. `length`, `get`, `take` and the others count
code points, so a letter with a combining accent counts as two: `normalize` first where
that matters. Comparisons and `sort` go by code points, in no language's alphabet.

Strings are joined with `+` and filled with expressions: `"{name} is {age}"`. An
expression in a string is written as follows: `true`, `false`, `none`; numbers in decimal
digits; Decimals with all their digits and without exponent; instants by RFC 3339;
durations by ISO 8601; bytes in base64. `part in text` is `text.contains(part)`.

What reads a string is called `parse_...` and gives an optional: `none` means that the
string writes no such value. None of them skips white space.
"""
_NUMBERS: Final = """
| type | values | without a hint |
|---|---|---|
| `Int` | whole numbers of any size | `42`, `1_000` |
| `Decimal` | decimal numbers; results of arithmetic have up to 28 digits | `2.5` |
| `Float` | IEEE 754, 64 bits, always finite | only where a Float is expected |

`+ - * / %` take two numbers of the same type; `/` on Int gives Decimal. `%` has the sign of
its right side: `-7 % 2 == 1`. Nothing converts implicitly; `to_decimal` and `to_float` do
it where it is written. A literal takes the type of the other operand: `x * 2` works for
any number `x`.

Division by zero, a result that is too large, and one that would be no number are
[faults](../faults.md): NaN and infinities do not exist here. Rounding to even is
[what IEEE 754 and Python do](https://docs.python.org/3/library/decimal.html).
"""
_LISTS: Final = """
A list keeps its items in order and never changes: `xs + [x]` and every method give a new
one. Places count from 0. `xs.get(at)` gives an optional where `xs[at]` would be a fault; a
negative place lies outside. `x in xs` is `xs.contains(x)`. Sorting is stable.

`f: (T) => U` is a lambda `x => e` or the name of a [function](../functions.md). For pairs,
as `zip`, `indexed` and the `entries` of a map give them, it is `(a, b) => e`.
"""
_MAPS: Final = """
A map keeps its entries in the order in which their keys were first put in. `{"a": 1}` is
a map; `k in m` is `m.has(k)`; `m[k]` is a fault if there is no such key. Maps are equal if
their entries are, in any order. In the state of a reactor, `state.m[k] = v` and
`remove state.m[k]` change one.
"""
_SETS: Final = """
A set holds each member once. A list literal is a set where one is expected, and
`xs.to_set` makes one of any list. `x in s` is `s.has(x)`.
"""
_OPTIONALS: Final = """
`T?` is a value or `none`. `x or default` gives the value or the default;
`if x != none { }`, `match` and `let v = x else ...` take it apart: see
[Optionals and results](../optionals.md).
"""
_RESULTS: Final = """
`Result[T, E]` is `Ok(value)` or `Err(error)`; `match` takes it apart. The examples use

```pf
fn half(n: Int) -> Result[Int, String] =
  if n % 2 == 0 then Ok(n.quotient(2)) else Err("odd")
```
"""
_MOMENTS: Final = """
An Instant is a moment, the same everywhere, to a microsecond. A Date and a Time are what a
calendar and a clock show, without saying where. A Duration is a length of time: a day of
it is always 24 hours.

| | |
|---|---|
| `Instant + Duration`, `Instant - Duration` | an Instant |
| `Instant - Instant` | a Duration, negative if the right one is later |
| `Duration + Duration`, `-`, `* Int`, `/ Int` | a Duration |
| `Duration / Duration` | a Decimal: `90m / 1h == 1.5` |
| `Date + Duration`, `Date - Duration` | a Date; whole days of the Duration count, rounded down |
| `Date - Date` | a Duration of whole days |

All compare with `<` and its kin. Literals: `250ms 5s 10m 2h 30d 1w`, `09:00`, `2026-12-25`.
There are no literals of instants: they come from `now()`, `Date.at` and `parse_instant`.
Years go from 1 to 9999; what leaves them is a fault. Zones are those of the
[IANA database](https://www.iana.org/time-zones).
"""
_CALENDARS: Final = """
A `calendar` is declared ([Calendars](../calendars.md)); it has no type that can be written, so it
is used where it is named. The examples use

```pf
calendar OfficeHours in "UTC" { mon..fri 09:00..18:00 }
calendar Mornings in "UTC" { mon..sun 07:00..12:00 }
```
"""
_BYTES: Final = """
Bytes are a sequence of numbers from 0 to 255. `+` joins them. They come from `text.bytes`,
from `parse_base64` and `parse_hex`, and from outside; in JSON they are base64.
"""
_JSON: Final = """
Json is any JSON value: what comes from outside and is looked at here. What has a known
shape is better declared as a record. `to_json` makes Json of a value, `parse_json` of text,
and the `as_...` methods take it apart; they give `none` for a value of another kind. In
Python it is what `json.loads` would make of it, so `null` and an absent member are the
same `none`.
"""
_PLACES: Final = """
A Path is absolute and in its normal form: `/docs//a/./b/` is `/docs/a/b`. `..`, `*`, `**`,
backslashes and encoded slashes are refused where it is made. `p under "/docs"` compares by
segments.

A Url is absolute, with one of the schemes `http`, `https`, `mailto` and `tel`. A Uuid comes
from `new_uuid()`, `parse_uuid`, or from outside. A string literal serves as a Path or Url
where one is expected; their text is `"{p}"` or `p.text`.
"""
_FUNCTIONS: Final = """
Two functions have no receiver. They are not pure, so functions (`fn`), refinements and
defaults may not call them: pass the instant or the identifier as an argument.
"""

PAGES: Final = (
    Page("string", "String", ("String",), _TEXT),
    Page("numbers", "Numbers and Bool", ("Int", "Decimal", "Float", "Bool"), _NUMBERS),
    Page("list", "List", ("List",), _LISTS),
    Page("map", "Map", ("Map",), _MAPS),
    Page("set", "Set", ("Set",), _SETS),
    Page("optional", "Optional", ("Optional",), _OPTIONALS),
    Page("result", "Result", ("Result",), _RESULTS),
    Page(
        "time",
        "Instant, Duration, Date and Time",
        ("Instant", "Duration", "Date", "Time"),
        _MOMENTS,
    ),
    Page("calendar", "Calendar", ("Calendar",), _CALENDARS),
    Page("bytes", "Bytes", ("Bytes",), _BYTES),
    Page("json", "Json", ("Json",), _JSON),
    Page("places", "Path, Url and Uuid", ("Path", "Url", "Uuid"), _PLACES),
    Page("functions", "Functions without a receiver", (), _FUNCTIONS),
)

_INDEX: Final = """# Standard library

Methods of the built-in types. Nothing has to be imported. A method without parameters may
be written with or without parentheses: `text.trim`, `text.trim()`.

{pages}

## Names

One rule tells how a method is called:

- what something **has** is a noun: `length`, `first`, `seconds`;
- a question begins with a verb and gives a Bool: `is_empty`, `has`, `contains`, `starts_with`;
- `to_x` makes another type of any value, `parse_x` of a String that writes one, `as_x` of a
  Json that is one; the last two give an optional;
- what may be absent is an optional: `first`, `get`, `index_of`, `min`.

There are no second names for the same thing. `pfc` knows what other languages call a
method, and says so:

```pf wrong=PF226
fn tidy(text: String) -> String = text.strip()
```

## What goes wrong

Every method either gives a value or is a [fault](../faults.md), and the page says when. A
fault rolls the handler back and leaves everything else running. No method fills the
memory or runs without end: strings that repeat are bounded at 10,000,000 characters,
powers, rounded numbers and numbers in text at 4,300 digits, and regular expressions that
backtrack without end do not compile.

## In use

```pf file=library.pf
record Line {{ product: String, pieces: Int, price: Decimal }}

fn parse(text: String) -> Line? = match text.split(",").map(part => part.trim) {{
  parts when parts.length == 3 =>
    if parts[1].parse_int == none or parts[2].parse_decimal == none then none
    else Line(
      product: parts[0],
      pieces: parts[1].parse_int or 0,
      price: parts[2].parse_decimal or 0,
    )
  _ => none
}}

fn total(text: String) -> Decimal =
  text.lines
    .flat_map(line => parse(line).to_list)
    .map(line => line.price * line.pieces.to_decimal)
    .sum

test "what cannot be read does not count" {{
  expect total("tea, 2, 3.50\\nmilk, one, 1.00\\nsugar, 1, 1.25") == 8.25
  expect total("") == 0
}}
```

```console
$ pfc test
...
1 test passed
```
"""


def pages() -> dict[str, str]:
    """Every page, by its path below the reference's folder `stdlib`."""
    found = {f"{page.file}.md": _page(page) for page in PAGES}
    found["README.md"] = _index()
    return found


def _index() -> str:
    listed = [f"- [{page.title}]({page.file}.md): {_names(page)}" for page in PAGES]
    text = _INDEX.format(pages="\n".join(listed))
    return f"{_WRITTEN_BY}\n\n{text}"


def _entries(page: Page) -> list[tuple[str, Iterable[MethodEntry | FunctionEntry]]]:
    if not page.owners:
        return [("", FUNCTIONS.values())]
    return [
        (owner, [entry for entry in methods().values() if entry.owner == owner])
        for owner in page.owners
    ]


def _names(page: Page) -> str:
    names = {entry.name: None for _, entries in _entries(page) for entry in entries}
    return " ".join(f"`{name}`" for name in names)


def _page(page: Page) -> str:
    parts = [_WRITTEN_BY, f"# {page.title}", page.introduction.strip()]
    for owner, entries in _entries(page):
        if len(page.owners) > 1:
            parts.append(f"## {owner}")
        level = "###" if len(page.owners) > 1 else "##"
        parts += [_entry(entry, level) for entry in entries]
    parts.append("[Standard library](README.md) · [Reference](../README.md)")
    return "\n\n".join(parts) + "\n"


def _entry(entry: MethodEntry | FunctionEntry, level: str) -> str:
    parts = [f"{level} {entry.name}", f"`{entry.signature}`", entry.doc]
    parts += [f"A fault {fault}." for fault in entry.faults]
    if entry.examples:
        parts.append("\n".join(f"- {_code(example)}" for example in entry.examples))
    return "\n\n".join(parts)


def _code(text: str) -> str:
    """Inline code, in as many backquotes as it needs."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence}{text}{fence}"
