"""Values of a type at random, and literals that make them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from tests.differential.evaluator.numbers import microseconds
from tests.differential.evaluator.types import Type
from tests.differential.evaluator.values import Struct, Value
from tests.differential.generator.declarations import FieldOf, RecordOf, World
from tests.differential.generator.terms import ATOM, NEGATION, Term, separated

_PLAIN: Final[dict[str, list[Value]]] = {
    "Bool": [True, False],
    "Int": [0, 1, 2, 3, 5, 7, -1, -3, 10, 100, -100, 10**20],
    "Float": [0.0, -0.0, 1.0, 1.5, -2.25, 0.1, 0.2, 3.0, 100.0],
    "Decimal": [Decimal(each) for each in "0 1 1.5 2.50 -0.25 3 10 0.1 99.99".split()],
    "String": [
        "",
        "a",
        "b",
        "ab",
        "abc",
        "A b",
        "é",
        "a,b",
        "{x}",
        'q"',
        "1\n2",
        " z ",
    ],
    "Duration": [timedelta(seconds=each) for each in (0, 1, 90, 3600, 86400, 0.25)],
    "Date": [date(2026, 1, 1), date(2024, 2, 29), date(2026, 12, 25)],
    "Time": [time(9), time(0), time(23, 59)],
    "Path": ["/", "/a", "/a/b", "/docs", "/docs/x.md"],
    "Bytes": [b"", b"a", b"ab", "é".encode()],
}
# Values that no literal makes: arguments only.
_MORE: Final[dict[str, list[Value]]] = {
    "Float": [1e300, 1e-300, 2.5],
    "Duration": [timedelta(seconds=-90), timedelta(microseconds=1)],
    "Bytes": [b"\xff"],
    "Instant": [
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2024, 2, 29, 23, 59, 59, 250_000, tzinfo=UTC),
        # an hour before and after the clocks of Paris change
        datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    ],
}


class Samples:
    """Draws values, and writes them."""

    def __init__(self, random: Random, world: World) -> None:
        self.random = random
        self.world = world

    def sample(self, type_: Type, depth: int = 2, *, written: bool = False) -> Value:
        """A value of the type; `written`: one that a literal can make."""
        if type_.optional and self.random.random() < 0.3:
            return None
        refined = self.world.refined.get(type_.name)
        if refined is not None:
            return self.random.choice(refined.samples)
        count = self.random.choice((0, 1, 2, 3)) if depth > 0 else 0
        arguments = type_.arguments

        def inner(place: int) -> Value:
            return self.sample(arguments[place], depth - 1, written=written)

        match type_.name:
            case "List":
                return tuple(inner(0) for _ in range(count))
            case "Set":
                return frozenset(inner(0) for _ in range(count))
            case "Map":
                return {inner(0): inner(1) for _ in range(count)}
            case "Result":
                place = self.random.randrange(2)
                field = ("value", "error")[place]
                return Struct(("Ok", "Err")[place], ((field, inner(place)),))
        if type_.name in self.world.records:
            record = self.world.records[type_.name]
            return self._struct(record, self.world.members(type_), depth, written)
        if type_.name in self.world.unions:
            variants = self.world.unions[type_.name].variants
            variant = self.random.choice(variants)
            if depth <= 0:  # the first variant never holds its own union
                variant = variants[0]
            members = self.world.members(type_, variant.name)
            return self._struct(variant, members, depth, written)
        plain = _PLAIN.get(type_.name, [])
        more = [] if written else _MORE.get(type_.name, [])
        return self.random.choice(plain + more)

    def _struct(
        self,
        record: RecordOf,
        members: list[tuple[FieldOf, Type]],
        depth: int,
        written: bool,
    ) -> Struct:
        while True:
            fields: dict[str, Value] = {}
            for member, type_ in members:
                if member.samples is not None:
                    fields[member.name] = self.random.choice(member.samples)
                else:
                    fields[member.name] = self.sample(type_, depth - 1, written=written)
            if record.holds(fields):
                return Struct(record.name, tuple(fields.items()))

    # ------------------------------------------------------------ literals
    def literal(self, type_: Type, depth: int = 1) -> Term:
        """A literal of the type at random; there is none for an Instant."""
        return self.written(self.sample(type_, depth, written=True), type_)

    def written(self, value: Value, type_: Type) -> Term:
        """The literal of a value, for a place where its type is known."""
        if value is None:
            return Term(["none"], type_, constant=True)
        base = self.world.base(type_)
        match value:
            case bool():
                return Term([str(value).lower()], type_, constant=True)
            case int() | float() | Decimal() | timedelta():
                return _number(value, base)
            case date() | time():
                text = value.isoformat()
                return Term([text[:5] if isinstance(value, time) else text], type_)
            case str():
                meant = "Path" if base.name == "Path" else None
                return Term([quoted(value)], type_, meant=meant, constant=True)
            case bytes():
                return Term([quoted(value.decode()), ".bytes()"], type_)
            case dict():
                key, item = base.arguments
                pairs = [(self.written(k, key), v) for k, v in value.items()]
                entries = [
                    Term([k, ": ", self.written(v, item)])
                    for k, v in pairs
                    if k.level == ATOM  # a key is a word, a number or a string
                ]
                return Term(["{", *separated(entries), "}"], type_)
            case tuple() | frozenset():
                # the order of a set differs from run to run
                members = (
                    sorted(value, key=repr) if isinstance(value, frozenset) else value
                )
                items = [self.written(each, base.arguments[0]) for each in members]
                meant = "Set" if isinstance(value, frozenset) else None
                return Term(["[", *separated(items), "]"], type_, meant=meant)
        assert isinstance(value, Struct)
        return self._written_struct(value, type_, base)

    def _written_struct(self, value: Struct, type_: Type, base: Type) -> Term:
        if base.name == "Result":
            item = base.arguments[0 if value.name == "Ok" else 1]
            inside = self.written(value.fields[0][1], item)
            return Term([f"{value.name}(", inside, ")"], type_)
        members = self.world.members(base, value.name)
        fields = [
            Term([f"{member.name}: ", self.written(value[member.name], kind)])
            for member, kind in members
        ]
        name = value.name
        if base.name in self.world.unions and self.random.random() < 0.5:
            name = f"{base.name}.{name}"
        if not fields and base.name in self.world.unions:
            return Term([name], type_)
        return Term([f"{name}(", *separated(fields), ")"], type_)


def quoted(text: str) -> str:
    """A string literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return '"' + escaped.replace("{", "{{").replace("}", "}}") + '"'


def _number(value: Value, base: Type) -> Term:
    negative = str(value).startswith("-")
    size = -value if negative else value
    meant = None
    if isinstance(value, timedelta):
        total = microseconds(size) // 1000
        text = f"{total}ms" if total % 1000 else f"{total // 1000}s"
    else:
        text = str(size) if isinstance(size, int) else format(Decimal(str(size)), "f")
        meant = base.name
    term = Term([text], base, meant=meant, constant=True)
    if not negative:
        return term
    return Term(["-", term], base, NEGATION, constant=True)
