"""Records and unions of which no value can ever be finished."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from pfc.ir.types import (
    RecordType,
    RefinedType,
    ResultType,
    Type,
    UnionType,
    Variable,
)
from pfc.semantics.open_types import inside
from pfc.semantics.signatures import Signatures
from pfc.semantics.world import Entity

_NAMES_SHOWN: Final = 8


class Endless:
    """Finds them among the data types of a program.

    A record can be finished if all its fields can, a union if one variant can. What
    stands for a type parameter matters where a value of it is always needed.
    """

    def __init__(self, signatures: Signatures, entities: Iterable[Entity]) -> None:
        self._signatures = signatures
        self._entities = {entity.id: entity for entity in entities}
        self._shapes = {id_: self._ways(e) for id_, e in self._entities.items()}
        self._users: dict[str, list[str]] = {id_: [] for id_ in self._entities}
        for id_, ways in self._shapes.items():
            for type_ in (type_ for way in ways for type_ in way):
                for each in inside(type_):
                    if isinstance(each, RecordType | UnionType):
                        self._users.setdefault(each.id, []).append(id_)
        self._needed: dict[str, frozenset[str]] = {}
        self._until_stable(self._learn_needed)
        self._finite: set[str] = set()
        self._until_stable(self._learn_finite)

    def found(self) -> Iterator[tuple[Entity, str]]:
        """Each endless type, and the way from it back to itself."""
        for id_, entity in self._entities.items():
            if id_ not in self._finite:
                yield entity, self._cycle(id_)

    def _ways(self, entity: Entity) -> list[list[Type]]:
        """The types that a value is made of; for a union, of each variant."""
        if entity.kind == "record":
            return [[field.type for field in self._signatures.fields(entity)]]
        return [
            [field.type for field in self._signatures.variant(entity, name) or ()]
            for name in self._signatures.variants(entity)
        ] or [[]]

    def _until_stable(self, learn: Callable[[str], bool]) -> None:
        pending = list(self._entities)
        waiting = set(pending)
        while pending:
            id_ = pending.pop()
            waiting.discard(id_)
            if learn(id_):
                for user in self._users[id_]:
                    if user not in waiting:
                        waiting.add(user)
                        pending.append(user)

    def _learn_needed(self, id_: str) -> bool:
        """Which type parameters a value always needs a value of."""
        ways = [
            frozenset(name for type_ in way for name in self._variables(type_))
            for way in self._shapes[id_]
        ]
        needed = frozenset.intersection(*ways)
        changed = needed != self._needed.get(id_, frozenset())
        self._needed[id_] = needed
        return changed

    def _variables(self, type_: Type) -> frozenset[str]:
        while isinstance(type_, RefinedType):
            type_ = type_.base
        match type_:
            case Variable(name):
                return frozenset((name,))
            case ResultType(value, error):
                return self._variables(value) & self._variables(error)
            case RecordType() | UnionType():
                found = (self._variables(each) for each in self._needs(type_))
                return frozenset().union(*found)
        return frozenset()

    def _needs(self, type_: RecordType | UnionType) -> list[Type]:
        """The arguments of which a value of the type always needs one."""
        entity = self._entities.get(type_.id)
        if entity is None or not type_.arguments:
            return []
        names = self._signatures.generics(entity)
        needed = self._needed.get(type_.id, frozenset())
        pairs = zip(names, type_.arguments, strict=False)
        return [argument for name, argument in pairs if name in needed]

    def _learn_finite(self, id_: str) -> bool:
        ways = self._shapes[id_]
        if id_ in self._finite or not any(all(map(self._ends, way)) for way in ways):
            return False
        self._finite.add(id_)
        return True

    def _ends(self, type_: Type) -> bool:
        """Whether a value of the type can be finished, given the types that can."""
        return self._blocking(type_) is None

    def _blocking(self, type_: Type) -> str | None:
        """The endless type that a value of a type always needs, if there is one."""
        while isinstance(type_, RefinedType):
            type_ = type_.base
        if isinstance(type_, ResultType):
            first, second = self._blocking(type_.value), self._blocking(type_.error)
            return None if second is None else first
        if not isinstance(type_, RecordType | UnionType):
            return None
        if type_.id in self._entities and type_.id not in self._finite:
            return type_.id
        found = (self._blocking(each) for each in self._needs(type_))
        return next((each for each in found if each is not None), None)

    def _cycle(self, id_: str) -> str:
        names = [self._entities[id_].name]
        seen = {id_}
        current = id_
        while len(names) < _NAMES_SHOWN:
            parts = (type_ for way in self._shapes[current] for type_ in way)
            blocked = (self._blocking(type_) for type_ in parts)
            following = next((each for each in blocked if each is not None), None)
            if following is None:
                return " → ".join(names)
            names.append(self._entities[following].name)
            if following in seen:
                return " → ".join(names)
            seen.add(following)
            current = following
        return " → ".join([*names, "…"])
