"""The lines of a durable reactor's journal: what a handler changed, and what follows.

A line costs what was changed, never what there is: whole fields that have another value,
and single keys of maps that were changed in place.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from operator import is_
from typing import Any, Final, NamedTuple, get_args, get_origin

import msgspec

from packetflow import codec
from packetflow.actor.evolution import Evolution
from packetflow.actor.reactor import State
from packetflow.actor.turn import ABSENT
from packetflow.codec import CodecError

_SUM: Final = 8

# The maps that a turn changed: the map, the key, and what was under it before.
Notes = Sequence[tuple[dict[Any, Any], Any, Any]]


class Sender(msgspec.Struct, array_like=True, frozen=True):
    """Where a message was sent: a journal, a line of it, and a place in the line."""

    journal: str
    line: int
    place: int


class Line(msgspec.Struct, omit_defaults=True):
    """What one handler did, as it is read: the rest is decoded by the state's types.

    `out` is what it sent, emitted and left to perform; `sender` is set if the intent
    was sent by a durable reactor; `done` names what left this journal for good. `more`
    is what came to the ends of lists.
    """

    request: str = ""
    intent: str = ""
    fields: dict[str, msgspec.Raw] = {}
    maps: dict[str, list[tuple[msgspec.Raw, ...]]] = {}
    out: list[msgspec.Raw] = []
    sender: Sender | None = None
    done: list[tuple[int, int]] = []
    more: dict[str, msgspec.Raw] = {}


class Written(msgspec.Struct, omit_defaults=True):
    """A line as it is written: values as they are, encoded once and together."""

    request: str = ""
    intent: str = ""
    fields: dict[str, Any] = {}
    maps: dict[str, list[tuple[Any, ...]]] = {}
    out: list[msgspec.Raw] = []
    sender: Sender | None = None
    done: list[tuple[int, int]] = []
    more: dict[str, tuple[Any, ...]] = {}


def seal(log: str, number: int, body: bytes) -> bytes:
    """The bytes of a line with a checksum that also covers where it stands."""
    return _sum(log, number, body) + body


def opened(log: str, number: int, sealed: bytes) -> bytes | None:
    """The bytes that were sealed for this place, None if they are not whole."""
    body = sealed[_SUM:]
    return body if sealed[:_SUM] == _sum(log, number, body) else None


def _sum(log: str, number: int, body: bytes) -> bytes:
    place = f"{log}\0{number}".encode()
    return blake2b(body + place, digest_size=_SUM).digest()


class Changes(NamedTuple):
    """What a handler did to a state, as it is written."""

    fields: dict[str, Any]
    """Fields with another value."""
    maps: dict[str, list[tuple[Any, ...]]]
    """For maps changed in place the keys in order."""
    more: dict[str, tuple[Any, ...]]
    """What came to the ends of lists that are otherwise what they were."""


def changes(schema: Schema, before: State, after: State, undo: Notes | None) -> Changes:
    """What makes one state of the other, as short as it can be said."""
    fields: dict[str, Any] = {}
    more: dict[str, tuple[Any, ...]] = {}
    for name in schema.types:
        value = getattr(after, name)
        old = getattr(before, name)
        if value is old:
            continue
        if name in schema.lists and _goes_on(old, value):
            more[name] = value[len(old) :]
        else:
            fields[name] = schema.plain(name, value)
    if not undo:
        return Changes(fields, {}, more)
    names = {
        id(getattr(after, name)): name for name in schema.pairs if name not in fields
    }
    maps: dict[str, list[tuple[Any, ...]]] = {}
    for owned, key, put in _steps(undo):
        place = names.get(id(owned))
        # A map that was replaced as a whole is among the fields already.
        if place is not None:
            step = (key, owned[key]) if put else (key,)
            maps.setdefault(place, []).append(step)
    return Changes(fields, maps, more)


def _goes_on(old: Any, value: Any) -> bool:
    """Whether a list begins with all of another one: the same, not only equal."""
    return (
        type(old) is type(value) is tuple
        and 0 < len(old) < len(value)
        and all(map(is_, old, value))
    )


def _steps(undo: Notes) -> list[tuple[dict[Any, Any], Any, bool]]:
    """What makes the maps as they are now, in their order; True: put, False: drop.

    A note says what was there before it; so the next one about the same key, or else
    the map itself, says whether the key was there after it.
    """
    if len(undo) == 1:
        ((owned, key, _),) = undo
        return [(owned, key, key in owned)]
    puts: list[bool] = []
    after: dict[tuple[int, Any], bool] = {}
    for owned, key, before in reversed(undo):
        place = (id(owned), key)
        puts.append(after.get(place, key in owned))
        after[place] = before is not ABSENT
    steps: list[tuple[dict[Any, Any], Any, bool]] = []
    known: set[tuple[int, Any]] = set()
    for (owned, key, _), put in zip(undo, reversed(puts), strict=True):
        place = (id(owned), key)
        if not put:
            known.discard(place)
            steps.append((owned, key, False))
        # What is put has the last value at once, and nothing if that is gone again.
        elif place not in known and key in owned:
            known.add(place)
            steps.append((owned, key, True))
    return steps


class Schema:
    """How the state of a reactor is written and read.

    Keys of a map may be of any type, so a map that is a field is a list of pairs.
    """

    def __init__(self, kind: type[State], evolution: Evolution | None = None) -> None:
        self.kind = kind
        self.evolution = Evolution(kind) if evolution is None else evolution
        self.types = {one.name: one.type for one in msgspec.structs.fields(kind)}
        found = ((name, _pair(one)) for name, one in self.types.items())
        self.pairs = {name: pair for name, pair in found if pair is not None}
        self.lists = {
            name
            for name, one in self.types.items()
            if get_origin(one) is tuple and get_args(one)[-1:] == (...,)
        }

    def plain(self, name: str, value: Any) -> Any:
        """What is written for a field."""
        if name in self.pairs and value is not None:
            return list(value.items())
        return value

    def value(self, name: str, raw: msgspec.Raw) -> Any:
        """The value of a field; raises CodecError."""
        if name not in self.types:
            raise CodecError(f"{self.kind.__name__} has no field {name} any more")
        what = f"{self.kind.__name__}.{name}"
        pair = self.pairs.get(name)
        if pair is None:
            return codec.decode(raw, self.types[name], what)
        found = codec.decode(raw, pair.wire, what)
        return None if found is None else dict(found)

    def apply(self, state: State, line: Line) -> None:
        """Do to a state what a line says; raises CodecError."""
        for name, raw in line.fields.items():
            setattr(state, name, self.value(name, raw))
        for name, raw in line.more.items():
            old = getattr(state, name, None)
            if name not in self.lists or old is None:
                raise CodecError(f"{self.kind.__name__}.{name} is no list any more")
            setattr(state, name, (*old, *self.value(name, raw)))
        for name, steps in line.maps.items():
            what = f"{self.kind.__name__}.{name}"
            pair = self.pairs.get(name)
            owned = getattr(state, name, None)
            if pair is None or not isinstance(owned, dict):
                raise CodecError(f"{what} is no map any more")
            for step in steps:
                key = codec.decode(step[0], pair.key, what)
                if len(step) == 1:
                    owned.pop(key, None)
                else:
                    owned[key] = codec.decode(step[1], pair.value, what)


class Pair(NamedTuple):
    """The types of a map's keys and values, and of the list that is written."""

    key: Any
    value: Any
    wire: Any


def _pair(kind: Any) -> Pair | None:
    """The types of a map, also of one that may be absent."""
    for one in (kind, *get_args(kind)):
        if one is dict or get_origin(one) in (dict, Mapping):
            key, value = get_args(one) or (Any, Any)
            item = types.GenericAlias(tuple, (key, value))
            return Pair(key, value, types.GenericAlias(list, (item,)) | None)
    return None
