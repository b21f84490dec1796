"""What the tools of an app leave unsaid, where there is only one thing to say."""

from __future__ import annotations

from pfc.diagnostics import Edit, Fix
from pfc.semantics.scope import Scope
from pfc.semantics.type_checker import TypeChecker
from pfc.semantics.world import Entity
from pfc.span import Span
from pfc.syntax.ast import apps as a
from pfc.syntax.ast import intents as i


def in_context(item: a.Tools, scope: Scope) -> tuple[Fix, ...]:
    """`in C`, where a module has one context."""
    found = [one for one in scope.module.names.values() if one.kind == "context"]
    if len(found) != 1:
        return ()
    name, at = found[0].name, item.span.start + len("tools")
    edit = Edit(Span(item.span.path, at, at), f" in {name}")
    return (Fix(f"say `in {name}`", (edit,)),)


def ceiling_of(
    tool: a.Tool, intent: Entity | None, checker: TypeChecker, scope: Scope
) -> tuple[Fix, ...]:
    """What the intent requires, if that is the same whatever it is given."""
    if intent is None or intent.module is not scope.module:
        return ()
    node = intent.node
    requires = node.clauses.requires if isinstance(node, i.Intent) else None
    if requires is None or not requires.requirements:
        return ()
    if any(one.each or one.cap.arguments for one in requires.requirements):
        return ()
    texts = [checker.source_text(one.cap.span) for one in requires.requirements]
    needs = ", ".join(texts)
    edit = Edit(Span(tool.span.path, tool.span.end, tool.span.end), f" ceiling {needs}")
    return (Fix(f"say `ceiling {needs}`, which it requires", (edit,)),)
