"""What can be named at a place, what is known of it, and what may be done there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pfc.ir.expressions import Caller, Expr, FieldOf, Local, Symbol
from pfc.ir.types import DeclId, Type
from pfc.semantics.world import ModuleInfo

Place = tuple[Symbol | None, tuple[str, ...]]
"""A symbol (none: the caller) and a path of fields of it: what narrowing is about."""


@dataclass(frozen=True)
class Setting:
    """What a body may do. `name` is how messages call it."""

    name: str
    pure: bool = False
    clock: bool = True
    configs: bool = True
    caller: DeclId | None = None
    caller_reason: str = "nobody sends this"
    reactor: DeclId | None = None
    context: DeclId | None = None
    fields_of_caller: bool = False
    intents_are_values: bool = False
    interpolates: bool = True


@dataclass
class Scope:
    """Names in force, innermost last. Children see the parent; changes stay inside."""

    module: ModuleInfo
    setting: Setting
    names: dict[str, Symbol] = field(default_factory=dict)
    narrowed: dict[Place, Type] = field(default_factory=dict)
    it: Symbol | None = None
    generics: frozenset[str] = frozenset()

    def child(self) -> Scope:
        """A scope inside this one."""
        return replace(self, names=dict(self.names), narrowed=dict(self.narrowed))

    def bind(self, symbol: Symbol) -> None:
        """Makes a name known; it shadows an earlier one."""
        if symbol.name != "_":
            self.names[symbol.name] = symbol

    def narrow(self, facts: dict[Place, Type]) -> Scope:
        """A scope inside this one where more is known."""
        inner = self.child()
        inner.narrowed.update(facts)
        return inner

    def type_of(self, place: Place, declared: Type) -> Type:
        """The type of a place as far as it is known here."""
        return self.narrowed.get(place, declared)

    def symbols(self) -> Iterator[str]:
        yield from self.names


def place_of(value: Expr) -> Place | None:
    """The place that an expression reads, if it is one that cannot change."""
    path: list[str] = []
    while isinstance(value, FieldOf):
        path.append(value.name)
        value = value.value
    if isinstance(value, Local):
        return value.symbol, tuple(reversed(path))
    if isinstance(value, Caller):
        return None, tuple(reversed(path))
    return None
