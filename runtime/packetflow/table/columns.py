"""Columns: what of a row a database compares, in forms that it orders as Python does.

Text is ordered by code points, numbers by their value whatever their size, and what is
not there comes first.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final, TypeAlias, final

from packetflow.store.planning import steps

Stored: TypeAlias = str | int | float | bytes | None
Encode: TypeAlias = Callable[[Any], Stored]

_MOST_DIGITS: Final = 99_999
_EXPONENTS: Final = 10**19
_OPPOSITE: Final = str.maketrans("0123456789", "9876543210")
_MICROSECOND: Final = timedelta(microseconds=1)


@final
class Column:
    """A field of a row as the database knows it, to compare and to order by.

    `kind` is its type in the language, in lower case: of an enumeration `enum`, of what
    can only be there or not `present`. `attribute` is the field's name in Python.
    """

    __slots__ = ("attribute", "encode", "kind", "name", "optional", "storage")

    def __init__(
        self,
        name: str,
        kind: str,
        *,
        optional: bool = False,
        attribute: str | None = None,
    ) -> None:
        self.name = name
        self.kind = kind
        self.optional = optional
        self.attribute = attribute or name
        self.storage, self.encode = _KINDS[kind]

    def stored(self, value: object) -> Stored:
        """The form of a value; raises ValueError if it has none."""
        return None if value is None else self.encode(value)

    def same(self, other: Column) -> bool:
        """Whether values are kept in the same form."""
        return (self.name, self.kind, self.optional) == (
            other.name,
            other.kind,
            other.optional,
        )


def whole(value: int) -> str:
    """Text that is ordered as integers are: sign, number of digits, digits."""
    if value == 0:
        return "m"
    digits = str(abs(value))
    if len(digits) > _MOST_DIGITS:
        raise ValueError("an integer of a row has 99,999 digits at most")
    text = f"{len(digits):05d}{digits}"
    return f"p{text}" if value > 0 else f"d{text.translate(_OPPOSITE)}"


def number(value: Decimal) -> str:
    """Text that is ordered as decimals are: sign, magnitude, digits."""
    if not value.is_finite():
        raise ValueError("a row has finite numbers only")
    if not value:
        return "m"
    sign, parts, _ = value.as_tuple()
    digits = "".join(map(str, parts)).rstrip("0")
    text = f"{value.adjusted() + _EXPONENTS:020d}{digits}"
    # Of two negative numbers the one with more digits behind the same is the lesser.
    return f"d{text.translate(_OPPOSITE)}~" if sign else f"p{text}"


def _as_it_is(value: Stored) -> Stored:
    return value


def _present(value: object) -> int:
    return 1


_KINDS: Final[dict[str, tuple[str, Encode]]] = {
    "bool": ("integer", int),
    "int": ("text", whole),
    "decimal": ("text", number),
    "float": ("real", _as_it_is),
    "string": ("text", _as_it_is),
    "path": ("text", _as_it_is),
    "url": ("text", _as_it_is),
    "bytes": ("blob", _as_it_is),
    "uuid": ("text", str),
    "date": ("text", date.isoformat),
    "time": ("text", lambda value: value.isoformat("microseconds")),
    "instant": ("integer", steps),
    "duration": ("text", lambda value: whole(value // _MICROSECOND)),
    "enum": ("text", attrgetter("value")),
    "present": ("integer", _present),
}
"""How values of each kind are kept: storage, and what makes them."""
