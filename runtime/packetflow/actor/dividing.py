"""Which parts of reactors' states belong to which of their successors."""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias, Union, final, get_args, get_origin

import msgspec

from packetflow import codec
from packetflow.actor.journal import Schema
from packetflow.actor.reactor import AnyReactor, State
from packetflow.actor.stable import stable_hash
from packetflow.codec import CodecError

Data: TypeAlias = dict[str, Any]
"""A state as JSON data."""

Divide: TypeAlias = Callable[
    [list[Data], int, Callable[[Any], int]], Sequence[Mapping[str, Any]]
]
"""From the old states, how many there are to be, and whose a key is, to the new states."""

# Keys that lie where they belong by chance are rarer than 1 in 2 to this power.
_BITS: Final = 20


class Undecided(ValueError):
    """Nobody can tell how a state is to be divided."""


@final
class Division:
    """How the states of one reactor are divided anew.

    `count` is how many there are to be, `before` how many there were; `key` is the type
    of what they are told apart by, None if they never were.
    """

    def __init__(
        self,
        reactor: type[AnyReactor],
        schema: Schema,
        before: int,
        count: int,
        key: Any,
    ) -> None:
        self._reactor = reactor
        self._schema = schema
        self._before = before
        self._count = count
        self._key = key

    def place(self, key: object) -> int:
        """Whose a key is, the key being JSON data."""
        made = codec.decode(codec.encode(key), self._key, "a key")
        return stable_hash(made) % self._count

    def by_fields(
        self, states: Sequence[State], named: frozenset[str]
    ) -> list[dict[str, Any]]:
        """The new fields: maps of keys are divided, what is as at the start stays so.

        `named` are the fields that are said to be maps of keys. Raises Undecided for
        anything else.
        """
        made: list[dict[str, Any]] = [{} for _ in range(self._count)]
        unknown = named - self._schema.types.keys()
        if unknown:
            raise Undecided(f"{self._reactor.name} has no field {min(unknown)}")
        for name in self._schema.types:
            values = [getattr(state, name) for state in states]
            first = getattr(self._reactor.state_type(), name)
            if name not in named and all(value == first for value in values):
                parts: list[Any] = [
                    dict(first) if isinstance(first, dict) else first for _ in made
                ]
            else:
                parts = self._divided(name, values, is_named=name in named)
            for fields, part in zip(made, parts, strict=True):
                fields[name] = part
        return made

    def _divided(self, name: str, values: list[Any], *, is_named: bool) -> list[Any]:
        what = f"{self._reactor.name}: `{name}`"
        pair = self._schema.pairs.get(name)
        if pair is None or None in values:
            raise Undecided(
                f"{what} is no map of keys, so nobody but you can tell which part of it "
                "belongs where: give a function"
            )
        if self._count == 1:
            return [self._merged(what, values)]
        if bare(pair.key) != bare(self._key):
            raise Undecided(
                f"{what} is a map whose keys are of another type than what the reactors "
                "are told apart by: give a function"
            )
        wrong = self._misplaced(values)
        if wrong is not None:
            raise Undecided(
                f"{what} is no map of keys: {wrong!r} is not in the part that it would "
                "belong to: give a function"
            )
        if not is_named and not self._is_sure(values):
            raise Undecided(
                f"{what} may be a map of keys, or of something else of that type: say "
                "that it is one, or give a function"
            )
        parts: list[Any] = [{} for _ in range(self._count)]
        for value in values:
            for key, one in value.items():
                parts[stable_hash(key) % self._count][key] = one
        return parts

    def _merged(self, what: str, values: list[Any]) -> Any:
        merged: dict[Any, Any] = {}
        for value in values:
            if twice := merged.keys() & value.keys():
                raise Undecided(
                    f"{what} has {next(iter(twice))!r} in two parts: give a function"
                )
            merged |= value
        return merged

    def _misplaced(self, values: list[Any]) -> object:
        if self._before > 1:
            for number, value in enumerate(values):
                for key in value:
                    if stable_hash(key) % self._before != number:
                        return key
        return None

    def _is_sure(self, values: list[Any]) -> bool:
        """Whether so many keys lie where they belong that it is no chance."""
        return (self._before - 1).bit_length() * sum(map(len, values)) >= _BITS

    def by_function(
        self, states: Sequence[State], divide: Divide
    ) -> list[dict[str, Any]]:
        """The new fields as a function divides them; raises Undecided and CodecError."""
        old = [self._data(state) for state in states]
        try:
            made = list(divide(old, self._count, self.place))
        except Exception as error:
            name = getattr(divide, "__name__", "the function")
            raise Undecided(f"{name} failed: {error!r}") from error
        if len(made) != self._count:
            raise Undecided(
                f"{self._count} states are needed, and there are {len(made)}"
            )
        return [self._fields(one) for one in made]

    def _data(self, state: State) -> Data:
        made: Data = json.loads(codec.encode(state))
        for name, pair in self._schema.pairs.items():
            value = getattr(state, name)
            if value is not None and bare(pair.key) is not str:
                made[name] = json.loads(codec.encode(list(value.items())))
        return made

    def _fields(self, data: Mapping[str, Any]) -> dict[str, Any]:
        odd = data.keys() ^ self._schema.types.keys()
        if odd:
            raise Undecided(
                f"{self._reactor.name} has the fields {', '.join(self._schema.types)}, "
                f"and the function gave {', '.join(data)}"
            )
        return {
            name: self._schema.value(
                name, msgspec.Raw(codec.encode(self._listed(value)))
            )
            if name in self._schema.pairs and isinstance(value, dict)
            else self._schema.value(name, msgspec.Raw(codec.encode(value)))
            for name, value in data.items()
        }

    def _listed(self, value: Mapping[Any, Any]) -> list[Any]:
        return [list(pair) for pair in value.items()]


def key_type(reactor: type[AnyReactor], by: str) -> Any:
    """The type of the field that tells reactors apart; raises CodecError."""
    for handler in reactor.handlers:
        for field in msgspec.structs.fields(handler.intent):
            if field.name == by:
                return field.type
    raise CodecError(f"no intent of {reactor.name} has a field {by}")


def bare(kind: Any) -> Any:
    """A type without its conditions; of an optional one, what there may be."""
    if get_origin(kind) in (Union, types.UnionType):
        some = [one for one in get_args(kind) if one is not type(None)]
        return bare(some[0]) if len(some) == 1 else kind
    if hasattr(kind, "__metadata__"):
        return bare(kind.__origin__)
    return getattr(kind, "__supertype__", kind)
