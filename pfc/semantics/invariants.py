"""`always` conditions that constants break: known before anything runs (PF233)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir.program import Program
from pfc.ir.walk import nodes
from pfc.semantics.constants import try_evaluate
from pfc.semantics.type_checker import TypeChecker
from pfc.span import Span


def check_invariants(program: Program, checker: TypeChecker) -> None:
    """Reports records made of constants, and initial states, that cannot be."""
    records: dict[str, d.Record] = {}
    for one in program.by_id.values():
        if isinstance(one, d.Reactor):
            always = one.always
            _check(checker, one.name_span, f"state of {one.name}", one.state, always)
        elif isinstance(one, d.Record) and one.always:
            records[one.id] = one
    if not records:  # to look at everything takes a while
        return
    for made in nodes(*program.modules.values()):
        record = records.get(made.id) if isinstance(made, x.Construct) else None
        if record is not None and isinstance(made, x.Construct):
            given = dict(made.arguments)
            _check(checker, made.span, record.name, record.fields, record.always, given)


def _check(
    checker: TypeChecker,
    span: Span,
    type_: str,
    fields: Sequence[d.Field],
    always: Sequence[x.Expr],
    given: Mapping[str, x.Expr] | None = None,
) -> None:
    """Reports the first condition that the constants among the fields break."""
    known: dict[x.Symbol, object] = {}
    for field in fields:
        value = (given or {}).get(field.name, field.default)
        if value is not None:
            constant, found = try_evaluate(value, {})
            if constant:
                known[field.symbol] = found
    for condition in always if known else ():
        constant, holds = try_evaluate(condition, known)
        if constant and holds is False:
            initial = given is None
            shown = "the initial state" if initial else checker.source_text(span)
            rule = f"`{checker.source_text(condition.span)}` does not hold"
            checker.report("PF233", span, value=shown, type=type_, rule=rule)
            return
