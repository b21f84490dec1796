"""What each type can be made of: expressions with typed holes.

A hole is `{Type}`: its flags are `@level` how tightly it has to hold together, `!` the
checker knows the type there, `~` a literal of the type, `$` something whose type does not
depend on its place, `%` a variable, `&`
a call: what it gives is not narrowed. `{(A)=>B}` is a lambda. A, B are any types, K one that
can be a key, O one that has an order, N a number; E can be compared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from tests.differential.evaluator.types import Type

_WRITTEN: Final = r"""
Bool 4 | {O@5} < {O@5}
Bool 4 | {O@5} <= {O@5}
Bool 4 | {O@5} > {O@5}
Bool 4 | {O@5} >= {O@5}
Bool 4 | {N$@5} < {N~}
Bool 4 | {N~} >= {N%}
Bool 4 | {N$@5} == {N~}
Bool 4 | {E@5} == {E@5}
Bool 4 | {E@5} != {E@5}
Bool 4 | {A?&@5} == none
Bool 4 | {A?&@5} != none
Bool 2 | {Bool@2} and {Bool@3}
Bool 1 | {Bool@1} or {Bool@2}
Bool 3 | not {Bool@3}
Bool 4 | {E!@5} in {List[E]@5}
Bool 4 | {K!@5} in {Map[K, A]@5}
Bool 4 | {K!@5} in {Set[K]@5}
Bool 4 | {String@5} in {String@5}
Bool 4 | {Int$@5} in 1..5
Bool 4 | {Int$@5} in -3..{Int$@5}
Bool 4 | {Decimal$@5} in 0..10.5
Bool 4 | {Float$@5} in 0..10.5
Bool 4 | {Path$@5} under {Path!@5}
Bool 9 | {List[A]@8}.is_empty
Bool 9 | {Map[K, A]@8}.is_empty()
Bool 9 | {String@8}.is_empty
Bool 9 | {Set[K]@8}.is_empty
Bool 9 | {Bytes@8}.is_empty
Bool 9 | {List[E]@8}.contains({E!})
Bool 9 | {List[A]@8}.any({(A)=>Bool})
Bool 9 | {List[A]@8}.all({(A)=>Bool})
Bool 9 | {Map[K, A]@8}.has({K!})
Bool 9 | {Set[K]@8}.has({K!})
Bool 9 | {String@8}.contains({String})
Bool 9 | {String@8}.starts_with({String})
Bool 9 | {String@8}.ends_with({String})
Bool 9 | {String@8}.matches("[a-z]+")
Bool 9 | {String@8}.matches("a.?|b*")
Bool 9 | {Path$@8}.starts_with("/a")
Bool 9 | {Path$@8}.contains("doc")
Bool 9 | {Result[A, B]@8}.is_ok
Int 5 | {Int@5} + {Int@6}
Int 5 | {Int@5} - {Int@6}
Int 6 | {Int@6} * {Int@7}
Int 6 | {Int@6} % {Int@7}
Int 7 | -{Int@7}
Int 9 | {List[A]@8}.length
Int 9 | {String@8}.length
Int 9 | {Map[K, A]@8}.length()
Int 9 | {Set[K]@8}.length
Int 9 | {Bytes@8}.length
Int 9 | {Path$@8}.length
Int 9 | {List[Int]@8}.sum
Decimal 5 | {Decimal@5} + {Decimal@6}
Decimal 5 | {Decimal@5} - {Decimal@6}
Decimal 6 | {Decimal@6} * {Decimal@7}
Decimal 6 | {Decimal@6} / {Decimal@7}
Decimal 6 | {Decimal@6} % {Decimal@7}
Decimal 5 | {Decimal$@5} + {Decimal~}
Decimal 6 | {Int$@6} / {Int$@7}
Decimal 6 | {Int$@6} / {Int~}
Decimal 7 | -{Decimal$@7}
Decimal 9 | {List[Decimal]@8}.sum
Decimal 6 | {Duration$@6} / {Duration$@7}
Decimal 9 | {Duration@8}.seconds
Float 5 | {Float@5} + {Float@6}
Float 5 | {Float@5} - {Float@6}
Float 6 | {Float@6} * {Float@7}
Float 6 | {Float@6} / {Float@7}
Float 6 | {Float@6} % {Float@7}
Float 6 | {Float$@6} * {Float~}
Float 5 | {Float~} - {Float%}
Float 7 | -{Float$@7}
Float 9 | {List[Float]@8}.sum()
String 5 | {String@5} + {String@6}
String 9 | {String@8}.trim
String 9 | {String@8}.lower()
String 9 | {String@8}.upper()
String 9 | {String@8}.replace({String}, {String})
String 9 | {List[String]@8}.join({String})
String 9 | {List[A]@8}.map({(A)=>String}).join({String})
String 9 | {Bytes@8}.text()
String 9 | {String@8}.trim_start
String 9 | {String@8}.trim_end()
String 9 | {String@8}.capitalize
String 9 | {String@8}.reverse
String 9 | {String@8}.repeat({Int~})
String 9 | {String@8}.pad_start({Int~}, "-")
String 9 | {String@8}.pad_end(4, {String})
String 9 | {String@8}.take({Int})
String 9 | {String@8}.drop({Int})
String 9 | {String@8}.remove_prefix({String})
String 9 | {String@8}.remove_suffix({String})
String 9 | {String@8}.normalize
String 9 | {Path$@8}.text
String 9 | {Bytes@8}.base64
String 9 | {Bytes@8}.hex
String? 9 | {String@8}.get({Int})
String? 9 | {Path$@8}.name
String? 9 | {Path$@8}.extension
Path? 9 | {Path$@8}.parent
Path 9 | {Path$@8}.child({String})
List[String] 9 | {Path$@8}.segments
List[String] 9 | {String@8}.characters
List[String] 9 | {String@8}.words
List[String] 9 | {String@8}.lines()
Int? 9 | {String@8}.index_of({String})
Int? 9 | {String@8}.parse_int
Int? 9 | {Bytes@8}.get({Int})
Decimal? 9 | {String@8}.parse_decimal
Bool? 9 | {String@8}.parse_bool
Date? 9 | {String@8}.parse_date
Int 9 | {String@8}.count({String})
Int 9 | {Int$@8}.abs
Int 9 | {Int$@8}.quotient({Int})
Int 9 | {Int$@8}.min({Int})
Int 9 | {Int$@8}.clamp(-3, 50)
Int 9 | {Int$@8}.power(3)
Int 9 | {Decimal$@8}.floor
Int 9 | {Decimal$@8}.ceiling
Int 9 | {Decimal$@8}.truncate()
Int 9 | {Float$@8}.floor
Int 9 | {Float$@8}.truncate
Int 9 | {Date@8}.year
Int 9 | {Date@8}.month
Int 9 | {Date@8}.day
Int 9 | {Date@8}.weekday
Int 9 | {Time@8}.hour
Int 9 | {Time@8}.minute
Int 9 | {Time@8}.second
Decimal 9 | {Decimal$@8}.abs
Decimal 9 | {Decimal$@8}.max({Decimal})
Decimal 9 | {Decimal$@8}.clamp({Decimal}, {Decimal})
Decimal 9 | {Decimal$@8}.round(1)
Decimal 9 | {Decimal$@8}.sqrt
Decimal 9 | {Decimal$@8}.power(2)
Decimal 9 | {Int$@8}.to_decimal
Decimal 9 | {Float$@8}.to_decimal
Float 9 | {Float$@8}.abs
Float 9 | {Float$@8}.min({Float})
Float 9 | {Float$@8}.round(1)
Float 9 | {Float$@8}.sqrt
Float 9 | {Int$@8}.to_float
Float 9 | {Decimal$@8}.to_float
Duration 9 | {Duration@8}.abs
Duration 9 | {Duration@8}.max({Duration})
Duration 9 | {Time@8}.since_midnight
Date 9 | {Date@8}.add_months(1)
Date 9 | {Date@8}.min({Date})
Bool 9 | {Bytes@8}.is_text
Bool 9 | {Bytes@8}.starts_with({Bytes})
Bool 9 | {Set[K]@8}.is_subset({Set[K]})
Bool 9 | {Set[K]@8}.any(m => m in {List[K]@5})
Bool 9 | {Set[K]@8}.all(m => m in {List[K]@5})
Bool 4 | {Instant@8}.in_zone("Europe/Paris") < {Instant@8}.in_zone("Europe/Paris")
Bool 4 | {Instant@8}.in_zone("Europe/Paris") + {Duration@6} == {Instant@5} + {Duration@6}
Duration 5 | {Instant@8}.in_zone("Europe/Paris") - {Instant@8}.in_zone("Europe/Paris")
Date 9 | {Instant@8}.in_zone("Asia/Tokyo").date
Time 9 | {Instant@8}.in_zone("Europe/Paris").time
Instant 9 | {Date@8}.at({Time}, "UTC")
Bytes 9 | {Bytes@8}.take({Int})
Bytes 9 | {Bytes@8}.drop({Int})
Bytes 9 | {Bytes@8}.sha256
Bytes 9 | {String@8}.bytes()
Bytes 5 | {Bytes@5} + {Bytes@6}
Duration 5 | {Duration@5} + {Duration@6}
Duration 5 | {Duration@5} - {Duration@6}
Duration 6 | {Duration$@6} * {Int$@7}
Duration 6 | {Int~} * {Duration%}
Duration 6 | {Duration$@6} / {Int$@7}
Duration 6 | {Duration$@6} / {Int~}
Duration 5 | {Instant@5} - {Instant@6}
Duration 5 | {Date@5} - {Date@6}
Duration 9 | {List[Duration]@8}.sum
Duration 7 | -{Duration$@7}
Instant 5 | {Instant@5} + {Duration@6}
Instant 5 | {Instant@5} - {Duration@6}
Date 9 | {Instant@8}.date
Date 5 | {Date@5} + {Duration@6}
Time 9 | {Instant@8}.time()
List[B] 9 | {List[A]@8}.map({(A)=>B})
List[A] 9 | {List[A]@8}.filter({(A)=>Bool})
List[B] 9 | {List[A]@8}.flat_map({(A)=>List[B]})
List[O] 9 | {List[O]@8}.sort()
List[A] 9 | {List[A]@8}.sort_by({(A)=>O})
List[A] 9 | {List[A]@8}.reverse()
List[A] 9 | {List[A]@8}.take({Int})
List[A] 9 | {List[A]@8}.drop({Int})
List[E] 9 | {List[E]@8}.distinct()
List[A] 5 | {List[A]@5} + {List[A]@6}
List[K] 9 | {Map[K, A]@8}.keys()
List[A] 9 | {Map[K, A]@8}.values()
List[B] 9 | {Map[K, A]@8}.entries().map({(K, A)=>B})
List[C] 9 | {List[A]@8}.zip({List[B]}).map({(A, B)=>C})
List[S] 9 | {Set[S]@8}.to_list()
List[String] 9 | {String@8}.split(",")
List[String] 9 | {String@8}.split({String})
List[A] 9 | {List[A]@8}.take_while({(A)=>Bool})
List[A] 9 | {List[A]@8}.drop_while({(A)=>Bool})
List[List[A]] 9 | {List[A]@8}.chunks({Int})
List[B] 9 | {List[A]@8}.indexed.map({(Int, A)=>B})
List[A] 9 optional | {A?$@8}.to_list
Map[K, A] 9 | {List[A]@8}.key_by({(A)=>K})
Map[K, A] 9 | {List[K]@8}.zip({List[A]}).to_map
Set[K] 9 | {Set[K]@8}.filter({(K)=>Bool})
Set[K] 9 | {Set[S]@8}.map({(S)=>K})
Set[K] 9 | {Set[K]@8}.union({Set[K]})
Set[K] 9 | {Set[K]@8}.intersection({Set[K]})
Set[K] 9 | {Set[K]@8}.difference({Set[K]})
Set[K] 9 | {List[K]@8}.to_set()
Map[K, B] 9 | {Map[K, A]@8}.map({(K, A)=>B})
Map[K, A] 9 | {Map[K, A]@8}.filter({(K, A)=>Bool})
Map[K, A] 9 | {Map[K, A]@8}.merge({Map[K, A]})
Map[K, List[A]] 9 | {List[A]@8}.group_by({(A)=>K})
A? 9 | {List[A]@8}.min_by({(A)=>O})
A? 9 | {List[A]@8}.max_by({(A)=>O})
A? 9 optional | {A?$@8}.filter({(A)=>Bool})
A? 9 | {Result[A, String]$@8}.value
B? 9 | {Result[A, B]$@8}.error
Result[B, C] 9 | {Result[A, C]$@8}.map({(A)=>B})
Result[A, C] 9 | {Result[A, B]$@8}.map_error({(B)=>C})
Result[B, C] 9 | {Result[A, C]$@8}.flat_map({(A)=>Result[B, C]})
A? 9 | {List[A]@8}.first
A? 9 | {List[A]@8}.last()
A? 9 | {List[A]@8}.get({Int})
O? 9 | {List[O]@8}.min
O? 9 | {List[O]@8}.max()
A? 9 | {Map[K, A]@8}.get({K!})
Int? 9 | {List[E]@8}.index_of({E!})
B? 9 optional | {A?$@8}.map({(A)=>B})
A? 1 optional | {A?$@1} or {A?$@2}
A 1 optional | {A?$@1} or {A$@2}
A 9 | {List[A]@8}[{Int}]
A 9 | {Map[K, A]@8}[{K!}]
A 9 | {List[B]@8}.fold({A}, {(A, B)=>A})
A 0 | if {Bool} then {A} else {A}
"""
_LINE = re.compile(r"(?P<type>.+?) (?P<level>\d)(?P<meant> \w+)? \| (?P<text>.+)")
_HOLE = re.compile(r"\{(?P<type>[^{}@!~$%&]+)(?P<flag>[!~$%&]?)(?:@(?P<level>\d))?\}")


@dataclass(frozen=True)
class Hole:
    type: Type
    parameters: tuple[Type, ...] | None = None
    flag: str = ""
    level: int = 0


@dataclass(frozen=True)
class Template:
    type: Type
    level: int
    meant: str | None
    parts: tuple[str | Hole, ...]
    text: str = field(default="")


@cache
def templates() -> tuple[Template, ...]:
    """All of them."""
    found = []
    for line in _WRITTEN.strip().splitlines():
        match = _LINE.fullmatch(line)
        assert match is not None, line
        parts: list[str | Hole] = []
        at = 0
        for hole in _HOLE.finditer(match["text"]):
            parts += [match["text"][at : hole.start()], _hole(hole)]
            at = hole.end()
        parts.append(match["text"][at:])
        type_ = _type(match["type"])
        meant = match["meant"]
        if meant is not None:
            meant = meant.strip()
        elif match["text"].endswith((".sum", ".sum()")):
            meant = type_.name
        kept = tuple(part for part in parts if part != "")
        found.append(Template(type_, int(match["level"]), meant, kept, match["text"]))
    return tuple(found)


def _hole(match: re.Match[str]) -> Hole:
    written = match["type"]
    if "=>" in written:
        inside, _, result = written.partition("=>")
        parameters = tuple(_type(each) for each in inside.strip("()").split(", "))
        return Hole(_type(result), parameters)
    return Hole(_type(written), None, match["flag"], int(match["level"] or 0))


def _type(written: str) -> Type:
    if written.endswith("?"):
        inner = _type(written[:-1])
        return Type(inner.name, inner.arguments, True)
    name, bracket, inside = written.partition("[")
    if not bracket:
        return Type(name)
    return Type(name, tuple(map(_type, _split(inside[:-1]))))


def _split(written: str) -> list[str]:
    parts, depth, current = [], 0, ""
    for char in written:
        depth += (char == "[") - (char == "]")
        if char == "," and depth == 0:
            parts.append(current.strip())
            current = ""
        else:
            current += char
    return [*parts, current.strip()]
