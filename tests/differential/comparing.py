"""Values and failures of generated Python, beside those of the evaluator."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, DecimalException
from types import ModuleType
from typing import Any

import msgspec

from packetflow import Err, Ok, Violation
from tests.differential.evaluator import values
from tests.differential.evaluator.values import Struct, Value


@dataclass(frozen=True)
class Outcome:
    """A value, or why there is none; `shown` tells apart what `==` takes for equal."""

    shown: str
    faults: frozenset[str] = frozenset()

    @classmethod
    def of(cls, value: Value) -> Outcome:
        return cls(show(value))

    @classmethod
    def fault(cls, *kinds: str) -> Outcome:
        return cls(f"fault: {' or '.join(sorted(kinds))}", frozenset(kinds))

    def allows(self, found: Outcome) -> bool:
        """Whether what was found is what was wanted; one of several faults is."""
        if self.faults:
            return bool(found.faults) and found.faults <= self.faults
        return found == self


def show(value: Value) -> str:
    """A value as a text: equal texts, equal values of equal types."""
    match value:
        case Struct():
            inside = ", ".join(f"{name}={show(one)}" for name, one in value.fields)
            return f"{value.name}({inside})"
        case tuple():
            return f"[{', '.join(map(show, value))}]"
        case frozenset():
            return f"set({', '.join(sorted(map(show, value)))})"
        case dict():
            inside = ", ".join(f"{show(k)}: {show(v)}" for k, v in value.items())
            return f"{{{inside}}}"
        case Decimal():
            return f"Decimal({value})"
        case datetime():
            return f"Instant({value.isoformat()})"
        case None | bool() | int() | float() | str() | bytes() | date() | time():
            return f"{type(value).__name__} {value!r}"
        case timedelta():
            return f"Duration({value!r})"
    return f"foreign {type(value).__name__} {value!r}"


def from_python(value: Any) -> Value:
    """A value of generated code in the evaluator's terms."""
    if isinstance(value, msgspec.Struct):
        if isinstance(value, Ok):
            return Struct("Ok", (("value", from_python(value.value)),))
        if isinstance(value, Err):
            return Struct("Err", (("error", from_python(value.error)),))
        kind = type(value)
        fields = zip(kind.__struct_encode_fields__, kind.__struct_fields__, strict=True)
        found = tuple(
            (wire, from_python(getattr(value, name))) for wire, name in fields
        )
        return Struct(kind.__name__, found)
    if isinstance(value, enum.Enum):
        return Struct(str(value.value))
    if isinstance(value, tuple):
        return tuple(map(from_python, value))
    if isinstance(value, frozenset):
        return frozenset(map(from_python, value))
    if isinstance(value, dict):
        return {from_python(k): from_python(v) for k, v in value.items()}
    return value


class ToPython:
    """Makes arguments for generated code from values of the evaluator."""

    def __init__(self, package: ModuleType, enumerations: Mapping[str, str]) -> None:
        self.package = package
        self.enumerations = enumerations

    def __call__(self, value: Value) -> Any:
        match value:
            case Struct(name=name) if name in self.enumerations:
                return getattr(self.package, self.enumerations[name])(name)
            case Struct(name="Ok"):
                return Ok(self(value["value"]))
            case Struct(name="Err"):
                return Err(self(value["error"]))
            case Struct():
                kind = getattr(self.package, value.name)
                names = dict(
                    zip(
                        kind.__struct_encode_fields__,
                        kind.__struct_fields__,
                        strict=True,
                    )
                )
                given = {names[field]: self(one) for field, one in value.fields}
                return kind(**given)
            case tuple():
                return tuple(map(self, value))
            case frozenset():
                return frozenset(map(self, value))
            case dict():
                return {self(k): self(v) for k, v in value.items()}
        return value


_KINDS: tuple[tuple[type[BaseException], str], ...] = (
    (Violation, values.VIOLATION),
    (ZeroDivisionError, values.DIVISION),
    (IndexError, values.INDEX),
    (KeyError, values.KEY),
    (OverflowError, values.OVERFLOW),
    (DecimalException, values.OVERFLOW),
    (RecursionError, values.RECURSION),
    (UnicodeDecodeError, values.TEXT),
    (ValueError, values.ARGUMENT),
)


def kind_of(error: BaseException) -> str:
    """The kind of a fault; an exception that is none is a crash."""
    for kind, name in _KINDS:
        if isinstance(error, kind):
            return name
    return f"crash: {type(error).__name__}: {error}"
