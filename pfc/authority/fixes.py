"""Repairs that an editor can make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pfc.authority.algebra import mapped, terms_of
from pfc.authority.context import Context
from pfc.authority.show import Show
from pfc.authority.terms import Const, Derived, Source, Sym, Term
from pfc.authority.trace import (
    HandlerPlace,
    HookPlace,
    Need,
    PagePlace,
    Place,
    PrincipalPlace,
    Use,
)
from pfc.diagnostics import Edit, Fix
from pfc.ir import declarations as d
from pfc.ir import surface as s
from pfc.ir.types import DeclId, OptionalType, base_of
from pfc.span import Span


class Fixes:
    """Edits for the mistakes that have an obvious repair."""

    def __init__(self, context: Context, show: Show) -> None:
        self._context = context
        self._show = show

    def require(self, use: Use, need: Need) -> Iterator[Fix]:
        """Add what is needed to the `requires` of the intent or page."""
        place = use.place
        if isinstance(place, PrincipalPlace | HookPlace):
            return  # nobody calls these
        declaration: d.Intent | s.Page
        declaration = place.intent if isinstance(place, HandlerPlace) else place.page
        text = self._in_terms_of_fields(need, optional_fields(place))
        known = self.known_in(need, declaration.id)
        if text is None or known is None or use.through:
            return
        edit = required(self._context, declaration, text)
        title = f"require `{text}` of the {self._show.callers(place)}"
        yield Fix(title, (*known, edit))

    def known_in(self, need: Need, id_: DeclId) -> tuple[Edit, ...] | None:
        """The edit that makes the family known in the module of a declaration.

        Nothing to do where it is known; none if no import can be extended.
        """
        family = need.capability.kind.rpartition(".")[0]
        home, _, name = family.rpartition(".")
        module = self._context.program.module_of(id_)
        imported = rf"\bfrom\s+\S+\s+import\b[^\n]*\b{re.escape(name)}\b"
        if home in ("", module.name) or re.search(imported, module.source):
            return ()
        line = rf"\bfrom\s+{re.escape(home)}\s+import\s+\w+(?:\s*,\s*\w+)*"
        clause = re.search(line, module.source)
        if clause is None:
            return None
        at = Span(module.path, clause.end(), clause.end())
        return (Edit(at, f", {name}"),)

    def _in_terms_of_fields(self, need: Need, optional: set[str]) -> str | None:
        """The need as it can stand in `requires`; none, if it names anything else."""
        each = ""
        elements: dict[Term, Term] = {}
        for argument in need.capability.arguments:
            for term in terms_of(argument):
                if isinstance(term, Derived) and term.operation == "element":
                    whole = term.parts[0]
                    if each or not is_field(whole):
                        return None
                    each = f" for {term.text} in {self._show.term(whole)}"
                    elements[term] = Sym(term.text)
                elif not is_field(term) or term.text in optional:
                    return None
        if need.each is not None:
            if not is_field(need.each.values):
                return None
            return self._show.need(need)
        capability = mapped(need.capability, lambda term: elements.get(term, term))
        return self._show.capability(capability) + each

    def ask_first(self, use: Use, need: Need) -> Iterator[Fix]:
        """Wrap the statement in `if can`."""
        named = all(
            self._has_name(term) and term.text not in optional_fields(use.place)
            for argument in need.capability.arguments
            for term in terms_of(argument)
        )
        known = self.known_in(need, use.place.id)
        if named and known is not None and need.each is None:
            head = f"if can {self._show.need(need)}"
            yield from self._wrapped(use, head, "check first", known)

    def bound_first(self, use: Use, argument: str, bound: str) -> Iterator[Fix]:
        """Wrap the statement in a test that bounds an argument."""
        if argument.isidentifier():
            yield from self._wrapped(use, f"if {argument} {bound}", "test it first")

    def hand_on(self, use: Use, need: Need) -> Iterator[Fix]:
        """Name what the callee needs in `only`, too."""
        terms = (t for a in need.capability.arguments for t in terms_of(a))
        known = self.known_in(need, use.place.id)
        if known is not None and need.each is None and all(map(self._has_name, terms)):
            text = self._show.need(need)
            edit = Edit(_end(use.only[-1].declared), f", {text}")
            yield Fix(f"hand on `{text}` too", (*known, edit))

    def event(self, need: Need, sources: Iterable[Source]) -> Iterator[Fix]:
        """Let emitting an event require what its data is used for."""
        owners = {source.owner for source in sources if source.kind == "event"}
        for owner in owners if len(owners) == 1 else ():
            event = self._context.program.by_id.get(owner)
            terms = [t for a in need.capability.arguments for t in terms_of(a)]
            named = all(
                isinstance(term, Const)
                or (
                    isinstance(term, Sym) and term.source and term.source.owner == owner
                )
                for term in terms
            )
            known = self.known_in(need, owner)
            if isinstance(event, d.Event) and named and known is not None:
                text = self._show.need(need)
                clause = event.requires_span
                edit = Edit(_end(event.span), f" requires {text}")
                if clause is not None:
                    edit = Edit(_end(clause), f", {text}")
                yield Fix(f"let `{event.name}` require `{text}`", (*known, edit))

    def _has_name(self, term: Term) -> bool:
        """Whether the value can be written again, and is the same then."""
        if is_field(term) or term in self._context.trace.names:
            return True
        return isinstance(term, Derived) and term.operation == "element"

    def own(self, use: Use) -> Iterator[Fix]:
        """Wrap the statement in `with authority`."""
        name = use.place.reactor.name if isinstance(use.place, HandlerPlace) else ""
        title = f"use what `{name}` holds"
        yield from self._wrapped(use, 'with authority "say why"', title)

    def _wrapped(
        self, use: Use, head: str, title: str, more: tuple[Edit, ...] = ()
    ) -> Iterator[Fix]:
        span = use.statement
        if span is None:
            return
        before = Edit(Span(span.path, span.start, span.start), f"{head} {{ ")
        after = Edit(Span(span.path, span.end, span.end), " }")
        yield Fix(title, (*more, before, after))


def optional_fields(place: Place) -> set[str]:
    """The fields that may be absent: a capability cannot name them."""
    if isinstance(place, PrincipalPlace):
        return set()
    fields = (
        place.page.parameters if isinstance(place, PagePlace) else place.intent.fields
    )
    return {f.name for f in fields if isinstance(base_of(f.type), OptionalType)}


def required(context: Context, declaration: d.Intent | s.Page, text: str) -> Edit:
    """The edit that adds a requirement to a declaration."""
    clause = declaration.requires_span
    if clause is None:
        if isinstance(declaration, d.Intent):
            return Edit(_end(declaration.span), f" requires {text}")
        return Edit(_end(_head(context, declaration)), f" requires {text}")
    if not declaration.requires:
        return Edit(clause, f"requires {text}")
    return Edit(_end(clause), f", {text}")


def _head(context: Context, page: s.Page) -> Span:
    """From the name of a page to before its body."""
    source = context.source(page.span.path)
    limit = page.body[0].span.start if page.body else page.span.end
    opening = source.rfind("{", page.name_span.end, limit)
    end = len(source[:opening].rstrip()) if opening >= 0 else page.name_span.end
    return Span(page.span.path, page.name_span.start, end)


def _end(span: Span) -> Span:
    return Span(span.path, span.end, span.end)


def is_field(term: Term) -> bool:
    """Whether a value can be named in `requires`: a field, or one of the caller."""
    match term:
        case Const():
            return True
        case Derived(operation=operation, parts=(owner,)):
            return operation.startswith("field ") and is_field(owner)
        case Sym(text=text, source=source):
            kinds = ("field", "page")
            if source is None:
                return text == "caller"
            return source.kind in kinds
        case _:
            return False
