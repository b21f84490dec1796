"""Hashes and texts of keys that are the same in every process: where a key belongs."""

from __future__ import annotations

import enum
from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Final, Generic, TypeVar
from uuid import UUID

import msgspec

T = TypeVar("T")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)

# Bytes of a key that is shown as it is: names in stores are limited.
_LONGEST: Final = 200


def stable_hash(value: object) -> int:
    """A hash of 64 bits; equal values of one type have equal hashes, everywhere.

    Python's own `hash` differs from process to process. Raises TypeError for a value
    that has no fixed form, such as an object of a class of one's own.
    """
    digest = blake2b(_encoded(value), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def key_text(value: object) -> str:
    """A key as a short text: equal keys of one type have one text, others have others.

    A text is itself where that is possible; `#` stands before anything else. Raises
    TypeError as `stable_hash` does.
    """
    match value:
        case enum.Enum():
            return f"#{value.name}"
        case str() if _plain(value):
            return value
        case int() if not isinstance(value, bool):
            return f"#{value}"
        case UUID():
            return f"#{value}"
    encoded = _encoded(value)
    if len(encoded) <= _LONGEST and encoded.isascii():
        text = encoded.decode()
        if text.isprintable():
            return f"#{text}"
    return f"##{blake2b(encoded, digest_size=32).hexdigest()}"


def _plain(text: str) -> bool:
    return (
        len(text) <= _LONGEST
        and not text.startswith("#")
        and text.isprintable()
        and len(text.encode()) <= _LONGEST
    )


def _encoded(value: object) -> bytes:
    """The bytes of a value: equal values give equal bytes, others differ."""
    match value:
        case enum.Enum():
            return _tagged(b"e", value.name.encode())
        case str():
            return _tagged(b"s", value.encode("utf-8", "surrogatepass"))
        case None | bool() | int():
            return _tagged(b"i", repr(value).encode())
        case Decimal():
            return _tagged(b"n", _decimal(value).encode())
        case float():
            # 0.0 == -0.0, though they are written differently.
            return _tagged(b"f", repr(value + 0.0).encode())
        case bytes():
            return _tagged(b"b", value)
        case UUID():
            return _tagged(b"u", value.bytes)
        case datetime():
            # Equal instants may be written in different zones.
            moment = (value - _EPOCH) // _TICK if value.tzinfo else value.isoformat()
            return _tagged(b"m", str(moment).encode())
        case date() | time():
            return _tagged(b"d", value.isoformat().encode())
        case timedelta():
            return _tagged(b"t", str(value // _TICK).encode())
        case _:
            return _composed(value)


def _composed(value: object) -> bytes:
    match value:
        case msgspec.Struct():
            name = type(value).__name__.encode()
            fields = (_encoded(getattr(value, one)) for one in value.__struct_fields__)
            return _tagged(b"r", b"".join((_tagged(b"c", name), *fields)))
        case tuple() | list():
            return _tagged(b"l", b"".join(map(_encoded, value)))
        case Set():
            return _tagged(b"h", b"".join(sorted(map(_encoded, value))))
        case Mapping():
            pairs = (_encoded(key) + _encoded(one) for key, one in value.items())
            return _tagged(b"p", b"".join(sorted(pairs)))
    raise TypeError(f"{type(value).__name__} has no stable hash")


def _tagged(tag: bytes, data: bytes) -> bytes:
    return b"%b%d:%b" % (tag, len(data), data)


def _decimal(value: Decimal) -> str:
    """Equal decimals in one form: 1.0, 1.00 and 1E+0 are one number."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        return str(value)
    text = "".join(map(str, digits)).lstrip("0")
    bare = text.rstrip("0")
    if not bare:
        return "0"
    return f"{'-' if sign else ''}{bare}e{exponent + len(text) - len(bare)}"


class Ring(Generic[T]):
    """Consistent hashing (Karger and others, 1997): who of several owns a key.

    Each member stands at many places of a circle; a key belongs to the first member at
    or after its own place. One more member takes about 1/n of the keys, and no key
    moves between the others.
    """

    # The share of a member varies by about 1 / sqrt(places): 8 % for 160.
    PLACES: Final = 160

    def __init__(self, members: Iterable[tuple[str, T]] = ()) -> None:
        """Members with their names, which decide where they stand."""
        self._places: list[int] = []
        self._owners: dict[int, tuple[str, T]] = {}
        for name, member in members:
            self.add(name, member)

    def add(self, name: str, member: T) -> None:
        """Put a member on the circle."""
        for number in range(self.PLACES):
            place = stable_hash((name, number))
            # Two names at one place: the smaller one, whatever came first.
            taken = self._owners.get(place)
            if taken is None:
                insort(self._places, place)
            elif taken[0] <= name:
                continue
            self._owners[place] = (name, member)

    def owner(self, key: object) -> T:
        """Whose key it is; raises LookupError if there are no members."""
        if not self._places:
            raise LookupError("the ring is empty")
        found = bisect_right(self._places, stable_hash(key)) % len(self._places)
        return self._owners[self._places[found]][1]


class Placement(dict[object, T]):
    """Which of several a key belongs to, by its hash; remembers what it worked out."""

    __slots__ = ("_room", "_several")

    def __init__(self, several: Sequence[T], *, room: int = 65_536) -> None:
        """After `room` keys it begins to remember again: memory stays bounded."""
        super().__init__()
        self._several = several
        self._room = room

    def __missing__(self, key: object) -> T:
        found = self._several[stable_hash(key) % len(self._several)]
        if len(self) >= self._room:
            self.clear()
        self[key] = found
        return found
