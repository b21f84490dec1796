"""Matching arguments to parameters."""

from __future__ import annotations

from collections.abc import Sequence

from pfc.diagnostics import did_you_mean
from pfc.ir import expressions as x
from pfc.semantics.names import Names
from pfc.semantics.relations import Binding, infer, substitute, variables
from pfc.semantics.scope import Scope
from pfc.semantics.signatures import FieldSig
from pfc.span import Span
from pfc.syntax.ast import expressions as e

Bound = tuple[tuple[str, x.Expr], ...]


class Arguments(Names):
    """Arguments of anything that has parameters by name."""

    def bind(
        self,
        callee: str,
        fields: Sequence[FieldSig],
        node: e.CallExpr,
        scope: Scope,
        binding: Binding,
        *,
        partial: bool = False,
    ) -> Bound:
        """Arguments by field, in the order of the fields; learns type parameters."""
        given: dict[str, e.Argument] = {}
        known = {field.name: field for field in fields}
        for place, argument in enumerate(node.arguments):
            name = self._name_of(callee, argument, place, fields)
            if name is None:
                self.infer_expr(argument.value, scope, None)
            elif name not in known:
                notes = did_you_mean(name, known)
                span = argument.name.span if argument.name else argument.span
                self.report("PF223", span, notes=notes, callee=callee, argument=name)
                self.infer_expr(argument.value, scope, None)
            elif name in given:
                self.report("PF211", argument.span, name=name)
            else:
                given[name] = argument
        bound: list[tuple[str, x.Expr]] = []
        for field in fields:
            if field.name in given:
                value = given[field.name].value
                bound.append((field.name, self._argument(value, field, scope, binding)))
            elif not field.has_default and not partial:
                self.report("PF222", node.span, callee=callee, parameter=field.name)
        return tuple(bound)

    def _name_of(
        self,
        callee: str,
        argument: e.Argument,
        place: int,
        fields: Sequence[FieldSig],
    ) -> str | None:
        if argument.name is not None:
            return argument.name.text
        if place < len(fields):
            return fields[place].name
        if place == len(fields):
            self._count(argument.span, callee, len(fields), place + 1)
        return None

    def _argument(
        self, value: e.Expr, field: FieldSig, scope: Scope, binding: Binding
    ) -> x.Expr:
        wanted = substitute(field.type, binding)
        if not variables(wanted) - scope.generics:
            fitted = self.expr(value, scope, wanted)
        else:
            found = self.infer_expr(value, scope, None)
            infer(field.type, found.type, binding)
            fitted = self.coerce(found, substitute(field.type, binding))
        self.check_field(fitted, field)
        return fitted

    def _count(self, span: Span, callee: str, wanted: int, found: int) -> None:
        plural = "" if wanted == 1 else "s"
        self.report(
            "PF224",
            span,
            callee=callee,
            expected=f"{wanted} argument{plural}" if wanted else "no arguments",
            found=f"{found} {'is' if found == 1 else 'are'}",
        )
