"""Test blocks, typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from pfc.diagnostics import Label, did_you_mean
from pfc.ir import expressions as x
from pfc.ir import scenarios
from pfc.ir import statements as s
from pfc.ir.types import BOOL, DURATION, UNIT, DeclId, Type, Unknown, show
from pfc.semantics.bodies import Body
from pfc.semantics.built_in import SYSTEM, is_built_in_effect, parameters_of
from pfc.semantics.scope import Scope, Setting
from pfc.semantics.signatures import FieldSig
from pfc.semantics.type_checker import TypeChecker
from pfc.semantics.world import Entity, ModuleInfo
from pfc.span import Span
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast import intents, reactors
from pfc.syntax.ast import statements as st
from pfc.syntax.ast import tests as t
from pfc.syntax.ast.base import Dotted
from pfc.syntax.strings import unescape

_NAME = "a test"


class TestDeclarations:
    """Makes the typed tests of a module."""

    __test__ = False  # a declaration of tests, no test of pytest's

    def __init__(self, checker: TypeChecker) -> None:
        self.checker = checker

    def test(self, node: t.Test, info: ModuleInfo) -> scenarios.Test:
        title, problems = unescape(node.title.raw)
        for problem in problems:
            self.checker.report("PF107", node.title.span, reason=problem.message)
        givens = [item for item in node.items if isinstance(item, t.Given)]
        self._given_once(givens)
        reactor = None
        if len(givens) == 1:
            found, _ = self.checker.world.find(info, givens[0].reactor)
            reactor = (
                found.id if found is not None and found.kind == "reactor" else None
            )
        setting = Setting(
            _NAME,
            reactor=reactor,
            caller_reason="a test names its callers with `as`",
            intents_are_values=True,
        )
        scope = Scope(info, setting)
        items = self._items(node.items, scope)
        return scenarios.Test(node.span, title, tuple(self._reactors(info)), items)

    def _given_once(self, givens: Sequence[t.Given]) -> None:
        seen: dict[str, Span] = {}
        for given in givens:
            name = given.reactor.text
            if name in seen:
                label = Label(seen[name], "the other one stands here")
                self.checker.report(
                    "PF211", given.reactor.span, related=[label], name=f"given {name}"
                )
            seen.setdefault(name, given.reactor.span)

    def _reactors(self, info: ModuleInfo) -> list[str]:
        """The reactors of the module and of all that it imports."""
        found: list[str] = []
        seen: set[str] = set()
        pending = [info]
        while pending:
            module = pending.pop(0)
            if module.name in seen:
                continue
            seen.add(module.name)
            found += [e.id for e in module.names.values() if e.kind == "reactor"]
            pending += [
                self.checker.world.modules[m] for m in sorted(module.used_modules)
            ]
        return found

    def _items(
        self, nodes: tuple[t.TestItem, ...], scope: Scope
    ) -> tuple[scenarios.TestItem, ...]:
        found = (self._item(node, scope) for node in nodes)
        return tuple(item for item in found if item is not None)

    def _item(self, node: t.TestItem, scope: Scope) -> scenarios.TestItem | None:
        checker = self.checker
        match node:
            case t.Given():
                return self._given(node, scope)
            case t.As():
                return self._as(node, scope)
            case t.Stub():
                return self._stub(node, scope)
            case t.Advance():
                duration = checker.expr(node.duration, scope, DURATION)
                checker.not_negative(duration)
                return scenarios.Advance(node.span, duration)
            case t.Expect():
                return scenarios.Expect(
                    node.span, checker.expr(node.value, scope, BOOL)
                )
            case t.ExpectDenied():
                intent = self._intent(node.value, scope)
                caps = checker.caps(node.caps, scope)
                return (
                    None
                    if intent is None
                    else scenarios.ExpectDenied(node.span, intent, caps)
                )
            case t.ExpectFails():
                return self._fails(node, scope)
            case t.ExpectEmitted():
                return self._emitted(node, scope)
            case t.ExpectPerformed():
                return self._performed(node, scope)
            case st.Let() | st.Send() | st.AskStatement() | st.Emit():
                return self._statement(node, scope)

    def _statement(
        self, node: st.Let | st.Send | st.AskStatement | st.Emit, scope: Scope
    ) -> scenarios.TestItem | None:
        body = Body("test", _NAME, UNIT, None)
        if isinstance(node, st.Emit):
            self.checker.report("PF901", node.span, construct="`emit` in a test")
            return None
        if isinstance(node, st.Let):
            made = self.checker.let(node, scope, body)
            if not isinstance(made, s.Let):
                construct = "`match` on an ask in a test"
                self.checker.report("PF901", node.value.span, construct=construct)
                return None
            return scenarios.TestLet(node.span, made)
        if isinstance(node, st.Send):
            sent = self.checker.send(node, scope, body)
            return None if sent is None else scenarios.TestStatement(node.span, sent)
        call = self.checker.right(node.ask, scope, body)
        if not isinstance(call, x.Ask):
            return None
        return scenarios.TestStatement(node.span, s.Run(node.span, call))

    # ------------------------------------------------------------ setting the scene
    def _given(self, node: t.Given, scope: Scope) -> scenarios.Given | None:
        checker = self.checker
        reactor = checker.world.lookup(scope.module, node.reactor, "reactor")
        if reactor is None:
            return None
        written = cast("reactors.Reactor", reactor.node).state
        fields = checker.state_fields(reactor.id) if written is not None else {}
        entries: list[tuple[str, x.Expr]] = []
        for entry in node.entries:
            name = entry.name.text
            field = fields.get(name)
            if field is None:
                notes = did_you_mean(name, fields)
                checker.report(
                    "PF221",
                    entry.name.span,
                    notes=notes,
                    type=f"the state of {reactor.name}",
                    field=name,
                )
                continue
            entries.append((name, checker.expr(entry.value, scope, field.type)))
        return scenarios.Given(node.span, reactor.id, tuple(entries))

    def _as(self, node: t.As, scope: Scope) -> scenarios.As | None:
        checker = self.checker
        entity = checker.world.lookup(
            scope.module, node.context, "context", "principal"
        )
        if entity is None:
            return None
        setting = replace(
            scope.setting,
            caller=entity.id if entity.kind == "context" else None,
            context=entity.id if entity.kind == "context" else None,
        )
        inner = replace(scope.child(), setting=setting)
        caps = checker.caps(node.caps, inner)
        body = self._items(node.body, inner)
        if entity.kind == "principal":
            if node.arguments:
                checker._count(node.span, entity.name, 0, len(node.arguments))
            if node.subject is not None:
                checker.report(
                    "PF225",
                    node.subject.span,
                    name="subject",
                    kind="who signed in",
                    wanted="left out here: a principal never signs in",
                )
            return scenarios.As(node.span, entity.id, caps, body)
        caller = checker.construct(
            node.context.span, "context", entity, node.arguments or (), scope
        )
        return scenarios.As(node.span, caller, caps, body, self._subject(node))

    def _subject(self, node: t.As) -> str:
        """The name that the caller of an `as` signed in with."""
        if node.subject is None:
            return ""
        text, problems = unescape(node.subject.raw)
        for problem in problems:
            self.checker.report("PF107", node.subject.span, reason=problem.message)
        if not text and not problems:
            reason = "nobody signs in without a name"
            self.checker.report("PF107", node.subject.span, reason=reason)
        return text

    def _stub(self, node: t.Stub, scope: Scope) -> scenarios.Stub | None:
        checker = self.checker
        name = node.effect.text
        if is_built_in_effect(name, scope.module):
            checker.world.built_in_used.update((SYSTEM, name))
            fields = parameters_of(name)
            symbols, block = self._stub_body(
                node, name, fields, UNIT, frozenset(), scope
            )
            return scenarios.Stub(node.span, name, symbols, block)
        effect = checker.world.lookup(scope.module, node.effect, "effect")
        if effect is None:
            return None
        result: Type = UNIT
        if cast("intents.Effect", effect.node).result is not None:
            result = checker.signatures.result(effect)
        fields = checker.signatures.fields(effect)
        fails = frozenset(f.id for f in checker.signatures.failures(effect))
        symbols, block = self._stub_body(
            node, effect.name, fields, result, fails, scope
        )
        return scenarios.Stub(node.span, effect.id, symbols, block)

    def _stub_body(
        self,
        node: t.Stub,
        name: str,
        fields: Sequence[FieldSig],
        result: Type,
        fails: frozenset[DeclId],
        scope: Scope,
    ) -> tuple[tuple[x.Symbol | None, ...], s.Block]:
        """What a stub calls the parameters of its effect, and what it does."""
        checker = self.checker
        if len(node.parameters) != len(fields):
            checker._count(node.span, name, len(fields), len(node.parameters))
        inner = scope.child()
        symbols: list[x.Symbol | None] = []
        for parameter, field in zip(node.parameters, fields, strict=False):
            if parameter.text == "_":
                symbols.append(None)
                continue
            symbol = x.Symbol(parameter.text, field.type, "binding", parameter.span)
            inner.bind(symbol)
            symbols.append(symbol)
        body = Body("stub", "a stub", result, fails, asynchronous=False)
        block = checker.open_block(node.body, inner, body)
        if result != UNIT and not block.leaves:
            checker.report(
                "PF240", node.body.span, handler="stub", type=f"`{show(result)}`"
            )
        return tuple(symbols), block

    # ------------------------------------------------------------ expectations
    def _intent(self, node: e.Expr, scope: Scope) -> x.Construct | None:
        """An intent with its arguments, in an expectation about how it ends."""
        value = self.checker.infer_expr(node, scope, None)
        if isinstance(value, x.Construct) and value.kind == "intent":
            return value
        if not isinstance(value.type, Unknown):
            self.checker.report(
                "PF220",
                value.span,
                expected="an intent with its arguments",
                found=f"`{show(value.type)}`",
            )
        return None

    def _fails(self, node: t.ExpectFails, scope: Scope) -> scenarios.ExpectFails | None:
        checker = self.checker
        intent = self._intent(node.value, scope)
        if intent is None:
            return None
        entity = checker.entity(intent.id)
        declared = () if entity is None else checker.signatures.failures(entity)
        name = node.failure.last.text
        failure = next((f for f in declared if f.name == name), None)
        if failure is None:
            notes = did_you_mean(name, [f.name for f in declared])
            checker.report(
                "PF210",
                node.failure.span,
                notes=notes,
                kind=f"failure of `{intent.id.rpartition('.')[2]}` called",
                name=name,
            )
            return None
        if node.arguments is None:
            return scenarios.ExpectFails(node.span, intent, failure.id, None)
        fields = checker.signatures.fields(failure)
        call = e.CallExpr(node.span, e.Reference(node.span, name), node.arguments)
        bound = checker.bind(name, fields, call, scope, {}, partial=True)
        return scenarios.ExpectFails(node.span, intent, failure.id, bound)

    def _named(
        self,
        name: Dotted,
        kind: str,
        arguments: tuple[e.Argument, ...] | None,
        scope: Scope,
    ) -> tuple[Entity, tuple[tuple[str, x.Expr], ...]] | None:
        checker = self.checker
        entity = checker.world.lookup(scope.module, name, kind)
        if entity is None:
            return None
        fields = checker.signatures.fields(entity)
        call = e.CallExpr(name.span, e.Reference(name.span, name.text), arguments or ())
        return entity, checker.bind(entity.name, fields, call, scope, {}, partial=True)

    def _emitted(
        self, node: t.ExpectEmitted, scope: Scope
    ) -> scenarios.ExpectEmitted | None:
        found = self._named(node.event, "event", node.arguments, scope)
        return (
            None
            if found is None
            else scenarios.ExpectEmitted(node.span, found[0].id, found[1])
        )

    def _performed(
        self, node: t.ExpectPerformed, scope: Scope
    ) -> scenarios.ExpectPerformed | None:
        if is_built_in_effect(node.effect.text, scope.module):
            call = e.Call(node.span, node.effect, node.arguments or ())
            made = self.checker.effect_call(call, scope)
            if made is None:
                return None
            return scenarios.ExpectPerformed(
                node.span, made.effect, made.arguments, made.cap
            )
        found = self._named(node.effect, "effect", node.arguments, scope)
        if found is None:
            return None
        return scenarios.ExpectPerformed(node.span, found[0].id, found[1])
