"""Factories: valid values of generated types, of which a test names only what matters."""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any, Final, Generic, TypeVar, cast, final

import msgspec
from msgspec import inspect as shapes

from packetflow.errors import Violation

S = TypeVar("S", bound=msgspec.Struct)

_MOST_TRIES: Final = 200
_EPOCH: Final = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


@final
class Factory(Generic[S]):
    """Makes values of a record, intent or event: `Factory(File)(path="/docs/a")`.

    What is not given has its default, or a simple value that is allowed; strings and
    numbers differ from value to value as far as they may. The same factory makes the
    same values in every run. `defaults` hold for all values of this factory.
    """

    def __init__(self, kind: type[S], **defaults: object) -> None:
        self._kind = kind
        self._defaults = defaults
        self._numbers = count(1)

    def __call__(self, **given: object) -> S:
        """A value; raises ValueError, naming the field, if none is found that is allowed."""
        return cast(S, _made(self._kind, {**self._defaults, **given}, self._numbers))

    def many(self, number: int, **given: object) -> tuple[S, ...]:
        """So many values."""
        return tuple(self(**given) for _ in range(number))


def _made(
    kind: type[Any], given: Mapping[str, object], numbers: Iterator[int]
) -> object:
    info = shapes.type_info(kind)
    if not isinstance(info, shapes.StructType):
        raise TypeError(f"{kind!r} is no record, variant, intent, event or context")
    unknown = given.keys() - {field.name for field in info.fields}
    if unknown:
        raise ValueError(f"{kind.__name__} has no field {min(unknown)!r}")
    number = next(numbers)
    tries = {
        field.name: _values(field.type, number, numbers)
        for field in info.fields
        if field.required and field.name not in given
    }
    chosen = {**given, **{name: next(values) for name, values in tries.items()}}
    problem: Exception | None = None
    for _ in range(_MOST_TRIES):
        try:
            return kind(**chosen)
        except Violation as violation:
            problem = violation
            name = violation.field.split(".")[0].split("[")[0]
            following = next(tries.get(name, iter(())), None)
            if following is None:
                break
            chosen[name] = following
    raise ValueError(f"say more about {kind.__name__}: {problem}") from problem


def _values(type_: shapes.Type, number: int, numbers: Iterator[int]) -> Iterator[Any]:
    """Candidates for a value, likely ones first."""
    maker = _MAKERS.get(type(type_))
    if maker is not None:
        yield from maker(type_)
    elif isinstance(type_, shapes.IntType | shapes.FloatType):
        yield from _numbers(type_, number)
    elif isinstance(type_, shapes.StrType):
        yield from _texts(type_, number)
    elif isinstance(type_, shapes.StructType):
        while True:
            yield _made(type_.cls, {}, numbers)
    elif isinstance(type_, shapes.UnionType):
        for each in sorted(
            type_.types, key=lambda t: not isinstance(t, shapes.NoneType)
        ):
            yield from _values(each, number, numbers)
    elif isinstance(type_, shapes.EnumType):
        yield from type_.cls
    elif isinstance(type_, shapes.LiteralType):
        yield from type_.values
    elif isinstance(type_, shapes.Metadata):
        yield from _values(type_.type, number, numbers)
    elif isinstance(type_, shapes.CollectionType):
        yield from _collections(type_, number, numbers)
    elif isinstance(type_, shapes.TupleType):
        yield tuple(next(_values(t, number, numbers)) for t in type_.item_types)
    elif isinstance(type_, shapes.DictType):
        yield {}


_MAKERS: Final[dict[type, Callable[[Any], Iterator[object]]]] = {
    shapes.AnyType: lambda _: iter((None,)),
    shapes.NoneType: lambda _: iter((None,)),
    shapes.BoolType: lambda _: iter((False, True)),
    shapes.BytesType: lambda _: iter((b"", b"bytes")),
    shapes.DecimalType: lambda _: (decimal.Decimal(n) for n in (1, 0, 100, -1)),
    shapes.UUIDType: lambda _: (uuid.UUID(int=n) for n in count(1)),
    shapes.DateTimeType: lambda _: iter((_EPOCH,)),
    shapes.DateType: lambda _: iter((_EPOCH.date(),)),
    shapes.TimeType: lambda _: iter((datetime.time(12),)),
    shapes.TimeDeltaType: lambda _: (datetime.timedelta(minutes=n) for n in (1, 0, 60)),
}


def _numbers(
    type_: shapes.IntType | shapes.FloatType, number: int
) -> Iterator[int | float]:
    whole = isinstance(type_, shapes.IntType)
    least = type_.ge if type_.ge is not None else type_.gt
    most = type_.le if type_.le is not None else type_.lt
    if least is not None and most is not None:
        number = int(least) + number % max(1, int(most - least))
    for base in (number, 1, 0, 10, 100, 1_000, -1, -100, least, most):
        for shift in (0, 1, -1):
            if base is not None:
                value = base + shift
                yield int(value) if whole else float(value)


def _texts(type_: shapes.StrType, number: int) -> Iterator[str]:
    shortest, longest = type_.min_length or 0, type_.max_length or 1_000
    examples = (
        *(f"text{number}", f"/path{number}", f"https://example.org/{number}"),
        *("a", "A", "", f"user{number}@example.org", str(number), "a-b", "ab_c"),
    )
    for example in examples:
        yield example.ljust(shortest, "a")[:longest]
    yield "a" * 10
    yield "a" * 100


def _collections(
    type_: shapes.CollectionType, number: int, numbers: Iterator[int]
) -> Iterator[object]:
    if isinstance(type_, shapes.ListType):
        kind: Callable[[list[Any]], object] = list
    elif isinstance(type_, shapes.SetType):
        kind = set
    elif isinstance(type_, shapes.FrozenSetType):
        kind = frozenset
    else:
        kind = tuple
    for length in (0, 1, 2, 3):
        items = _values(type_.item_type, number, numbers)
        yield kind([next(items) for _ in range(length)])
