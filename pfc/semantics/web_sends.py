"""`sends:` of forms and buttons: the intent, where success leads, and what is said then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pfc.diagnostics import did_you_mean
from pfc.ir import expressions as x
from pfc.ir import surface as u
from pfc.ir.types import BOOL, STRING
from pfc.semantics.constants import try_evaluate
from pfc.semantics.scope import Scope
from pfc.semantics.web_elements import Elements
from pfc.semantics.world import Entity
from pfc.span import Span
from pfc.syntax.ast import expressions as e

Given = Mapping[str, e.Argument]
"""The arguments of an element by name."""


class SendsChecker:
    """Types what forms and buttons send."""

    def __init__(self, elements: Elements) -> None:
        self.elements = elements
        self.checker = elements.checker
        self.report = elements.report

    def sends(self, tag: str, span: Span, given: Given, scope: Scope) -> u.Sends | None:
        """The clauses of a form or button; none if it sends nothing."""
        written = given.get("sends")
        if written is None:
            for name in ("then", "flash", "may_deny"):
                if name in given:
                    reason = f"`{name}:` goes with `sends:`"
                    self.elements.refuse(given[name].span, reason)
            if tag == "form":
                reason = "a form has to say what it sends: `form(sends: Intent(...))`"
                self.elements.refuse(span, reason)
            return None
        intent = self._intent(tag, written, scope)
        then = given.get("then")
        flash = given.get("flash")
        goal = None if then is None else self.elements.page(then.value, scope)
        said = None if flash is None else self.checker.expr(flash.value, scope, STRING)
        may_deny = self._may_deny(given.get("may_deny"), scope)
        if intent is None:
            return None
        return u.Sends(written.span, intent, goal, said, may_deny)

    def _may_deny(self, node: e.Argument | None, scope: Scope) -> bool:
        if node is None:
            return False
        value = self.checker.expr(node.value, scope, BOOL)
        constant, found = try_evaluate(value, {})
        if not constant:
            reason = "`may_deny` is `true` or `false`, written here"
            self.elements.refuse(node.span, reason)
        return found is True

    # ------------------------------------------------------------ the intent
    def _intent(
        self, tag: str, argument: e.Argument, scope: Scope
    ) -> x.Construct | None:
        node = argument.value
        name = (
            self.checker.dotted(node.callee) if isinstance(node, e.CallExpr) else None
        )
        if not isinstance(node, e.CallExpr) or name is None:
            dotted = self.checker.dotted(node)
            self.wrong(
                node.span,
                "sends:" if dotted is None else dotted.text,
                "an intent is written with its arguments: `Intent(a: 1)`",
            )
            return None
        world = self.checker.world
        entity = world.lookup(scope.module, name, "intent", "workflow")
        if entity is None or entity.kind == "workflow":
            if entity is not None:
                self.report("PF901", node.span, construct="a workflow")
            for each in node.arguments:
                self.checker.infer_expr(each.value, scope, None)
            return None
        arguments, unknown = self._known(entity, node.arguments, scope)
        made = self.checker.construct(
            node.span, "intent", entity, arguments, scope, partial=True
        )
        if tag == "button" and not unknown:
            self._all_given(entity, made, argument.span)
        return made

    def _known(
        self, entity: Entity, arguments: Sequence[e.Argument], scope: Scope
    ) -> tuple[list[e.Argument], bool]:
        """The arguments that are fields, and whether others were reported."""
        fields = [field.name for field in self.checker.signatures.fields(entity)]
        kept: list[e.Argument] = []
        for argument in arguments:
            if argument.name is None or argument.name.text in fields:
                kept.append(argument)
                continue
            name = argument.name.text
            self.report(
                "PF601",
                argument.name.span,
                notes=did_you_mean(name, fields),
                intent=entity.name,
                reason=f"it has no field `{name}`",
            )
            self.checker.infer_expr(argument.value, scope, None)
        return kept, len(kept) != len(arguments)

    def _all_given(self, entity: Entity, made: x.Construct, span: Span) -> None:
        """A button has no inputs, so all fields are given."""
        given = {name for name, _ in made.arguments}
        for field in self.checker.signatures.fields(entity):
            if field.name not in given and not field.has_default:
                reason = f"a button gives all fields, and `{field.name}` is not given"
                self.wrong(span, entity.name, reason)

    def wrong(self, span: Span, intent: str, reason: str) -> None:
        """Reports that what is sent does not fit."""
        self.report("PF601", span, intent=intent, reason=reason)
