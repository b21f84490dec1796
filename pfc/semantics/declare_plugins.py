"""Plugins, typed: hooks that see every intent of a kind before it is admitted."""

from __future__ import annotations

from typing import cast

from pfc.ir import durable as l
from pfc.ir import expressions as x
from pfc.ir.types import UNIT, UNKNOWN, RecordType, Type
from pfc.semantics.bodies import Body
from pfc.semantics.scope import Scope, Setting
from pfc.semantics.type_checker import TypeChecker
from pfc.semantics.world import Entity
from pfc.syntax.ast import apps


class PluginDeclarations:
    """Makes the typed plugins."""

    def __init__(self, checker: TypeChecker) -> None:
        self.checker = checker

    def plugin(self, entity: Entity) -> l.Plugin:
        node = cast("apps.Plugin", entity.node)
        hooks = (self._hook(hook, entity) for hook in node.hooks)
        priority = 0 if node.priority is None else self.checker.whole(node.priority)
        return l.Plugin(
            node.span,
            node.name.span,
            entity.id,
            entity.name,
            priority,
            tuple(hook for hook in hooks if hook is not None),
            node.doc,
        )

    def _hook(self, node: apps.Hook, plugin: Entity) -> l.Hook | None:
        """The one name of a hook is the whole intent."""
        checker = self.checker
        intent = checker.world.lookup(plugin.module, node.intent, "intent", "workflow")
        if intent is None:
            return None
        if len(node.bindings) != 1:
            notes = ["the one name of a hook is the whole intent"]
            checker.report(
                "PF252",
                node.intent.span,
                notes=notes,
                intent=intent.name,
                expected="one name",
                found=len(node.bindings),
            )
            return None
        name = node.bindings[0]
        type_ = RecordType(intent.id)
        setting = Setting(
            f"a `{node.kind}` hook",
            caller_reason="plugins run before anybody is admitted",
        )
        scope = Scope(plugin.module, setting)
        symbol = x.Symbol(name.text, type_, "binding", name.span)
        scope.bind(symbol)
        results: dict[str, Type] = {"validate": UNIT, "transform": type_}
        body = Body("hook", setting.name, results.get(node.kind, UNKNOWN), frozenset())
        block = checker.open_block(node.body, scope, body)
        return l.Hook(node.span, node.kind, intent.id, symbol, block)
