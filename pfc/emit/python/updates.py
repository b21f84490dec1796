"""Assignments to a reactor's state, which is made of values that never change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from pfc.emit.block import Block
from pfc.emit.code import Code, splice
from pfc.emit.python import syntax
from pfc.emit.python.conditions import describe
from pfc.emit.python.expressions import Expressions
from pfc.emit.python.syntax import ATOM, CONDITIONAL, Py
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir import statements as s
from pfc.ir import types as t

Change = Callable[[Py], Py]
"""The new value of a place, from the one that it has."""

_FRESH_MAPS: Final = ("map", "filter", "merge")


class Updates:
    """Writes assignments and removals for the handlers of one reactor."""

    def __init__(self, expressions: Expressions, reactor: d.Reactor) -> None:
        self.expressions = expressions
        self.file = expressions.file
        self.reactor = reactor
        self._fields = {field.name: field for field in reactor.state}

    def assign(self, block: Block, node: s.Assign, value: Py, type_: t.Type) -> None:
        """`state.x = value`, with any operator and any steps; `type_` is the value's."""
        target = node.target
        origin = self.file.origin(node.span)
        with self.expressions.into(block):
            change = self._change(node, value, type_)
            place = self._place(target)
            if target.steps:
                self._through_steps(block, target, place, change, origin)
            elif self._is_plain(node, type_):
                operator = Code(node.operator)
                value_code = self._owned(node, value)
                block.add(
                    splice("{} {} {}", place.code, operator, value_code), origin=origin
                )
            else:
                code = splice("{} = {}", place.code, change(place).code)
                block.add(code, origin=origin)
        self._check(block, target)

    def _place(self, target: s.Target) -> Py:
        assert self.expressions.around.state is not None
        return self.expressions.around.state(self.reactor.id, target.field)

    def _is_plain(self, node: s.Assign, type_: t.Type) -> bool:
        """Whether Python's own operator does it."""
        if node.operator == "=":
            return True
        refined = isinstance(node.target.type, t.RefinedType)
        return not refined and t.FLOAT not in (t.base_of(node.target.type), type_)

    def _owned(self, node: s.Assign, value: Py) -> Code:
        """The value of a whole field; a map becomes a dict of the state's own."""
        is_map = isinstance(t.base_of(node.target.field_type), t.MapType)
        if not is_map or node.operator != "=" or self._is_fresh(node.value):
            return value.code
        code = value.code
        return code if code.startswith("dict(") else splice("dict({})", code)

    def _is_fresh(self, value: x.Right) -> bool:
        return isinstance(value, x.MapExpr) or (
            isinstance(value, x.Method)
            and value.owner == "Map"
            and value.name in _FRESH_MAPS
        )

    def _change(self, node: s.Assign, value: Py, type_: t.Type) -> Change:
        if node.operator == "=":
            return lambda _: value
        target = node.target.type
        sign = node.operator[0]

        def changed(current: Py) -> Py:
            made = self.expressions.operation(
                sign, t.base_of(target), t.base_of(type_), current, value
            )
            if isinstance(target, t.RefinedType):
                return self.expressions.checked(target, made)
            return made

        return changed

    def _through_steps(
        self, block: Block, target: s.Target, place: Py, change: Change, origin: Code
    ) -> None:
        first, *rest = target.steps
        base = t.base_of(target.field_type)
        if isinstance(first, s.KeyStep) and isinstance(base, t.MapType):
            key = self._key(first)
            current = Py(splice("{}[{}]", place.code, key.code))
            made = self._updated(block, current, base.value, rest, change)
            code = splice(
                "turn.put({}, {}, {})",
                place.code,
                key.at(CONDITIONAL),
                made.at(CONDITIONAL),
            )
        else:
            made = self._updated(block, place, base, target.steps, change)
            code = splice("{} = {}", place.code, made.code)
        block.add(code, origin=origin)

    def _key(self, step: s.KeyStep) -> Py:
        """A key, evaluated once."""
        shown = self.expressions.show(step.key)
        if isinstance(step.key, x.Literal):
            return shown
        return self.expressions.bound(shown, "key")[1]

    def _updated(
        self,
        block: Block,
        current: Py,
        type_: t.Type,
        steps: Sequence[s.FieldStep | s.KeyStep],
        change: Change,
    ) -> Py:
        """The value in place of `current`, changed where the steps lead."""
        if not steps:
            return change(current)
        step, rest = steps[0], steps[1:]
        base = t.base_of(type_)
        if isinstance(step, s.FieldStep):
            assert isinstance(base, t.RecordType)
            name = self.file.field(base.id, step.name)
            kind = self.expressions.field_type(base, "", step.name)
            value = syntax.attribute(current, name)
            inner = self._updated(block, value, kind, rest, change)
            replace = self.file.msgspec("structs.replace")
            made = splice("{}={}", name, inner.at(CONDITIONAL))
            return syntax.call(replace, current.at(CONDITIONAL), made)
        key = self._key(step)
        if isinstance(base, t.MapType):
            at = Py(splice("{}[{}]", current.at(ATOM), key.code))
            inner = self._updated(block, at, base.value, rest, change)
            return Py(
                splice(
                    "{{**{}, {}: {}}}",
                    current.at(syntax.UNION),
                    key.at(CONDITIONAL),
                    inner.at(CONDITIONAL),
                )
            )
        item = syntax.call(self.file.stdlib("item"), current.at(CONDITIONAL), key.code)
        once = self.expressions.scope.temporary("before")
        # The item is read in any case: an index outside the list is a fault.
        if rest or change(Py(once)).code != change(Py(Code("_"))).code:
            block.add(splice("{} = {}", once, item.code))
        else:
            block.add(item.code)
        assert isinstance(base, t.ListType)
        inner = self._updated(block, Py(once), base.item, rest, change)
        head = current.at(ATOM)
        after = syntax.binary(key, "+", syntax.text("1"), syntax.SUM)
        parts = (head, key.code, inner.at(CONDITIONAL), head, after.code)
        return Py(splice("(*{}[:{}], {}, *{}[{}:])", *parts))

    def remove(self, block: Block, node: s.Remove) -> None:
        """`remove state.m[k]`: nothing if there is no such key."""
        origin = self.file.origin(node.span)
        target = node.target
        *before, last = target.steps
        assert isinstance(last, s.KeyStep)
        with self.expressions.into(block):
            place = self._place(target)
            key = self._key(last)
            if not before:
                code = splice("turn.drop({}, {})", place.code, key.at(CONDITIONAL))
                block.add(code, origin=origin)
                return
            without = self._without(key)
            inner = s.Target(
                target.span, target.type, target.field, target.field_type, tuple(before)
            )
            self._through_steps(block, inner, place, without, origin)

    def _without(self, key: Py) -> Change:
        names = self.expressions.scope
        first, second = names.temporary("key"), names.temporary("value")

        def changed(current: Py) -> Py:
            pattern = "{{{}: {} for {}, {} in {}.items() if {} != {}}}"
            parts = (first, second, first, second, current.at(ATOM), first)
            return Py(splice(pattern, *parts, key.at(syntax.UNION)))

        return changed

    def _check(self, block: Block, target: s.Target) -> None:
        """The field's own refinement, at once."""
        field = self._fields[target.field]
        refinement = field.refinement
        if refinement is None:
            return
        place = self._place(target)
        label = self.file.out.literal(field.name)
        check = self.file.py.runtime("check")
        if refinement.under is not None:
            under = self.file.py.runtime("under")
            path = self.file.out.literal(refinement.under)
            text = self.file.out.literal(f"must be under {refinement.under}")
            block.add(
                splice(
                    "{}({}({}, {}), {}, {})",
                    check,
                    under,
                    place.code,
                    path,
                    label,
                    text,
                )
            )
        if refinement.where is not None and refinement.it is not None:
            self.expressions.scope.bind(refinement.it, place)
            with self.expressions.into(block):
                condition = self.expressions.argument(refinement.where)
            written = self.file.written(refinement.where.span)
            message = describe(refinement, field.type, written)
            text = self.file.out.literal(message)
            block.add(splice("{}({}, {}, {})", check, condition, label, text))
