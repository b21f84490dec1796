"""The methods of the standard library: one source for the checker, the docs and hover."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from pfc.diagnostics import Note
from pfc.ir.types import (
    ListType,
    MapType,
    OptionalType,
    PageType,
    PairType,
    Primitive,
    ResultType,
    SetType,
    Type,
    base_of,
)
from pfc.semantics.relations import Binding, fits, infer, settled
from pfc.semantics.stdlib.collections import LISTS, MAPS, SETS
from pfc.semantics.stdlib.data import BYTES, JSON, PATHS, URLS, UUIDS
from pfc.semantics.stdlib.entries import FunctionEntry, MethodEntry, read
from pfc.semantics.stdlib.hints import advice, of_pair
from pfc.semantics.stdlib.moments import (
    CALENDARS,
    DATES,
    DURATIONS,
    FUNCTIONS,
    INSTANTS,
    TIMES,
)
from pfc.semantics.stdlib.numbers import BOOLS, DECIMALS, FLOATS, INTS
from pfc.semantics.stdlib.outcomes import OPTIONALS, RESULTS
from pfc.semantics.stdlib.strings import STRINGS

__all__ = [
    "FUNCTIONS",
    "FunctionEntry",
    "MethodEntry",
    "advice_on",
    "hover",
    "is_numeric",
    "methods",
    "methods_of",
    "owner_of",
]

_WRITTEN = (
    *(STRINGS, INTS, DECIMALS, FLOATS, BOOLS, LISTS, MAPS, SETS, OPTIONALS, RESULTS),
    *(DURATIONS, INSTANTS, DATES, TIMES, CALENDARS, BYTES, JSON, PATHS),
    *(URLS, UUIDS),
)
_NUMERIC = frozenset({"Int", "Decimal", "Float", "Duration"})


@cache
def methods() -> dict[tuple[str, str], MethodEntry]:
    """Every method by the receiver's kind and its name."""
    found: dict[tuple[str, str], MethodEntry] = {}
    for written in _WRITTEN:
        for entry in read(written, owner_of):
            key = entry.owner, entry.name
            assert key not in found, key
            found[key] = entry
    return found


@cache
def _by_owner() -> dict[str, dict[str, MethodEntry]]:
    found: dict[str, dict[str, MethodEntry]] = {}
    for (owner, name), entry in methods().items():
        found.setdefault(owner, {})[name] = entry
    return found


def methods_of(type_: Type) -> dict[str, MethodEntry]:
    """The methods of a type, by name."""
    return _by_owner().get(owner_of(type_) or "", {})


def owner_of(type_: Type) -> str | None:
    """The kind of a receiver: `List`, `String`, `Optional`, ..."""
    match base_of(type_):
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
        case _:
            return None


def is_numeric(type_: Type) -> bool:
    """Whether `sum` works on items of the type."""
    base = base_of(type_)
    return isinstance(base, Primitive) and base.name in _NUMERIC


def advice_on(type_: Type, name: str, fields: Iterable[str] = ()) -> list[Note]:
    """Notes about a name that a type has neither as a method nor as a field."""
    names = [
        each
        for each, method in methods_of(type_).items()
        if fits(base_of(type_), settled(method.receiver, learned(method, type_)))
    ]
    notes = advice(owner_of(type_), name, names, fields)
    whole = base_of(type_)
    item = base_of(whole.item) if isinstance(whole, OptionalType) else whole
    return notes + (
        of_pair(optional=item is not whole) if isinstance(item, PairType) else []
    )


def learned(method: MethodEntry, type_: Type) -> Binding:
    """What the variables of a method stand for on a receiver of the type."""
    binding: Binding = {}
    infer(method.receiver, base_of(type_), binding)
    return binding


def hover(method: MethodEntry | FunctionEntry) -> str:
    """What an editor shows about a method or function: Markdown, as on its docs page."""
    parts = [f"```pf\n{method.signature}\n```", method.doc]
    parts += [f"A fault {fault}." for fault in method.faults]
    if method.examples:
        parts.append("```pf\n" + "\n".join(method.examples) + "\n```")
    return "\n\n".join(parts)
