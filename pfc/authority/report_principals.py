"""PF320 and PF306: what a principal lacks, and queries that reach rows of others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from pfc.authority.algebra import Exact, mapped, terms_of
from pfc.authority.context import Context
from pfc.authority.counterexample import Counterexamples
from pfc.authority.facts import NOTHING_KNOWN, Fact
from pfc.authority.judge import Failure, Judge
from pfc.authority.principals import granted
from pfc.authority.reasons import Reasons
from pfc.authority.show import Show
from pfc.authority.terms import Const, Sym, Term, replaced
from pfc.authority.trace import HandlerPlace, Need, PrincipalPlace, Query, Use
from pfc.authority.walk import Walk
from pfc.diagnostics import Diagnostic, Edit, Fix, Label, diagnostic
from pfc.ir import declarations as d
from pfc.span import Span

_QUERIES: Final = {
    "find": "query",
    "insert": "`insert`",
    "update": "`update`",
    "delete": "`delete`",
}


class PrincipalReport:
    """Makes the diagnostics about principals and rows."""

    def __init__(
        self,
        context: Context,
        judge: Judge,
        show: Show,
        reasons: Reasons,
        examples: Counterexamples,
    ) -> None:
        self._context = context
        self._judge = judge
        self._show = show
        self._reasons = reasons
        self._examples = examples

    # ------------------------------------------------------------ PF320
    def lacking(self, failure: Failure) -> Diagnostic:
        """A principal is not granted what is done in its name."""
        use, need = failure.use, failure.need
        principal = self._principal(use)
        holds = () if use.authority is None else use.authority.holds
        labels = [Label(fact.span, "what it is granted") for fact in holds]
        where = self._where(use)
        notes: tuple[str, ...]
        if principal is None:
            notes = (f"say whose authority it has: `{where} as ...`",)
            labels.append(Label(_place_span(use), "it runs as nobody"))
        else:
            labels.append(Label(principal.span, f"`{principal.name}` stands here"))
            notes = tuple(self._who_could(use, need, principal))
        return diagnostic(
            "PF320",
            use.span,
            action=self._show.action(use),
            needed=self._show.need(need),
            reason=f"`{principal.name}` is not granted it"
            if principal
            else "it runs as nobody",
            related=(*labels, *required_here(need)),
            notes=notes,
            fixes=tuple(self._grant(principal, need)),
        )

    def _principal(self, use: Use) -> d.Principal | None:
        place = use.place
        if isinstance(place, PrincipalPlace | HandlerPlace):
            return place.principal
        return None

    def _where(self, use: Use) -> str:
        place = use.place
        if isinstance(place, PrincipalPlace):
            kind = type(place.declaration).__name__.lower()
            return f"{kind} {place.declaration.name}"
        return "workflow"

    def _who_could(self, use: Use, need: Need, principal: d.Principal) -> Iterator[str]:
        walk = Walk(self._context, use.place, None)
        able = [
            f"`{other.name}`"
            for other in self._context.program.by_id.values()
            if isinstance(other, d.Principal)
            and other is not principal
            and self._judge.cover(need, granted(walk, other), use.facts) is not None
        ]
        if able:
            yield f"{', '.join(able)} could do it"
        else:
            yield f"grant it to `{principal.name}`: no other principal has it either"

    def _grant(self, principal: d.Principal | None, need: Need) -> Iterator[Fix]:
        """Grant it; only what is constant can be written there."""
        constant = all(
            isinstance(term, Const)
            for argument in need.capability.arguments
            for term in terms_of(argument)
        )
        if principal is None or not constant or need.each is not None:
            return
        text = self._show.need(need)
        end = principal.span.end - 1
        edit = Edit(Span(principal.span.path, end, end), f" grant {text} ")
        yield Fix(f"grant `{text}` to `{principal.name}`", (edit,))

    # ------------------------------------------------------------ PF306
    def rows(self, failure: Failure) -> Diagnostic:
        """A query that may reach rows which are not covered."""
        use, need = failure.use, failure.need
        open_columns = [term.text for term in _columns(need)]
        if open_columns:
            named = " and ".join(f"`{name}`" for name in open_columns)
            reason = f"its `where` does not fix {named}"
            if use.query is not None and not use.query.has_where:
                reason = f"it says nothing about {named}"
        else:
            reason = self._reasons.reason(use, need).text
        return diagnostic(
            "PF306",
            use.span,
            query=_QUERIES[use.kind],
            needed=self._show.need(need),
            reason=reason,
            related=(
                Label(need.declared, "each row is guarded by this"),
                *(Label(fact.span, "what is had") for fact in use.facts.held),
            ),
            notes=(*self._other_row(use, need), *self._advice(use)),
            fixes=tuple(self._conditions(use, need)),
        )

    def _other_row(self, use: Use, need: Need) -> Iterator[str]:
        found = self._examples.row(use, need)
        if found is not None:
            yield found

    def _advice(self, use: Use) -> Iterator[str]:
        if use.kind == "find":
            yield "or let what the caller holds choose the rows: `find visible`"

    def _conditions(self, use: Use, need: Need) -> Iterator[Fix]:
        """Fix each open column to what the caller has there."""
        query = use.query
        if query is None or not isinstance(use.place, HandlerPlace):
            return
        for fact in use.facts.held:
            found: dict[Term, Term] = dict(self._by_column(need, fact))
            if not found or not self._enough(need, fact, found):
                continue
            condition = " and ".join(
                f"it.{self._show.term(column)} == {self._show.term(value)}"
                for column, value in found.items()
            )
            yield Fix(f"ask for rows where `{condition}`", _added(query, condition))
            return

    def _by_column(self, need: Need, fact: Fact) -> Iterator[tuple[Term, Term]]:
        if fact.each is not None:
            return
        for implied in self._judge.kinds.closure(fact.capability.kind):
            if implied.kind != need.capability.kind:
                continue
            had = implied.of(fact.capability).arguments
            for one, wanted in zip(had, need.capability.arguments, strict=False):
                if isinstance(one, Exact) and isinstance(wanted, Exact):
                    column = wanted.value
                    if isinstance(column, Sym) and _is_column(column):
                        yield column, one.value

    def _enough(self, need: Need, fact: Fact, new: Mapping[Term, Term]) -> bool:
        capability = mapped(need.capability, lambda term: replaced(term, new))
        fixed = Need(capability, need.limits, need.declared, need.each, need.fixed)
        return self._judge.cover(fixed, (fact,), NOTHING_KNOWN) is not None


def required_here(need: Need) -> tuple[Label, ...]:
    """Where a need is declared; nowhere, if the language itself says so."""
    return (Label(need.declared, "required here"),) if need.declared.path else ()


def _place_span(use: Use) -> Span:
    place = use.place
    if isinstance(place, PrincipalPlace):
        return place.declaration.name_span
    return use.span


def _columns(need: Need) -> Iterator[Sym]:
    """The columns of the guard that the query leaves open."""
    for argument in need.capability.arguments:
        for term in terms_of(argument):
            if isinstance(term, Sym) and _is_column(term):
                yield term


def _is_column(term: Sym) -> bool:
    return term.source is not None and term.source.kind == "row"


def _added(query: Query, condition: str) -> tuple[Edit, ...]:
    """The edits that make a query fulfil a condition too."""
    path, start, end = query.at.path, query.at.start, query.at.end
    word = "and" if query.has_where else "where"
    if query.is_either:
        before = Edit(Span(path, start, start), "(")
        return before, Edit(Span(path, end, end), f") {word} {condition}")
    return (Edit(Span(path, end, end), f" {word} {condition}"),)
