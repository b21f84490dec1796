"""What apps grant to reactors, and entries that do not say who is asking."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from pfc.authority.context import Context
from pfc.authority.facts import NOTHING_KNOWN, Fact
from pfc.authority.instances import Instances
from pfc.authority.judge import Judge
from pfc.authority.show import Show
from pfc.authority.trace import Need
from pfc.diagnostics import Diagnostic, Edit, Fix, Label, diagnostic
from pfc.ir import declarations as d
from pfc.ir import surface as s
from pfc.ir.expressions import Cap
from pfc.ir.program import Module
from pfc.ir.types import DeclId
from pfc.span import Span

_API: Final = re.compile(r'api\s*"(?:[^"\\]|\\.)*"')


class Apps:
    """Checks of composition roots and entries."""

    def __init__(self, context: Context, judge: Judge) -> None:
        self._context = context
        self._judge = judge
        self._show = Show(context)

    def all(self) -> Iterator[Diagnostic]:
        """All findings."""
        for module in self._context.program.modules.values():
            for api in module.apis:
                if api.context is None:
                    yield diagnostic(
                        "PF331",
                        api.span,
                        fixes=self._in_context(module, api),
                        entry=f"the API `{api.prefix}`",
                    )
            for declaration in module.declarations:
                if isinstance(declaration, s.App):
                    yield from self._app(declaration)

    def _in_context(self, module: Module, api: s.Api) -> tuple[Fix, ...]:
        """`in C`, where all that the API sends is for one context of its module."""
        by_id = self._context.program.by_id
        sent = (by_id.get(endpoint.intent) for endpoint in api.endpoints)
        wanted = {one.context for one in sent if isinstance(one, d.Intent)}
        wanted.discard(None)
        context = by_id.get(wanted.pop() or "") if len(wanted) == 1 else None
        if not isinstance(context, d.Context) or context not in module.declarations:
            return ()
        source = self._context.source(api.span.path)
        head = _API.match(source, api.span.start)
        if head is None:
            return ()
        edit = Edit(Span(api.span.path, head.end(), head.end()), f" in {context.name}")
        return (Fix(f"say `in {context.name}`", (edit,)),)

    def _app(self, app: s.App) -> Iterator[Diagnostic]:
        for id_ in dict.fromkeys(reactors(app.trees)):
            reactor = self._context.program.by_id.get(id_)
            if isinstance(reactor, d.Reactor):
                yield from self._holds(app, reactor)

    def _holds(self, app: s.App, reactor: d.Reactor) -> Iterator[Diagnostic]:
        clauses = [grant for grant in app.grants if grant.reactor == reactor.id]
        granted = [
            fact for grant in clauses for fact in self._facts(grant.caps, "grant")
        ]
        used: set[Fact] = set()
        for held in self._facts(reactor.holds, "holds"):
            need = Need(held.capability, {}, held.span)
            cover = self._judge.cover(need, granted, NOTHING_KNOWN)
            if cover is None:
                yield self._missing(app, reactor, held, clauses)
            else:
                used.add(cover.fact)
        for fact in granted:
            if fact not in used:
                yield diagnostic(
                    "PF411",
                    fact.span,
                    reactor=reactor.name,
                    capability=self._show.fact(fact),
                    related=(Label(reactor.name_span, "does not hold it"),),
                )

    def _facts(self, caps: Iterable[Cap], kind: str) -> list[Fact]:
        inside = Instances(self._context, None)
        return [Fact(inside.instance(cap).capability, cap.span, kind) for cap in caps]

    def _missing(
        self, app: s.App, reactor: d.Reactor, held: Fact, clauses: list[s.AppGrant]
    ) -> Diagnostic:
        shown = self._show.fact(held)
        edit = self._last(app, f"grant {reactor.name} {{ {shown} }}")
        related = [Label(held.span, "held here")]
        related += [Label(clause.span, "granted here") for clause in clauses]
        return diagnostic(
            "PF321",
            app.name_span,
            reactor=reactor.name,
            capability=shown,
            app=app.name,
            related=related,
            fixes=(Fix(f"grant it in `{app.name}`", (edit,)),),
        )

    def _last(self, app: s.App, clause: str) -> Edit:
        """The edit that makes a clause the last of an app, laid out as the app is."""
        source = self._context.source(app.span.path)
        end = app.span.end - 1
        line = source.rfind("\n", 0, end) + 1
        indent = source[line:end]
        if line > app.span.start and not indent.strip():
            return Edit(Span(app.span.path, line, line), f"{indent}  {clause}\n")
        last = len(source[:end].rstrip())
        return Edit(Span(app.span.path, last, end), f" {clause} ")


def reactors(trees: Iterable[s.Supervise | s.Child]) -> Iterator[DeclId]:
    """The reactors under a supervisor."""
    for tree in trees:
        if isinstance(tree, s.Child):
            yield tree.reactor
        else:
            yield from reactors(tree.children)
