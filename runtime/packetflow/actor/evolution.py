"""From what an earlier program kept of a state to what this one keeps of it."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

import msgspec

from packetflow import codec
from packetflow.actor.reactor import Migration, State
from packetflow.actor.shaped import Members, shape_of
from packetflow.codec import CodecError
from packetflow.shape import OPTIONAL, Shape, differences

if TYPE_CHECKING:
    from packetflow.actor.journal import Line

Chain: TypeAlias = Mapping[str, Callable[[], Migration]]
"""Migrations by their names, oldest first, and what gives each of them."""

# What is written for them is no string, so they cannot be the keys of an object.
_NUMBERS: Final = frozenset({"Bool", "Float", "Int"})

_NONE: Final[Chain] = MappingProxyType({})


def chain(migrations: Migration | Iterable[Migration]) -> Chain:
    """Migrations in their order; raises ValueError for what cannot be told apart."""
    made = (migrations,) if callable(migrations) else tuple(migrations)
    names = [getattr(one, "__name__", "<lambda>") for one in made]
    for one, name in zip(made, names, strict=True):
        if inspect.iscoroutinefunction(one):
            raise ValueError(f"the migration {name} is async: it has to be a plain one")
        if name == "<lambda>" or names.count(name) > 1:
            raise ValueError(
                f"each migration needs a name of its own, and there is {name}: a store "
                "remembers by name which ones it has seen"
            )
    return {name: partial(_itself, one) for name, one in zip(names, made, strict=True)}


def _itself(one: Migration) -> Migration:
    return one


@final
class Evolution:
    """The shape of a state in this program, and the migrations that led to it."""

    def __init__(self, kind: type[State], migrations: Chain = _NONE) -> None:
        self.shape: Shape = shape_of(kind)
        self.migrations = migrations
        self.names = list(migrations)

    def head(self) -> bytes:
        """What a snapshot says about its shape: members of a JSON object."""
        shape, names = codec.encode(self.shape), codec.encode(self.names)
        return b'"shape":%b,"migrated":%b' % (shape, names)

    def pending(self, migrated: Sequence[str]) -> tuple[str, ...]:
        """What has still to be run; raises CodecError if other ones were run before."""
        done = len(migrated)
        if self.names[:done] == list(migrated):
            return tuple(self.names[done:])
        raise CodecError(
            f"it has seen the migrations {', '.join(migrated)}, and this program has "
            f"{', '.join(self.names) or 'none'}: those that were run stay in the list, "
            "in their order"
        )

    def check(self, kept: Shape) -> None:
        """Raises CodecError if this program would lose or misread what was kept."""
        found = differences(kept, self.shape)
        if found:
            told = "; ".join(map(str, found))
            raise CodecError(f"its state was changed and needs a migration: {told}")

    def run(self, old: Plain, pending: Sequence[str]) -> dict[str, Any]:
        """What migrations make of an old state; raises CodecError."""
        state = old.state()
        for name in pending:
            try:
                made: object = self.migrations[name]()(state)
            except (Exception, SystemExit) as error:
                raise CodecError(f"the migration {name} failed: {error!r}") from error
            if not isinstance(made, dict):
                kind = type(made).__name__
                raise CodecError(f"the migration {name} gave no dict but a {kind}")
            state = made
        self._complete(old, state)
        return self._listed(state)

    def _complete(self, old: Plain, state: Mapping[str, Any]) -> None:
        fields = self.shape["state"]
        members = Members(self.shape["types"])
        for name in old.names():
            if name in fields and name not in state:
                raise CodecError(f"the migrations dropped {name}, which there still is")
        for name, value in state.items():
            if name not in fields:
                raise CodecError(f"the migrations gave {name}, which there is not")
            for one in members.extra(fields[name]["type"], value, name):
                raise CodecError(f"the migrations gave {one}, which there is not")

    def _listed(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """As the fields are written: maps are lists of pairs."""
        return {
            name: list(value.items())
            if _is_map(self.shape, name) and isinstance(value, dict)
            else value
            for name, value in state.items()
        }


@final
class Plain:
    """A state of an earlier program, as data: its snapshot, and then lines.

    A map is taken apart only if a line changes a part of it.
    """

    def __init__(self, shape: Shape, fields: Mapping[str, msgspec.Raw]) -> None:
        self._shape = shape
        self._fields: dict[str, bytes] = {}
        self._maps: dict[str, dict[bytes, bytes]] = {}
        for name, raw in fields.items():
            self._put(name, raw)

    def apply(self, line: Line) -> None:
        """Do to the state what a line says."""
        for name, raw in line.fields.items():
            self._put(name, raw)
        for name, raw in line.more.items():
            if name not in self._fields:
                raise CodecError(f"there is no {name} that something was added to")
            old, new = self._fields[name][1:-1], bytes(raw)[1:-1]
            self._fields[name] = b"[%b,%b]" % (old, new) if old else b"[%b]" % new
        for name, steps in line.maps.items():
            owned = self._maps.get(name)
            if owned is None:
                owned = self._maps[name] = self._apart(name)
            for step in steps:
                key = bytes(step[0])
                if len(step) == 1:
                    owned.pop(key, None)
                else:
                    owned[key] = bytes(step[1])

    def names(self) -> list[str]:
        """The fields that have a value."""
        return [*self._fields, *self._maps]

    def state(self) -> dict[str, Any]:
        """All fields. A map with strings as keys is a dict, any other a list of pairs."""
        made = {name: json.loads(raw) for name, raw in self._fields.items()}
        for name, owned in self._maps.items():
            pairs = b",".join(b"[%b,%b]" % pair for pair in owned.items())
            made[name] = json.loads(b"[%b]" % pairs)
        for name, value in made.items():
            if value is not None and _is_map(self._shape, name):
                made[name] = dict(value) if self._has_text_keys(name) else value
        return made

    def _has_text_keys(self, name: str) -> bool:
        kind = self._shape["state"].get(name, {}).get("type")
        kind = _without_optional(kind)
        key = kind["map"][0] if isinstance(kind, Mapping) and "map" in kind else None
        # An enumeration is written as its name, so it is a text as well.
        defined = self._shape["types"].get(key, {}) if isinstance(key, str) else {}
        if not isinstance(key, str):
            return False
        return "enum" in defined if defined else key not in _NUMBERS

    def _put(self, name: str, raw: msgspec.Raw) -> None:
        self._maps.pop(name, None)
        self._fields[name] = bytes(raw)

    def _apart(self, name: str) -> dict[bytes, bytes]:
        """The map of a field, by its keys as they are written."""
        body = self._fields.pop(name, b"[]")
        pairs = msgspec.json.decode(body, type=list[tuple[msgspec.Raw, msgspec.Raw]])
        return {bytes(key): bytes(value) for key, value in pairs}


def _is_map(shape: Shape, name: str) -> bool:
    kind = _without_optional(shape["state"].get(name, {}).get("type"))
    return isinstance(kind, Mapping) and "map" in kind


def _without_optional(kind: Any) -> Any:
    if isinstance(kind, Mapping) and OPTIONAL in kind:
        return kind[OPTIONAL][0]
    return kind
