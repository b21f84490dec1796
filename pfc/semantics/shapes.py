"""The shapes of what outlives a process, from the typed program: state and messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from packetflow.shape import OPTIONAL, Shape
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir import types as t
from pfc.ir.program import Program
from pfc.span import Span

Arguments = Mapping[str, t.Type]

# An `and` inside of these is not one of the condition itself.
_AROUND: Final = (" or ", "not ", "if ", "(", '"')


def durable(program: Program) -> Iterator[d.Reactor]:
    """The reactors that keep a journal."""
    for declaration in program.by_id.values():
        if isinstance(declaration, d.Reactor) and declaration.journal is not None:
            yield declaration


def shapes(program: Program) -> dict[str, Shape]:
    """The shape of each reactor's state that is kept in a journal, by the reactor's id."""
    return {one.id: state_shape(Shaper(program), one) for one in durable(program)}


def state_shape(shaper: Shaper, reactor: d.Reactor) -> Shape:
    """The shape of a reactor's state, and of all types that a new shaper meets in it."""
    made: dict[str, Any] = {"state": shaper.fields(reactor.state)}
    if always := shaper.conditions(reactor.always):
        made["where"] = always
    made["types"] = shaper.types
    return made


class Shaper:
    """Makes shapes; `types` are those that were met, `places` where they stand."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.types: dict[str, Any] = {}
        self.places: dict[str, Span] = {}

    def fields(
        self, fields: tuple[d.Field, ...], given: Arguments | None = None
    ) -> dict[str, dict[str, Any]]:
        """The shapes of fields, by their names."""
        made: dict[str, dict[str, Any]] = {}
        for field in fields:
            entry = made[field.name] = {"type": self.type(field.type, given or {})}
            if field.default is not None:
                entry["default"] = True
            if where := self._demanded(field.refinement):
                entry["where"] = where
        return made

    def type(self, kind: t.Type, given: Arguments) -> Any:
        """The shape of a type; what it is made of is noted in `types`."""
        match kind:
            case t.Variable(name):
                return self.type(given[name], {}) if name in given else name
            case t.OptionalType(item):
                return {OPTIONAL: [self.type(item, given)]}
            case t.ListType(item):
                return {"List": [self.type(item, given)]}
            case t.SetType(item):
                return {"Set": [self.type(item, given)]}
            case t.PageType(item):
                return {"Page": [self.type(item, given)]}
            case t.MapType(one, other):
                return {"Map": [self.type(one, given), self.type(other, given)]}
            case t.ResultType(one, other):
                return {"Result": [self.type(one, given), self.type(other, given)]}
            case t.PairType(one, other):
                return {"Pair": [self.type(one, given), self.type(other, given)]}
            case t.RefinedType(id_, base):
                return self._refined(id_, base)
            case t.RecordType(id_, arguments) | t.UnionType(id_, arguments):
                return self._declared(id_, [_filled(one, given) for one in arguments])
        return t.show(kind)

    def _refined(self, id_: str, base: t.Type) -> str:
        found = self.program.by_id.get(id_)
        made: dict[str, Any] = {"refined": self.type(base, {})}
        if isinstance(found, d.Refined) and (where := self._demanded(found.refinement)):
            made["where"] = where
        self.types[id_] = made
        return id_

    def _declared(self, id_: str, arguments: list[t.Type]) -> str:
        inside = f"[{', '.join(map(t.show, arguments))}]" if arguments else ""
        name = f"{id_}{inside}"
        if name in self.types:
            return name
        made = self.types[name] = {}  # before the fields: they may lead back here
        found = self.program.by_id.get(id_)
        if isinstance(found, d.Record):
            given = dict(zip(found.generics, arguments, strict=False))
            made["record"] = self.fields(found.fields, given)
            if always := self.conditions(found.always):
                made["where"] = always
            self._stands(found, found.fields)
        elif isinstance(found, d.UnionDecl):
            self._stands(found, found.variants)
            if found.is_enumeration:
                made["enum"] = [one.name for one in found.variants]
                return name
            given = dict(zip(found.generics, arguments, strict=False))
            made["union"] = {
                one.name: self.fields(one.fields, given) for one in found.variants
            }
        return name

    def _stands(
        self,
        owner: d.Record | d.UnionDecl,
        members: tuple[d.Field, ...] | tuple[d.Variant, ...],
    ) -> None:
        for one in members:
            self.places[f"{owner.name}.{one.name}"] = one.span

    def _demanded(self, refinement: d.Refinement | None) -> list[str]:
        if refinement is None:
            return []
        made = [] if refinement.under is None else [f'under "{refinement.under}"']
        where = refinement.where
        return made if where is None else [*made, *self.conditions((where,))]

    def conditions(self, conditions: tuple[x.Expr, ...]) -> list[str]:
        """Conditions as they are written, each part of an `and` for itself."""
        made: list[str] = []
        for one in conditions:
            text = " ".join(self._text(one.span).split())
            whole = any(word in text for word in _AROUND)
            made += [text] if whole else text.split(" and ")
        return made

    def _text(self, span: Span) -> str:
        modules = self.program.modules.values()
        source = next((m.source for m in modules if m.path == span.path), "")
        return source[span.start : span.end]


def _filled(kind: t.Type, given: Arguments) -> t.Type:
    if isinstance(kind, t.Variable):
        return given.get(kind.name, kind)
    return kind
