"""Handlers of reactors: statements that change state, and how they end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pfc.syntax.ast import intents, reactors
from pfc.syntax.ast import statements as s
from pfc.syntax.ast.module import Module
from tests.differential.evaluator import numbers
from tests.differential.evaluator.expressions import Meant
from tests.differential.evaluator.statements import Evaluator, Left
from tests.differential.evaluator.types import Type, resolve
from tests.differential.evaluator.values import (
    INDEX,
    KEY,
    VIOLATION,
    Fault,
    Struct,
    Value,
)

State = dict[str, Value]
Parts = list[s.TargetField | s.TargetIndex]


@dataclass(frozen=True)
class Ending:
    """How a handler ended: `kind` is reply, fail, deny or fault."""

    kind: str
    value: Value = None


class _Leaves(Exception):
    """`fail` and `deny`."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending)
        self.ending = ending


class Handlers(Evaluator):
    """One reactor: each handler is a transaction on its state."""

    def __init__(
        self, module: Module, reactor: str, meant: Meant | None = None
    ) -> None:
        super().__init__(module, meant)
        declared = module.declarations
        self.reactor = next(
            each
            for each in declared
            if isinstance(each, reactors.Reactor) and each.name.text == reactor
        )
        self.intents = {
            each.name.text: each
            for each in declared
            if isinstance(each, intents.Intent)
        }
        assert self.reactor.state is not None
        self.fields = {each.name.text: each for each in self.reactor.state.fields}
        self.state: State = {
            name: self.value(each.default, {}, resolve(each.type, {}))
            for name, each in self.fields.items()
            if each.default is not None
        }

    def ask(self, intent: str, *arguments: Value) -> Ending:
        """The handler of an intent; the state changes only if it replies."""
        handler = next(h for h in self.reactor.handlers if h.intent.text == intent)
        names = [name.text for name in handler.bindings or ()]
        given = dict(zip(names, arguments, strict=True))
        declared = self.intents[intent].result
        result = None if declared is None else resolve(declared, {})
        before = self.state
        try:
            left = self.block(handler.body, given, result)
            assert self.reactor.state is not None
            rules = self.reactor.state.always
            if not all(self.value(rule, self.state) for rule in rules):
                raise Fault(VIOLATION)
        except _Leaves as leaves:
            self.state = before
            return leaves.ending
        except Fault:
            self.state = before
            return Ending("fault")
        return Ending("reply", left.value if left else None)

    # ------------------------------------------------------------ statements
    def statement(
        self, node: s.Statement, names: State, result: Type | None
    ) -> Left | None:
        names["state"] = Struct("state", tuple(self.state.items()))
        match node:
            case s.Reply():
                return Left(self.right(node.value, names, result))
            case s.Done():
                return Left()
            case s.Fail():
                raise _Leaves(Ending("fail", node.failure.text))
            case s.Deny():
                raise _Leaves(Ending("deny"))
            case s.Assign():
                self._assign(node, names)
                return None
            case s.Remove():
                self._remove(node, names)
                return None
        return super().statement(node, names, result)

    def _assign(self, node: s.Assign, names: State) -> None:
        first, *rest = node.target.parts
        assert isinstance(first, s.TargetField)
        name = first.name.text
        type_ = resolve(self.fields[name].type, {})

        def made(old: Value) -> Value:
            if node.operator == "=":
                return self.right(node.value, names, None)
            hint = {int: "Int", float: "Float"}.get(type(old), "Decimal")
            value = self.right(node.value, names, Type(hint))
            return numbers.arithmetic(node.operator[0], old, value)

        if not rest and node.operator == "=":
            changed = self.right(node.value, names, type_)
        else:
            changed = self._changed(self.state[name], rest, made, names, node.operator)
        field = self.fields[name]
        optional = field.type.optional > 0
        changed = self.conform(changed, type_)
        changed = self._refined(changed, field.under, field.where, optional=optional)
        self.state = {**self.state, name: changed}

    def _changed(
        self,
        old: Value,
        parts: Parts,
        made: Callable[[Value], Value],
        names: State,
        operator: str,
    ) -> Value:
        """A value with a part of it changed; what is on the way has to be there."""
        if not parts:
            return made(old)
        first, *rest = parts
        if isinstance(first, s.TargetField):
            record = self.declared.records[old.name]
            fields = dict(old.fields)
            name = first.name.text
            fields[name] = self._changed(fields[name], rest, made, names, operator)
            member = next(m for m in record.fields if m.name.text == name)
            fields[name] = self.conform(fields[name], resolve(member.type, {}))
            return self._made(old.name, record, fields)
        at = self.value(first.at, names)
        if isinstance(old, dict):
            if at not in old and (rest or operator != "="):
                raise Fault(KEY)
            return {**old, at: self._changed(old.get(at), rest, made, names, operator)}
        if not 0 <= at < len(old):
            raise Fault(INDEX)
        inner = self._changed(old[at], rest, made, names, operator)
        return (*old[:at], inner, *old[at + 1 :])

    def _remove(self, node: s.Remove, names: State) -> None:
        first, *rest = node.target.parts
        assert isinstance(first, s.TargetField)
        name = first.name.text
        last = rest.pop()
        assert isinstance(last, s.TargetIndex)
        key = self.value(last.at, names)

        def without(old: Value) -> Value:
            return {k: v for k, v in old.items() if k != key}

        changed = self._changed(self.state[name], rest, without, names, "remove")
        self.state = {**self.state, name: changed}
