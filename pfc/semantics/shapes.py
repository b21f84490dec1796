"""The shapes of what reactors with journals keep, from the typed program."""

from __future__ import annotations

from collections.abc import Mapping
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


def shapes(program: Program) -> dict[str, Shape]:
    """The shape of each reactor's state that is kept in a journal, by the reactor's id."""
    return {
        declaration.id: _Shaper(program, declaration).shape()
        for declaration in program.by_id.values()
        if isinstance(declaration, d.Reactor) and declaration.journal is not None
    }


class _Shaper:
    def __init__(self, program: Program, reactor: d.Reactor) -> None:
        self.program = program
        self.reactor = reactor
        self.types: dict[str, Any] = {}

    def shape(self) -> Shape:
        made: dict[str, Any] = {"state": self._fields(self.reactor.state, {})}
        if always := self._conditions(self.reactor.always):
            made["where"] = always
        made["types"] = self.types
        return made

    def _fields(
        self, fields: tuple[d.Field, ...], given: Arguments
    ) -> dict[str, dict[str, Any]]:
        made: dict[str, dict[str, Any]] = {}
        for field in fields:
            entry = made[field.name] = {"type": self._type(field.type, given)}
            if field.default is not None:
                entry["default"] = True
            if where := self._demanded(field.refinement):
                entry["where"] = where
        return made

    def _type(self, kind: t.Type, given: Arguments) -> Any:
        match kind:
            case t.Variable(name):
                return self._type(given[name], {}) if name in given else name
            case t.OptionalType(item):
                return {OPTIONAL: [self._type(item, given)]}
            case t.ListType(item):
                return {"List": [self._type(item, given)]}
            case t.SetType(item):
                return {"Set": [self._type(item, given)]}
            case t.PageType(item):
                return {"Page": [self._type(item, given)]}
            case t.MapType(one, other):
                return {"Map": [self._type(one, given), self._type(other, given)]}
            case t.ResultType(one, other):
                return {"Result": [self._type(one, given), self._type(other, given)]}
            case t.PairType(one, other):
                return {"Pair": [self._type(one, given), self._type(other, given)]}
            case t.RefinedType(id_, base):
                return self._refined(id_, base)
            case t.RecordType(id_, arguments) | t.UnionType(id_, arguments):
                return self._declared(id_, [_filled(one, given) for one in arguments])
        return t.show(kind)

    def _refined(self, id_: str, base: t.Type) -> str:
        found = self.program.by_id.get(id_)
        made: dict[str, Any] = {"refined": self._type(base, {})}
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
            made["record"] = self._fields(found.fields, given)
            if always := self._conditions(found.always):
                made["where"] = always
        elif isinstance(found, d.UnionDecl) and found.is_enumeration:
            made["enum"] = [one.name for one in found.variants]
        elif isinstance(found, d.UnionDecl):
            given = dict(zip(found.generics, arguments, strict=False))
            made["union"] = {
                one.name: self._fields(one.fields, given) for one in found.variants
            }
        return name

    def _demanded(self, refinement: d.Refinement | None) -> list[str]:
        if refinement is None:
            return []
        made = [] if refinement.under is None else [f'under "{refinement.under}"']
        where = refinement.where
        return made if where is None else [*made, *self._conditions((where,))]

    def _conditions(self, conditions: tuple[x.Expr, ...]) -> list[str]:
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
