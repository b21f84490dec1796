"""How what callers choose travels: through state, and into capability arguments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pfc.authority.algebra import terms_of
from pfc.authority.context import Context
from pfc.authority.terms import Derived, Source, Term, sources
from pfc.authority.trace import HandlerPlace, Need, Stored, Use
from pfc.ir import declarations as d
from pfc.ir.types import (
    DeclId,
    ListType,
    MapType,
    OptionalType,
    PageType,
    RecordType,
    ResultType,
    SetType,
    Type,
    UnionType,
    base_of,
)
from pfc.semantics.built_in import DELEGATE, REVOKE

_TRANSPARENT: Final = ("make ", "list", "with ", "map")
"""Operations whose result is no more than its parts."""

_PART_OF: Final = ("field ", "part ", "element")
"""Operations whose result is a part of their first part."""


class Flow:
    """Least fixpoints over a trace.

    `chosen_state`: the caller-chosen state fields, with a place that makes them so.
    `authority_fields`: those fields of each intent that reach a capability argument.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self.chosen_state: dict[tuple[DeclId, str], Stored] = {}
        self.authority_fields: dict[DeclId, frozenset[str]] = {}
        self._solve_state()
        self._solve_fields()

    # ------------------------------------------------------------ caller-chosen
    def chosen(self, term: Term) -> list[Source]:
        """What callers chose in a value; empty if it is the program's own."""
        found = (source for source in sources(term) if self._is_chosen(source))
        return sorted(
            found, key=lambda source: (source.kind, source.owner, source.name)
        )

    def _is_chosen(self, source: Source) -> bool:
        if source.kind != "state":
            return True
        return (source.owner, source.name) in self.chosen_state

    def _solve_state(self) -> None:
        changed = True
        while changed:
            changed = False
            for stored in self._context.trace.stored:
                key = (stored.place.reactor.id, stored.field)
                if key not in self.chosen_state and any(
                    self._is_chosen(source) for source in stored.sources
                ):
                    self.chosen_state[key] = stored
                    changed = True

    # ------------------------------------------------------------ authority fields
    def _solve_fields(self) -> None:
        changed = True
        while changed:
            changed = False
            for use in self._context.trace.uses:
                if not isinstance(use.place, HandlerPlace):
                    continue
                intent = use.place.intent.id
                known = self.authority_fields.get(intent, frozenset())
                reached = known | {
                    source.name
                    for term in self._reached(use)
                    for source in sources(term)
                    if (source.kind, source.owner) == ("field", intent)
                }
                if reached != known:
                    self.authority_fields[intent] = reached
                    changed = True

    def _reached(self, use: Use) -> Iterator[Term]:
        for need in use.needs:
            yield from self.terms_of_need(use, need)
        for need in use.only:
            yield from terms_of_capability(need)
        yield from self.terms_of_fields(use)

    # ------------------------------------------------------------ capability arguments
    def terms_of_need(self, use: Use, need: Need) -> Iterator[Term]:
        """The capability arguments of one need.

        For an effect that requires a constant pattern, every argument of that domain.
        Whom a capability is given to and until when counts with that capability, and
        whose authority is revoked with the right to revoke.
        """
        yield from terms_of_capability(need)
        if use.target == REVOKE or (use.target == DELEGATE and need.index > 0):
            yield from (value.term for value in use.arguments.values())
        effect = self._context.program.by_id.get(use.target)
        if not isinstance(effect, d.Effect):
            return
        kind = self._context.kinds[need.capability.kind]
        for index in need.fixed:
            if index >= len(kind.parameters):
                continue
            wanted = kind.parameters[index]
            for parameter in effect.parameters:
                value = use.arguments.get(parameter.name)
                if value is not None and self._is_of(parameter.type, wanted):
                    yield value.term

    def terms_of_fields(self, use: Use) -> Iterator[Term]:
        """The arguments for the authority fields of an intent."""
        for name in sorted(self.authority_fields.get(use.target, ())):
            value = use.arguments.get(name)
            if value is not None:
                yield value.term

    def _is_of(self, type_: Type, wanted: d.Parameter) -> bool:
        return self._holds(type_, base_of(wanted.type), wanted.domain == "path", set())

    def _holds(
        self, type_: Type, wanted: Type, inside_records: bool, seen: set[Type]
    ) -> bool:
        """Whether values of a type may hold values of another.

        Into records only for paths: nearly every record holds a text or a number.
        """
        base = base_of(type_)
        if base == wanted:
            return True
        if base in seen:
            return False
        seen.add(base)
        inner: tuple[Type, ...] = ()
        match base:
            case ListType(item) | SetType(item) | OptionalType(item) | PageType(item):
                inner = (item,)
            case MapType(one, other) | ResultType(one, other):
                inner = (one, other)
            case RecordType() | UnionType() if inside_records:
                inner = (*base.arguments, *self._field_types(base.id))
        return any(self._holds(each, wanted, inside_records, seen) for each in inner)

    def _field_types(self, id_: DeclId) -> tuple[Type, ...]:
        match self._context.program.by_id.get(id_):
            case d.Record(fields=fields):
                return tuple(field.type for field in fields)
            case d.UnionDecl(variants=variants):
                return tuple(f.type for variant in variants for f in variant.fields)
            case _:
                return ()

    # ------------------------------------------------------------ confused deputies
    def exposed(self, use: Use, term: Term, trusted: frozenset[Term]) -> list[Source]:
        """What callers chose in a capability argument, where nothing vouches for it.

        `trusted` are the guarded values and those that `over` accepts.
        """
        if term in trusted:
            return []
        if isinstance(term, Derived):
            if term.operation.startswith(_PART_OF) and (self._accepted(use, term)):
                return []
            if term.operation.startswith(_TRANSPARENT):
                return [
                    s for part in term.parts for s in self.exposed(use, part, trusted)
                ]
        return self.chosen(term)

    def _accepted(self, use: Use, term: Derived) -> bool:
        """Whether `over` accepts what this is a part of."""
        over = () if use.authority is None else use.authority.over
        whole: Term = term
        while isinstance(whole, Derived) and whole.operation.startswith(_PART_OF):
            whole = whole.parts[0]
            if whole in over:
                return True
        return False


def terms_of_capability(need: Need) -> Iterator[Term]:
    """The values in a need's arguments; for each of many, those many."""
    for argument in need.capability.arguments:
        for term in terms_of(argument):
            if need.each is not None and term is need.each.item:
                yield need.each.values
            else:
                yield term
