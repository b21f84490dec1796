"""Types and names at random, and which of them fit where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Final

from tests.differential.evaluator.types import Type
from tests.differential.generator import words
from tests.differential.generator.declarations import (
    BOOL,
    BYTES,
    DATE,
    DECIMAL,
    DURATION,
    FLOAT,
    INSTANT,
    INT,
    PATH,
    STRING,
    TIME,
    RecordOf,
    UnionOf,
    World,
    list_of,
    map_of,
    optional,
)
from tests.differential.generator.samples import Samples
from tests.differential.generator.terms import (
    Term,
)

Scope = Mapping[str, Type]
ORDERED: Final = (INT, DECIMAL, STRING, DURATION, DATE, FLOAT)
NUMBERS: Final = (INT, DECIMAL, FLOAT)
KEYS: Final = (INT, STRING, BOOL, DATE, DURATION)
SORTED: Final = (INT, STRING, DATE, DURATION)
_PLAIN: Final = (FLOAT, DURATION, DATE, BYTES, PATH, TIME)
_ALLOWED: Final = {"O": ORDERED, "N": NUMBERS, "S": SORTED}
FREE: Final = frozenset("A B C K O N E S".split())


class Stuck(Exception):
    """There is no such expression here."""


class Drawing:
    """Draws types and names; knows what is in sight."""

    def __init__(self, random: Random, world: World) -> None:
        self.random = random
        self.world = world
        self.samples = Samples(random, world)
        self.names = list(words.ORDINARY)
        self.focus = ""
        """What many of the templates that are chosen hold."""
        self.palette: list[Type] = []
        """The types of most values: few, so that there is much to do with each."""

    def plain_type(self) -> Type:
        return self.random.choice(
            (INT, INT, INT, STRING, STRING, BOOL, DECIMAL, DECIMAL, *_PLAIN)
        )

    def any_type(self, depth: int = 1) -> Type:
        """A type of the program; never an Instant, which no literal makes."""
        if self.palette and self.random.random() < 0.75:
            return self.random.choice(self.palette)
        draw = self.random.random()
        if depth <= 0 or draw < 0.45:
            return self.plain_type()
        if draw < 0.7 and (self.world.records or self.world.unions):
            return self.declared_type(depth)
        if draw < 0.8:
            return list_of(self.any_type(depth - 1))
        if draw < 0.85:
            return map_of(self.key_type(), self.any_type(depth - 1))
        if draw < 0.88:
            return Type("Set", (self.key_type(),))
        if draw < 0.92:
            return Type("Result", (self.any_type(depth - 1), STRING))
        return optional(self.any_type(depth - 1))

    def declared_type(self, depth: int) -> Type:
        owners: list[RecordOf | UnionOf] = [
            *self.world.records.values(),
            *self.world.unions.values(),
        ]
        owner = self.random.choice(owners)
        arguments = tuple(self.any_type(depth - 1) for _ in owner.generics)
        return Type(owner.name, arguments)

    def key_type(self) -> Type:
        enumerations = [
            Type(union.name)
            for union in self.world.unions.values()
            if union.is_enumeration
        ]
        return self.random.choice((*KEYS, *enumerations))

    def _seen(self, scope: Scope) -> Iterator[Type]:
        """The types of what is in sight, and of what is inside of it."""
        for _, type_ in self._places(scope):
            yield Type(type_.name, type_.arguments)
            yield from type_.arguments

    def _check_letter(self, letter: str, type_: Type) -> None:
        if not self._may_be(letter, type_):
            raise Stuck

    def _may_be(self, letter: str, type_: Type) -> bool:
        if type_.name in self.world.refined or type_.optional or has_instant(type_):
            return False
        is_enumeration = (
            type_.name in self.world.unions
            and self.world.unions[type_.name].is_enumeration
        )
        if letter == "K":
            return type_ in KEYS or is_enumeration
        return letter not in _ALLOWED or type_ in _ALLOWED[letter]

    def _choose(self, binding: dict[str, Type], scope: Scope) -> None:
        """Types for the letters that nothing is known of yet: often those in sight."""
        seen = list(self._seen(scope))
        for letter in "ABCKONES":
            if letter in binding:
                self._check_letter(letter, binding[letter])
                continue
            fitting = [each for each in seen if self._may_be(letter, each)]
            if fitting and self.random.random() < 0.8:
                binding[letter] = self.random.choice(fitting)
            elif letter == "K":
                binding[letter] = self.key_type()
            elif letter in _ALLOWED:
                binding[letter] = self.random.choice(_ALLOWED[letter])
            else:
                chosen = self.any_type(1)
                binding[letter] = Type(chosen.name, chosen.arguments)

    def fresh_name(self, scope: Scope, *, shadow: bool = False) -> str:
        """A name; one that is in sight only if it may be `shadow`ed."""
        while True:
            name = self.random.choice(self.names)
            if name not in scope or (shadow and self.random.random() < 0.3):
                return name

    def _places(self, scope: Scope) -> list[tuple[str, Type]]:
        found = [(written(name), type_) for name, type_ in scope.items()]
        for path, type_ in list(found):
            if type_.optional:
                continue
            for member, kind in self.world.members(type_):
                found.append((f"{path}.{written(member.name)}", kind))
        return found

    def _fits(self, have: Type, wanted: Type, *, known: bool) -> bool:
        if have == wanted:
            return True
        if not known:
            return False
        if wanted.optional and not have.optional:
            wanted = Type(wanted.name, wanted.arguments)
        return have == wanted or self.world.base(have) == wanted

    def _is_own(self, type_: Type) -> bool:
        declared = (*self.world.refined, *self.world.records, *self.world.unions)
        return type_.name in declared or any(map(self._is_own, type_.arguments))


def has_instant(type_: Type) -> bool:
    """Whether an Instant is part of the type: no literal makes one."""
    return type_ == INSTANT or any(map(has_instant, type_.arguments))


def written(name: str) -> str:
    """A name as it stands in the source."""
    return name


def found_variable(term: Term) -> bool:
    """Whether a term reads anything: it holds a word that is no literal."""
    return not term.constant and any(
        isinstance(part, str) and part[:1].isalpha() and part not in _CONSTANTS
        for each in term.walk()
        for part in each.parts
    )


def is_form(term: Term) -> bool:
    """Whether each branch of it is held to the type that is expected."""
    first = term.parts[0]
    return isinstance(first, str) and first.startswith(("if ", "match "))


def unify(pattern: Type, type_: Type, binding: dict[str, Type]) -> bool:
    """Whether a type with letters can be the type; learns what the letters are."""
    if pattern.optional and not type_.optional:
        return False
    if pattern.optional:
        pattern = Type(pattern.name, pattern.arguments)
        type_ = Type(type_.name, type_.arguments)
    if pattern.name in FREE or (len(pattern.name) == 1 and not pattern.arguments):
        known = binding.setdefault(pattern.name, type_)
        return known == type_
    if pattern.name != type_.name or pattern.optional != type_.optional:
        return False
    return len(pattern.arguments) == len(type_.arguments) and all(
        unify(one, other, binding)
        for one, other in zip(pattern.arguments, type_.arguments, strict=True)
    )


_CONSTANTS: Final = ("none", "true", "false")
