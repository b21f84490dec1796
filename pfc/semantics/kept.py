"""What a reactor with a journal keeps has to have a form that can be read again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from pfc.ir import declarations as d
from pfc.ir import statements as s
from pfc.ir import types as t
from pfc.ir.program import Program
from pfc.ir.walk import nodes
from pfc.semantics.world import World
from pfc.span import Span

# Values of these go through JSON as names of members.
_KEYS: Final = frozenset(
    "Int Float Decimal String Bytes Uuid Path Url Date Time Instant Duration".split()
)
_PASSING: Final = frozenset("Upload Download Calendar".split())

_KEYS_OF: Final = "the keys of a map inside other data"
_INSTEAD: Final = "make it a list of records, or a map that is a field of the state"

Arguments = Mapping[str, t.Type]


def check_kept(program: Program, world: World) -> None:
    """Reports what the journals of reactors cannot hold (PF265)."""
    for declaration in program.by_id.values():
        if isinstance(declaration, d.Reactor) and declaration.journal is not None:
            _Journal(program, world, declaration).check()


def why_not_kept(program: Program, type_: t.Type) -> str | None:
    """Why values of a type cannot be kept; none if they can."""
    return next(_Forms(program).problems(type_, {}), None)


class _Journal:
    def __init__(self, program: Program, world: World, reactor: d.Reactor) -> None:
        self.program = program
        self.world = world
        self.reactor = reactor

    def check(self) -> None:
        for field in self.reactor.state:
            base = t.base_of(field.type)
            inner = t.base_of(base.item) if isinstance(base, t.OptionalType) else base
            # The keys of a map that is a field of the state may be of any type.
            parts = (
                (inner.key, inner.value)
                if isinstance(inner, t.MapType)
                else (field.type,)
            )
            for part in parts:
                self._type(part, field.span, f"the state's `{field.name}`")
        for handler in self.reactor.handlers:
            self._sent(handler)

    def _sent(self, handler: d.Handler) -> None:
        intent = self.program.by_id.get(handler.intent)
        if not isinstance(intent, d.Intent):
            return
        for call in intent.performs:
            self._declared(call.effect, call.span, "performed")
        sends = False
        for node in nodes(handler.body):
            if isinstance(node, s.Emit):
                self._declared(node.event.id, node.span, "emitted")
            elif isinstance(node, s.Send):
                sends = True
                self._declared(node.intent.id, node.span, "sent")
        if sends and intent.context is not None:
            self._declared(intent.context, handler.head_span, "sent along")

    def _declared(self, id_: str, span: Span, how: str) -> None:
        found = self.program.by_id.get(id_)
        if isinstance(found, d.Effect):
            members = found.parameters
        elif isinstance(found, d.Intent | d.Event | d.Context):
            members = found.fields
        else:
            return
        for member in members:
            what = f"`{member.name}` of `{found.name}`, which is {how},"
            self._type(member.type, span, what)

    def _type(self, type_: t.Type, span: Span, what: str) -> None:
        why = why_not_kept(self.program, type_)
        if why is not None:
            notes = [_INSTEAD] if why.startswith(_KEYS_OF) else []
            name = self.reactor.name
            self.world.report(
                "PF265", span, notes=notes, reactor=name, what=what, why=why
            )


class _Forms:
    def __init__(self, program: Program) -> None:
        self.program = program
        self._seen: set[object] = set()

    def problems(self, type_: t.Type, given: Arguments) -> Iterator[str]:
        """Why a value cannot be kept; nothing if it can."""
        match t.base_of(type_):
            case t.Primitive(name) if name in _PASSING:
                yield f"a {name} passes by and cannot be kept"
            case t.FunctionType():
                yield "a function cannot be kept"
            case t.Variable(name):
                yield from self.problems(given[name], {}) if name in given else ()
            case t.MapType(key, value):
                if not self._is_key(key, given):
                    yield f"{_KEYS_OF} cannot be `{t.show(key)}`"
                yield from self.problems(value, given)
            case t.ListType(item) | t.SetType(item) | t.OptionalType(item):
                yield from self.problems(item, given)
            case t.PageType(item):
                yield from self.problems(item, given)
            case t.ResultType(one, other) | t.PairType(one, other):
                yield from self.problems(one, given)
                yield from self.problems(other, given)
            case t.RecordType() | t.UnionType() as named:
                yield from self._members(named, given)

    def _members(
        self, type_: t.RecordType | t.UnionType, given: Arguments
    ) -> Iterator[str]:
        arguments = tuple(_filled(one, given) for one in type_.arguments)
        if (type_.id, arguments) in self._seen:
            return
        self._seen.add((type_.id, arguments))
        found = self.program.by_id.get(type_.id)
        if isinstance(found, d.Record):
            inner = dict(zip(found.generics, arguments, strict=False))
            for field in found.fields:
                yield from self.problems(field.type, inner)
        elif isinstance(found, d.UnionDecl):
            inner = dict(zip(found.generics, arguments, strict=False))
            for variant in found.variants:
                for field in variant.fields:
                    yield from self.problems(field.type, inner)

    def _is_key(self, type_: t.Type, given: Arguments) -> bool:
        match t.base_of(type_):
            case t.Primitive(name):
                return name in _KEYS
            case t.Variable(name):
                return name not in given or self._is_key(given[name], {})
            case t.UnionType(id=id_):
                found = self.program.by_id.get(id_)
                return isinstance(found, d.UnionDecl) and found.is_enumeration
        return isinstance(type_, t.Unknown)


def _filled(type_: t.Type, given: Arguments) -> t.Type:
    if isinstance(type_, t.Variable):
        return given.get(type_.name, type_)
    return type_
