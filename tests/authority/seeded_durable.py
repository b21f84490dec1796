"""Checkers with one bug each, in what they know of rows, principals and plugins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from pfc.authority import check, principals, rows
from pfc.authority.flow import Flow
from pfc.authority.judge import Judge
from pfc.authority.statements import StatementWalk
from pfc.authority.trace import acts_as_principal
from pfc.authority.walk import Walk
from pfc.ir import declarations as d
from pfc.ir import expressions as e
from tests.authority.seeded import bug


# ---------------------------------------------------------------- rows
@bug
def where_or_fixes(patch: pytest.MonkeyPatch) -> None:
    original = rows._equalities

    def equalities(it: Any, where: Any) -> Iterator[Any]:
        if isinstance(where, e.Logic):
            yield from equalities(it, where.left)
            yield from equalities(it, where.right)
        else:
            yield from original(it, where)

    patch.setattr(rows, "_equalities", equalities)


@bug
def where_not_fixes(patch: pytest.MonkeyPatch) -> None:
    original = rows._equalities

    def equalities(it: Any, where: Any) -> Iterator[Any]:
        inner = where.operand if isinstance(where, e.Not) else where
        yield from original(it, inner)

    patch.setattr(rows, "_equalities", equalities)


@bug
def a_column_of_the_row_fixes(patch: pytest.MonkeyPatch) -> None:
    """A column is taken for the variable that has the name of the other column."""
    original = rows._fixed

    def fixed(walk: Walk, it: Any, where: Any) -> Mapping[str, Any]:
        found = dict(original(walk, it, where))
        named = {symbol.name: value for symbol, value in walk.env.items()}
        for name, value in rows._equalities(it, where):
            if isinstance(value, e.FieldOf) and name in named:
                found[name] = named[name]
        return found

    patch.setattr(rows, "_fixed", fixed)


@bug
def update_unchecked_after(patch: pytest.MonkeyPatch) -> None:
    original = rows._use

    def use(walk: Any, kind: str, *others: Any) -> None:
        *before, found, query = others
        original(walk, kind, *before, list(found)[:1], query)

    patch.setattr(rows, "_use", use)


@bug
def update_unchecked_before(patch: pytest.MonkeyPatch) -> None:
    original = rows._use

    def use(walk: Any, kind: str, *others: Any) -> None:
        *before, found, query = others
        original(walk, kind, *before, list(found)[-1:], query)

    patch.setattr(rows, "_use", use)


@bug
def insert_unchecked(patch: pytest.MonkeyPatch) -> None:
    original = rows._use

    def use(walk: Any, kind: str, *others: Any) -> None:
        if kind != "insert":
            original(walk, kind, *others)

    patch.setattr(rows, "_use", use)


@bug
def every_find_is_visible(patch: pytest.MonkeyPatch) -> None:
    original = rows._needs

    def needs(walk: Any, kind: str, *others: Any) -> None:
        if kind != "find":
            original(walk, kind, *others)

    patch.setattr(rows, "_needs", needs)


@bug
def rows_are_own(patch: pytest.MonkeyPatch) -> None:
    original = Flow._is_chosen

    def chosen(self: Flow, source: Any) -> bool:
        return source.kind not in ("row", "find") and original(self, source)

    patch.setattr(Flow, "_is_chosen", chosen)


# ---------------------------------------------------------------- events, principals
@bug
def reading_events_unchecked(patch: pytest.MonkeyPatch) -> None:
    original = Walk.use

    def use(self: Walk, kind: str, *others: Any, **more: Any) -> None:
        if kind != "from":
            original(self, kind, *others, **more)

    patch.setattr(Walk, "use", use)


@bug
def awaiting_events_unchecked(patch: pytest.MonkeyPatch) -> None:
    original = Walk.use

    def use(self: Walk, kind: str, *others: Any, **more: Any) -> None:
        if kind != "await":
            original(self, kind, *others, **more)

    patch.setattr(Walk, "use", use)


@bug
def emitting_unchecked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(StatementWalk, "_emit", lambda *_: None)


@bug
def events_are_own(patch: pytest.MonkeyPatch) -> None:
    original = Flow._is_chosen

    def chosen(self: Flow, source: Any) -> bool:
        return source.kind != "event" and original(self, source)

    patch.setattr(Flow, "_is_chosen", chosen)


@bug
def what_events_require_is_held(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Judge, "arriving", lambda self, use, facts: facts.held)


@bug
def conditional_grants_count(patch: pytest.MonkeyPatch) -> None:
    original = principals.granted

    def flat(rules: Any) -> Iterator[Any]:
        for rule in rules:
            if isinstance(rule, d.GrantIf):
                yield from flat((*rule.then, *rule.otherwise))
            else:
                yield rule

    def granted(walk: Any, principal: Any) -> Any:
        rules = tuple(flat(principal.grants))
        return original(
            walk,
            d.Principal(
                principal.span, principal.id, principal.name, rules, principal.doc
            ),
        )

    patch.setattr(principals, "granted", granted)


@bug
def principals_are_no_deputies(patch: pytest.MonkeyPatch) -> None:
    original = Judge._deputy

    def deputy(self: Judge, use: Any, *others: Any) -> Iterator[Any]:
        if not acts_as_principal(use.place):
            yield from original(self, use, *others)

    patch.setattr(Judge, "_deputy", deputy)


# ---------------------------------------------------------------- workflows
@bug
def facts_survive_sleep(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(StatementWalk, "_resumed", lambda self: self.facts)


@bug
def compensation_unchecked(patch: pytest.MonkeyPatch) -> None:
    original = Walk.perform

    def perform(self: Walk, call: Any, kind: str = "perform") -> Any:
        bare = e.Perform(
            call.span, call.type, call.effect, call.arguments, call.fails, call.waits
        )
        return original(self, bare, kind)

    patch.setattr(Walk, "perform", perform)


@bug
def a_workflow_as_another_uses_its_callers_authority(
    patch: pytest.MonkeyPatch,
) -> None:
    original = Judge.arriving

    def arriving(self: Judge, use: Any, facts: Any) -> Any:
        if getattr(use.place, "intent", None) is not None:
            return facts.held
        return original(self, use, facts)

    patch.setattr(Judge, "arriving", arriving)


# ---------------------------------------------------------------- plugins
@bug
def rewriting_unseen(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(check, "rewritten", lambda *_: iter(()))


@bug
def rewriting_seen_in_requires_only(patch: pytest.MonkeyPatch) -> None:
    original = check.rewritten

    def rewritten(context: Any, flow: Flow) -> Iterator[Any]:
        known, flow.authority_fields = flow.authority_fields, {}
        yield from original(context, flow)
        flow.authority_fields = known

    patch.setattr(check, "rewritten", rewritten)
