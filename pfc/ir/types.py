"""Types after resolution: hashable, equal by structure; aliases gone, refinements kept."""

from __future__ import annotations

from typing import Final, Union

from pfc.frozen import dataclass

DeclId = str
"""A declaration's qualified name: `files.File`, `files.FileCap`."""


@dataclass(frozen=True, slots=True)
class Primitive:
    """A built-in type without arguments: Int, String, Path, Instant, ..."""

    name: str


@dataclass(frozen=True, slots=True)
class ListType:
    item: Type


@dataclass(frozen=True, slots=True)
class SetType:
    item: Type


@dataclass(frozen=True, slots=True)
class MapType:
    key: Type
    value: Type


@dataclass(frozen=True, slots=True)
class OptionalType:
    """`T?`; never directly inside another one."""

    item: Type


@dataclass(frozen=True, slots=True)
class PageType:
    """`Page[T]`: items, next, total."""

    item: Type


@dataclass(frozen=True, slots=True)
class ResultType:
    value: Type
    error: Type


@dataclass(frozen=True, slots=True)
class PairType:
    """What `zip` and `entries` give; a lambda with two names takes it apart."""

    first: Type
    second: Type


@dataclass(frozen=True, slots=True)
class FunctionType:
    """Of lambdas only."""

    parameters: tuple[Type, ...]
    result: Type


@dataclass(frozen=True, slots=True)
class Variable:
    """A type parameter of a record, union or function."""

    name: str


@dataclass(frozen=True, slots=True)
class RecordType:
    """A record or a config."""

    id: DeclId
    arguments: tuple[Type, ...] = ()


@dataclass(frozen=True, slots=True)
class UnionType:
    id: DeclId
    arguments: tuple[Type, ...] = ()


@dataclass(frozen=True, slots=True)
class RefinedType:
    """A `type` declaration with `under` or `where`: a base type and a name."""

    id: DeclId
    base: Type


@dataclass(frozen=True, slots=True)
class ContextType:
    """The type of `caller`."""

    id: DeclId


@dataclass(frozen=True, slots=True)
class RowType:
    """What a stage of a stream makes: named fields, without a declaration."""

    fields: tuple[tuple[str, Type], ...]


@dataclass(frozen=True, slots=True)
class NoneType:
    """The type of `none` before anything is expected of it."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something was wrong and has been reported: fits everything, reports nothing.

    `open`: nothing was wrong, but the value does not say: the item of `[]`.
    """

    open: bool = False


Type = Union[
    Primitive,
    ListType,
    SetType,
    MapType,
    OptionalType,
    PageType,
    ResultType,
    PairType,
    FunctionType,
    Variable,
    RecordType,
    UnionType,
    RefinedType,
    ContextType,
    RowType,
    NoneType,
    Unknown,
]

BOOL: Final = Primitive("Bool")
INT: Final = Primitive("Int")
FLOAT: Final = Primitive("Float")
DECIMAL: Final = Primitive("Decimal")
STRING: Final = Primitive("String")
BYTES: Final = Primitive("Bytes")
UUID: Final = Primitive("Uuid")
PATH: Final = Primitive("Path")
URL: Final = Primitive("Url")
DATE: Final = Primitive("Date")
TIME: Final = Primitive("Time")
INSTANT: Final = Primitive("Instant")
DURATION: Final = Primitive("Duration")
JSON: Final = Primitive("Json")
UNIT: Final = Primitive("Unit")
CURSOR: Final = Primitive("Cursor")
UPLOAD: Final = Primitive("Upload")
DOWNLOAD: Final = Primitive("Download")
CALENDAR: Final = Primitive("Calendar")
"""Of calendars; no type that users write, so that they may have one of this name."""
UNKNOWN: Final = Unknown()
OPEN: Final = Unknown(open=True)

PRIMITIVES: Final = {
    type_.name: type_
    for type_ in (
        BOOL,
        INT,
        FLOAT,
        DECIMAL,
        STRING,
        BYTES,
        UUID,
        PATH,
        URL,
        DATE,
        TIME,
        INSTANT,
        DURATION,
        JSON,
        UNIT,
        CURSOR,
        UPLOAD,
        DOWNLOAD,
    )
}


def base_of(type_: Type) -> Type:
    """The type without its refinement (outermost only; an optional stays one)."""
    while isinstance(type_, RefinedType):
        type_ = type_.base
    return type_


def show(type_: Type) -> str:
    """The type as a user writes it."""
    match type_:
        case Primitive(name) | Variable(name):
            return name
        case ListType(item):
            return f"List[{show(item)}]"
        case SetType(item):
            return f"Set[{show(item)}]"
        case PageType(item):
            return f"Page[{show(item)}]"
        case MapType(key, value):
            return f"Map[{show(key)}, {show(value)}]"
        case ResultType(value, error):
            return f"Result[{show(value)}, {show(error)}]"
        case PairType(first, second):
            return f"({show(first)}, {show(second)})"
        case OptionalType(item):
            return f"{show(item)}?"
        case FunctionType(parameters, result):
            return f"({', '.join(map(show, parameters))}) => {show(result)}"
        case RecordType(id_, arguments) | UnionType(id_, arguments):
            inside = f"[{', '.join(map(show, arguments))}]" if arguments else ""
            return id_.rpartition(".")[2] + inside
        case RefinedType(id_, _) | ContextType(id_):
            return id_.rpartition(".")[2]
        case RowType(fields):
            return "{" + ", ".join(f"{n}: {show(t)}" for n, t in fields) + "}"
        case NoneType():
            return "none"
        case Unknown():
            return "?"
