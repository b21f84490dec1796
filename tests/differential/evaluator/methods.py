"""The methods of lists, maps, sets, optionals and results; all methods by receiver."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from tests.differential.evaluator.scalars import SCALARS
from tests.differential.evaluator.scalars import item as item_of
from tests.differential.evaluator.values import (
    ARGUMENT,
    Fault,
    Function,
    Struct,
    Value,
    all_of,
)

Method = Callable[..., Value]


def _extreme(items: Iterable[Value], better: Callable[[Value, Value], bool]) -> Value:
    best = None
    for item in items:
        if best is None or better(item, best):
            best = item
    return best


def _sorted(items: Iterable[Value], key: Function = lambda item: item) -> Value:
    """By insertion, behind what is equal: a stable order."""
    keyed: list[tuple[Value, Value]] = []
    for item in items:
        found = key(item)
        place = len(keyed)
        while place and found < keyed[place - 1][0]:
            place -= 1
        keyed.insert(place, (found, item))
    return tuple(item for _, item in keyed)


def _distinct(items: Iterable[Value]) -> Value:
    kept: list[Value] = []
    for item in items:
        if item not in kept:
            kept.append(item)
    return tuple(kept)


def _group_by(items: Iterable[Value], key: Function) -> Value:
    groups: dict[Value, tuple[Value, ...]] = {}
    for item in items:
        found = key(item)
        groups[found] = (*groups.get(found, ()), item)
    return groups


def _fold(items: Iterable[Value], start: Value, step: Function) -> Value:
    for item in items:
        start = step(start, item)
    return start


def _index_of(items: tuple[Value, ...], wanted: Value) -> Value:
    return next((place for place, item in enumerate(items) if item == wanted), None)


def _joined(items: Iterable[str], by: str) -> str:
    whole = ""
    for place, item in enumerate(items):
        whole += item if place == 0 else by + item
    return whole


def _each(members: Iterable[Value], function: Function) -> list[Value]:
    """What a function gives for members that have no order."""
    return all_of(*(partial(function, each) for each in members))


def _chunks(items: tuple[Value, ...], size: int) -> Value:
    if size < 1:
        raise Fault(ARGUMENT)
    return tuple(items[at : at + size] for at in range(0, len(items), size))


def _while(items: tuple[Value, ...], holds: Function) -> int:
    """How many items stand before the first for which it does not hold."""
    count = 0
    while count < len(items) and holds(items[count]):
        count += 1
    return count


def _by(items: Iterable[Value], key: Function, *, largest: bool) -> Value:
    best: tuple[Value, Value] | None = None
    for each in items:
        found = key(each)
        if best is None or (found > best[0] if largest else found < best[0]):
            best = found, each
    return None if best is None else best[1]


def _with(result: Struct, name: str, function: Function) -> Struct:
    """A result with another value, if it is an `Ok` or `Err` as named."""
    if result.name != name:
        return result
    field, value = result.fields[0]
    return Struct(name, ((field, function(value)),))


_LIST: Final[dict[str, Method]] = {
    "length": len,
    "is_empty": lambda xs: len(xs) == 0,
    "get": item_of,
    "first": lambda xs: item_of(xs, 0),
    "last": lambda xs: item_of(xs, len(xs) - 1),
    "map": lambda xs, f: tuple([f(x) for x in xs]),
    "filter": lambda xs, f: tuple([x for x in xs if f(x)]),
    "flat_map": lambda xs, f: tuple([y for x in xs for y in f(x)]),
    "any": lambda xs, f: any(f(x) for x in xs),
    "all": lambda xs, f: all(f(x) for x in xs),
    "min": lambda xs: _extreme(xs, lambda a, b: a < b),
    "max": lambda xs: _extreme(xs, lambda a, b: a > b),
    "sort": _sorted,
    "sort_by": _sorted,
    "reverse": lambda xs: xs[::-1],
    "take": lambda xs, n: tuple(x for place, x in enumerate(xs) if place < n),
    "drop": lambda xs, n: tuple(x for place, x in enumerate(xs) if place >= n),
    "distinct": _distinct,
    "group_by": _group_by,
    "join": _joined,
    "contains": lambda xs, item: item in xs,
    "index_of": _index_of,
    "zip": lambda xs, ys: tuple(zip(xs, ys, strict=False)),
    "fold": _fold,
    "to_set": frozenset,
    "min_by": lambda xs, f: _by(xs, f, largest=False),
    "max_by": lambda xs, f: _by(xs, f, largest=True),
    "take_while": lambda xs, f: xs[: _while(xs, f)],
    "drop_while": lambda xs, f: xs[_while(xs, f) :],
    "chunks": _chunks,
    "key_by": lambda xs, f: {f(x): x for x in xs},
    "indexed": lambda xs: tuple(enumerate(xs)),
    "to_map": dict,
}
_MAP: Final[dict[str, Method]] = {
    "length": len,
    "is_empty": lambda m: len(m) == 0,
    "get": lambda m, key: m.get(key),
    "has": lambda m, key: key in m,
    "keys": lambda m: tuple(m),
    "values": lambda m: tuple(m.values()),
    "entries": lambda m: tuple(m.items()),
    "map": lambda m, f: {k: f(k, v) for k, v in m.items()},
    "filter": lambda m, f: {k: v for k, v in m.items() if f(k, v)},
    "merge": lambda m, other: {**m, **other},
}
_SET: Final[dict[str, Method]] = {
    "length": len,
    "is_empty": lambda s: len(s) == 0,
    "has": lambda s, item: item in s,
    "union": lambda s, other: s | frozenset(other),
    "intersection": lambda s, other: frozenset(x for x in s if x in other),
    "difference": lambda s, other: frozenset(x for x in s if x not in other),
    "to_list": _sorted,
    "is_subset": lambda s, other: all(x in other for x in s),
    "map": lambda s, f: frozenset(_each(s, f)),
    "filter": lambda s, f: frozenset(
        x for x, y in zip(s, _each(s, f), strict=True) if y
    ),
    "any": lambda s, f: any(_each(s, f)),
    "all": lambda s, f: all(_each(s, f)),
}
_RESULT: Final[dict[str, Method]] = {
    "is_ok": lambda result: result.name == "Ok",
    "value": lambda result: None if result.name == "Err" else result["value"],
    "error": lambda result: None if result.name == "Ok" else result["error"],
    "map": lambda result, f: _with(result, "Ok", f),
    "map_error": lambda result, f: _with(result, "Err", f),
    "flat_map": lambda result, f: f(result["value"]) if result.name == "Ok" else result,
}
_OPTIONAL: Final[dict[str, Method]] = {
    "map": lambda value, f: None if value is None else f(value),
    "filter": lambda value, f: value if value is not None and f(value) else None,
    "to_list": lambda value: () if value is None else (value,),
}
_BY_TYPE: Final[dict[type, dict[str, Method]]] = {
    **SCALARS,
    tuple: _LIST,
    dict: _MAP,
    frozenset: _SET,
    Struct: _RESULT,
}


def method(receiver: Value, name: str, *, optional: bool) -> Method | None:
    """What a method does; `optional`: it is one of `T?`."""
    table = {} if optional else _BY_TYPE.get(type(receiver), {})
    if isinstance(receiver, Struct) and receiver.name not in ("Ok", "Err"):
        table = {}
    return table.get(name) or _OPTIONAL.get(name)
