"""From what an earlier program kept of a state to what this one keeps of it."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

import msgspec

from packetflow import codec
from packetflow.actor.reactor import State
from packetflow.actor.shaped import shape_of
from packetflow.codec import CodecError
from packetflow.shape import OPTIONAL, Shape, Type, differences

if TYPE_CHECKING:
    from packetflow.actor.journal import Line

Migration: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]
"""From the old state to the new one, both as JSON data."""

_TAG: Final = "type"


def chain(migrations: Migration | Iterable[Migration]) -> tuple[Migration, ...]:
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
    return made


@final
class Evolution:
    """The shape of a state in this program, and the migrations that led to it."""

    def __init__(self, kind: type[State], migrations: Sequence[Migration] = ()) -> None:
        self.shape: Shape = shape_of(kind)
        self.migrations = tuple(migrations)
        self.names = [one.__name__ for one in migrations]

    def head(self) -> bytes:
        """What a snapshot says about its shape: members of a JSON object."""
        shape, names = codec.encode(self.shape), codec.encode(self.names)
        return b'"shape":%b,"migrated":%b' % (shape, names)

    def pending(self, migrated: Sequence[str]) -> tuple[Migration, ...]:
        """What has still to be run; raises CodecError if other ones were run before."""
        done = len(migrated)
        if self.names[:done] == list(migrated):
            return self.migrations[done:]
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

    def run(self, old: Plain, pending: Sequence[Migration]) -> dict[str, Any]:
        """What migrations make of an old state; raises CodecError."""
        state = old.state()
        for one in pending:
            try:
                made: object = one(state)
            except Exception as error:
                raise CodecError(
                    f"the migration {one.__name__} failed: {error!r}"
                ) from error
            if not isinstance(made, dict):
                kind = type(made).__name__
                raise CodecError(
                    f"the migration {one.__name__} gave no dict but a {kind}"
                )
            state = made
        self._complete(old, state)
        return self._listed(state)

    def _complete(self, old: Plain, state: Mapping[str, Any]) -> None:
        fields = self.shape["state"]
        for name in old.names():
            if name in fields and name not in state:
                raise CodecError(f"the migrations dropped {name}, which there still is")
        for name, value in state.items():
            if name not in fields:
                raise CodecError(f"the migrations gave {name}, which there is not")
            for extra in self._extra(fields[name]["type"], value, name):
                raise CodecError(f"the migrations gave {extra}, which there is not")

    def _extra(self, kind: Type, value: Any, place: str) -> Iterator[str]:
        """Members of objects that reading them would drop without a word."""
        if value is None:
            return
        if isinstance(kind, str):
            defined = self.shape["types"].get(kind, {})
            fields = defined.get("record")
            if "union" in defined and isinstance(value, dict):
                fields = defined["union"].get(value.get(_TAG), {})
            if fields is None or not isinstance(value, dict):
                return
            tag = {_TAG} if "union" in defined else set()
            for name in value.keys() - fields.keys() - tag:
                yield f"{place}.{name}"
            for name in value.keys() & fields.keys():
                yield from self._extra(fields[name]["type"], value[name], name)
            return
        ((constructor, inner),) = kind.items()
        if constructor == OPTIONAL:
            yield from self._extra(inner[0], value, place)
        elif constructor == "map":
            pairs = value.items() if isinstance(value, dict) else value
            for pair in pairs:
                for one, part in zip(inner, pair, strict=False):
                    yield from self._extra(one, part, place)
        elif constructor in ("list", "set", "tuple") and isinstance(value, list):
            for number, item in enumerate(value):
                at = inner[number % len(inner)]
                yield from self._extra(at, item, place)

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
    """A state of an earlier program, as data: its snapshot, and then lines."""

    def __init__(self, shape: Shape, fields: Mapping[str, msgspec.Raw]) -> None:
        self._shape = shape
        self._fields: dict[str, bytes] = {}
        self._maps: dict[str, dict[bytes, tuple[bytes, bytes]]] = {}
        for name, raw in fields.items():
            self._put(name, raw)

    def apply(self, line: Line) -> None:
        """Do to the state what a line says."""
        for name, raw in line.fields.items():
            self._put(name, raw)
        for name, steps in line.maps.items():
            owned = self._maps.setdefault(name, {})
            for step in steps:
                key = bytes(step[0])
                if len(step) == 1:
                    owned.pop(key, None)
                else:
                    owned[key] = key, bytes(step[1])

    def names(self) -> list[str]:
        """The fields that have a value."""
        return [*self._fields, *self._maps]

    def state(self) -> dict[str, Any]:
        """All fields. A map with strings as keys is a dict, any other a list of pairs."""
        made = {name: json.loads(raw) for name, raw in self._fields.items()}
        for name, pairs in self._maps.items():
            listed = [[json.loads(k), json.loads(v)] for k, v in pairs.values()]
            texts = all(isinstance(key, str) for key, _ in listed)
            as_dict = texts and self._has_text_keys(name)
            made[name] = dict(listed) if as_dict else listed
        return made

    def _has_text_keys(self, name: str) -> bool:
        kind = self._shape["state"].get(name, {}).get("type")
        kind = _without_optional(kind)
        key = kind["map"][0] if isinstance(kind, Mapping) and "map" in kind else None
        # An enumeration is written as its name, so it is a text as well.
        defined = self._shape["types"].get(key, {}) if isinstance(key, str) else {}
        return isinstance(key, str) and (not defined or "enum" in defined)

    def _put(self, name: str, raw: msgspec.Raw) -> None:
        body = bytes(raw)
        if body == b"null" or not _is_map(self._shape, name):
            self._maps.pop(name, None)
            self._fields[name] = body
            return
        self._fields.pop(name, None)
        pairs = msgspec.json.decode(body, type=list[tuple[msgspec.Raw, msgspec.Raw]])
        self._maps[name] = {bytes(k): (bytes(k), bytes(v)) for k, v in pairs}


def _is_map(shape: Shape, name: str) -> bool:
    kind = _without_optional(shape["state"].get(name, {}).get("type"))
    return isinstance(kind, Mapping) and "map" in kind


def _without_optional(kind: Any) -> Any:
    if isinstance(kind, Mapping) and OPTIONAL in kind:
        return kind[OPTIONAL][0]
    return kind
