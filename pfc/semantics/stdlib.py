"""The methods of the standard library: one source for the checker, the docs and hover."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from pfc.ir.types import (
    PRIMITIVES,
    FunctionType,
    ListType,
    MapType,
    NoneType,
    OptionalType,
    PageType,
    PairType,
    Primitive,
    ResultType,
    SetType,
    Type,
    Unknown,
    Variable,
    base_of,
)
from pfc.semantics.relations import fresh

_WRITTEN: Final = """
String length: Int                          | how many characters
String is_empty: Bool                       | whether there are none
String contains(part: String): Bool         | whether `part` stands in it
String starts_with(part: String): Bool      | whether it begins with `part`
String ends_with(part: String): Bool        | whether it ends with `part`
String trim: String                         | without white space at both ends
String lower: String                        | in lower case
String upper: String                        | in upper case
String split(by: String): List[String]      | the parts between the `by`s
String replace(old: String, new: String): String | every `old` replaced by `new`
String matches(pattern: String): Bool       | whether the whole string matches the pattern
String bytes: Bytes                         | its UTF-8 bytes
Path length: Int                            | how many characters
Path contains(part: String): Bool           | whether `part` stands in it
Path starts_with(part: String): Bool        | whether its text begins with `part`
Path ends_with(part: String): Bool          | whether its text ends with `part`
Path matches(pattern: String): Bool         | whether the whole path matches the pattern
Url length: Int                             | how many characters
Url contains(part: String): Bool            | whether `part` stands in it
Url starts_with(part: String): Bool         | whether its text begins with `part`
Url matches(pattern: String): Bool          | whether the whole URL matches the pattern
Bytes length: Int                           | how many bytes
Bytes is_empty: Bool                        | whether there are none
Bytes text: String                          | the text in UTF-8; a fault if it is not
List[T] length: Int                         | how many items
List[T] is_empty: Bool                      | whether there are none
List[T] get(at: Int): T?                    | the item at a place, counting from 0
List[T] first: T?                           | the first item
List[T] last: T?                            | the last item
List[T] map(f: (T) => U): List[U]           | `f` of each item
List[T] filter(f: (T) => Bool): List[T]     | the items for which `f` is true
List[T] flat_map(f: (T) => List[U]): List[U] | the lists that `f` gives, one after another
List[T] any(f: (T) => Bool): Bool           | whether `f` is true for one
List[T] all(f: (T) => Bool): Bool           | whether `f` is true for each
List[N] sum: N                              | all added; 0 if there are none
List[O] min: O?                             | the smallest
List[O] max: O?                             | the largest
List[O] sort: List[O]                       | from small to large
List[T] sort_by(f: (T) => O): List[T]       | by what `f` gives, from small to large
List[T] reverse: List[T]                    | the last one first
List[T] take(count: Int): List[T]           | the first `count`
List[T] drop(count: Int): List[T]           | all but the first `count`
List[T] distinct: List[T]                   | each item once, where it first stands
List[T] group_by(f: (T) => U): Map[U, List[T]] | the items by what `f` gives
List[String] join(by: String): String       | the strings with `by` between them
List[T] contains(item: T): Bool             | whether the item is one of them
List[T] index_of(item: T): Int?             | where the item first stands, counting from 0
List[T] zip(other: List[U]): List[Pair[T, U]] | pairs, as long as both last
List[T] fold(start: U, f: (U, T) => U): U   | `f` over the items, from `start`
List[T] to_set: Set[T]                      | the items as a set
Map[K, V] length: Int                       | how many entries
Map[K, V] is_empty: Bool                    | whether there are none
Map[K, V] get(key: K): V?                   | the value of a key
Map[K, V] has(key: K): Bool                 | whether there is such a key
Map[K, V] keys: List[K]                     | the keys
Map[K, V] values: List[V]                   | the values
Map[K, V] entries: List[Pair[K, V]]         | the keys with their values
Map[K, V] map(f: (K, V) => U): Map[K, U]    | the same keys, with what `f` gives
Map[K, V] filter(f: (K, V) => Bool): Map[K, V] | the entries for which `f` is true
Map[K, V] merge(other: Map[K, V]): Map[K, V] | both; the other one's values win
Set[T] length: Int                          | how many members
Set[T] is_empty: Bool                       | whether there are none
Set[T] has(item: T): Bool                   | whether the item is a member
Set[T] union(other: Set[T]): Set[T]         | the members of either
Set[T] intersection(other: Set[T]): Set[T]  | the members of both
Set[T] difference(other: Set[T]): Set[T]    | the members that the other lacks
Set[T] to_list: List[T]                     | the members as a list
T? map(f: (T) => U): U?                     | `f` of the value, if there is one
Instant date: Date                          | its day in UTC
Instant time: Time                          | its time of day in UTC
Instant in_zone(zone: String): String       | its wall time in a zone, as text
Duration seconds: Decimal                   | how many seconds
Result[T, E] is_ok: Bool                    | whether it is Ok
"""

_LINE = re.compile(
    r"(?P<owner>.+?) (?P<name>\w+)(?:\((?P<parameters>.*)\))?: (?P<result>[^|]+?) *\| (?P<doc>.+)\Z"
)
_NUMERIC: Final = frozenset({"Int", "Decimal", "Float", "Duration"})


@dataclass(frozen=True)
class MethodEntry:
    """One method; its types may hold variables: N is a number, O something ordered."""

    owner: str
    name: str
    receiver: Type
    parameters: tuple[tuple[str, Type], ...]
    result: Type
    doc: str


@cache
def methods() -> dict[tuple[str, str], MethodEntry]:
    """Every method by the receiver's kind and its name."""
    found: dict[tuple[str, str], MethodEntry] = {}
    for line in _WRITTEN.strip().splitlines():
        match = _LINE.match(line.strip())
        assert match is not None, line
        receiver = _type(match["owner"])
        owner = owner_of(receiver) or ""
        parameters = tuple(
            (name.strip(), _type(written))
            for name, _, written in (
                part.partition(":") for part in _split(match["parameters"] or "")
            )
        )
        entry = MethodEntry(
            owner,
            match["name"],
            receiver,
            parameters,
            _type(match["result"]),
            match["doc"],
        )
        found[owner, entry.name] = entry
    return found


