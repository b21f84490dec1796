"""What every part of the walk over one program shares."""

from __future__ import annotations

from functools import cached_property

from pfc.authority.bounds import TypeBounds
from pfc.authority.facts import Fact
from pfc.authority.kinds import Kinds
from pfc.authority.nodes import Functions
from pfc.authority.terms import Const, Derived, Sym, Term
from pfc.authority.trace import Rebound, Trace
from pfc.ir import declarations as d
from pfc.ir import durable as l
from pfc.ir import expressions as e
from pfc.ir.program import Program
from pfc.ir.types import DeclId, Type, base_of
from pfc.span import Span


class Context:
    """A program, its kinds, its sources, and the trace that is being made."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.kinds = Kinds.of(program)
        self.bounds = TypeBounds(program)
        self.trace = Trace()
        self.calls_python = Functions(program, lambda n: isinstance(n, d.Python))
        self.reads_guarded = Functions(program, self._reads_guarded)
        self._sources = {m.path: m.source for m in program.modules.values()}
        self._last_read: dict[str, Sym] = {}
        self._defaults: dict[tuple[DeclId, str], tuple[d.Field, ...]] = {}
        self.holds: dict[DeclId, tuple[Fact, ...]] = {}

    # ------------------------------------------------------------ texts
    def text(self, span: Span) -> str:
        """What stands at a place, on one line."""
        found = self._sources.get(span.path, "")[span.start : span.end]
        return " ".join(found.split()) or "..."

    def source(self, path: str) -> str:
        """The source of a file."""
        return self._sources.get(path, "")

    def shown(self, term: Term) -> str:
        """A value as a user would name it."""
        if isinstance(term, Const):
            return term.text
        if isinstance(term, Derived) and term.operation.startswith("field "):
            return term.text
        name = self.trace.names.get(term)
        return term.text if name is None else name

    def name(self, term: Term, name: str) -> None:
        """A variable was bound to a value; one without a name of its own takes it."""
        if isinstance(term, Derived):
            named = term.operation.startswith("field ")
        else:
            kind = term.source.kind if isinstance(term, Sym) and term.source else ""
            named = kind not in ("ask", "perform", "state")
        if not named:
            self.trace.names.setdefault(term, name)

    def holds_of(self, reactor: d.Reactor | l.Workflow) -> tuple[Fact, ...]:
        """What a reactor holds; known once one of its handlers has been walked."""
        return self.holds.get(reactor.id, ())

    # ------------------------------------------------------------ values read again
    def forget_reads(self) -> None:
        """Another handler or page begins."""
        self._last_read = {}

    def read_again(self, symbol: Sym) -> None:
        """Something that can change is read: the older value is another one."""
        older = self._last_read.get(symbol.origin)
        self._last_read[symbol.origin] = symbol
        if older is not None and symbol.span is not None:
            self.trace.rebound.append(
                Rebound(symbol.origin, older, symbol, symbol.span)
            )

    # ------------------------------------------------------------ guarded fields
    def guarded_field(self, type_: Type, variant: str, name: str) -> d.Field | None:
        """The field, if reading it needs a capability."""
        if not self._guarded:
            return None
        owner = getattr(base_of(type_), "id", "")
        return self._guarded.get((owner, variant, name))

    @cached_property
    def guards(self) -> bool:
        """Whether reading any field of the program needs a capability."""
        return bool(self._guarded)

    def fields_of(self, type_: Type, variant: str) -> tuple[d.Field, ...]:
        """The fields of a record, context or variant."""
        declaration = self.program.by_id.get(getattr(base_of(type_), "id", ""))
        match declaration:
            case d.Record(fields=fields) | d.Context(fields=fields):
                return fields
            case d.UnionDecl(variants=variants):
                return next((v.fields for v in variants if v.name == variant), ())
            case _:
                return ()

    def defaults_of(self, type_: Type, variant: str) -> tuple[d.Field, ...]:
        """Those of its fields that have a default."""
        key = getattr(base_of(type_), "id", ""), variant
        known = self._defaults.get(key)
        if known is None:
            fields = self.fields_of(type_, variant)
            known = tuple(field for field in fields if field.default is not None)
            self._defaults[key] = known
        return known

    @cached_property
    def _guarded(self) -> dict[tuple[DeclId, str, str], d.Field]:
        found = {}
        for id_, declaration in self.program.by_id.items():
            match declaration:
                case d.Record(fields=fields) | d.Context(fields=fields):
                    groups = {"": fields}
                case d.UnionDecl(variants=variants):
                    groups = {variant.name: variant.fields for variant in variants}
                case _:
                    continue
            for variant, fields in groups.items():
                for field in fields:
                    if field.requires is not None:
                        found[id_, variant, field.name] = field
        return found

    def _reads_guarded(self, node: object) -> bool:
        match node:
            case e.FieldOf(value=value, name=name):
                return self.guarded_field(value.type, "", name) is not None
            case e.VariantPattern(type=type_, variant=variant, fields=fields):
                return any(
                    self.guarded_field(type_, variant, name) is not None
                    for name, _ in fields
                )
            case _:
                return False