def methods_of(type_: Type) -> dict[str, MethodEntry]:
    """The methods of a type, by name."""
    owner = owner_of(type_)
    return {name: m for (kind, name), m in methods().items() if kind == owner}


def owner_of(type_: Type) -> str | None:
    """The kind of a receiver: `List`, `String`, `Optional`, ..."""
    base = base_of(type_)
    match base:
        case ListType():
            return "List"
        case SetType():
            return "Set"
        case MapType():
            return "Map"
        case OptionalType():
            return "Optional"
        case ResultType():
            return "Result"
        case PageType():
            return "Page"
        case Primitive(name):
            return name
        case Variable() | NoneType() | Unknown():
            return None
        case _:
            return None


def is_numeric(type_: Type) -> bool:
    """Whether `sum` works on items of the type."""
    base = base_of(type_)
    return isinstance(base, Primitive) and base.name in _NUMERIC


def _split(written: str) -> list[str]:
    """The parts between commas that stand in no bracket."""
    parts: list[str] = []
    depth = 0
    current = ""
    for char in written:
        depth += (char in "([") - (char in ")]")
        if char == "," and depth == 0:
            parts.append(current.strip())
            current = ""
        else:
            current += char
    return [*parts, current.strip()] if current.strip() else parts


def _type(written: str) -> Type:
    """A type as the table writes it."""
    written = written.strip()
    if " => " in written and written.startswith("("):
        inside, _, result = written.partition(") => ")
        return FunctionType(tuple(map(_type, _split(inside[1:]))), _type(result))
    if written.endswith("?"):
        return OptionalType(_type(written[:-1]))
    name, bracket, inside = written.partition("[")
    if not bracket:
        return PRIMITIVES.get(name) or Variable(fresh(name))
    arguments = [_type(part) for part in _split(inside[:-1])]
    if name == "Map":
        return MapType(arguments[0], arguments[1])
    if name == "Pair":
        return PairType(arguments[0], arguments[1])
    if name == "Result":
        return ResultType(arguments[0], arguments[1])
    return SetType(arguments[0]) if name == "Set" else ListType(arguments[0])
