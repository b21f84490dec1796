"""Checks that run when a value is made: normal forms, refinements, invariants."""

from __future__ import annotations

from collections.abc import Sequence

from pfc.emit.block import Block
from pfc.emit.code import Code, join, splice
from pfc.emit.python import syntax
from pfc.emit.python.base import Surroundings
from pfc.emit.python.conditions import describe
from pfc.emit.python.expressions import Expressions
from pfc.emit.python.file import File
from pfc.emit.python.normal_forms import CHECKED, NOTHING, effort, normal
from pfc.emit.python.syntax import CONDITIONAL, Py
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir import types as t


class Checks:
    """Writes the checks of one function's block; fields are attributes of `owner`.

    `frozen` says that the owner's fields are set with msgspec's `force_setattr`.
    """

    def __init__(
        self, file: File, owner: str, block: Block, *, frozen: bool = True
    ) -> None:
        self.file = file
        self.owner = owner
        self.block = block
        self.frozen = frozen
        self.scope = file.names.scope()
        self.expressions = Expressions(
            file, self.scope, Surroundings(), block, purpose="condition"
        )

    def fields(self, fields: Sequence[d.Field], names: dict[str, Code]) -> None:
        """The checks of all fields, in order."""
        for field in fields:
            self.scope.bind(field.symbol, self.attribute(names[field.name]))
        for field in fields:
            self.field(field, names[field.name])

    def attribute(self, name: Code) -> Py:
        """A field of the owner; with no owner a name of its own."""
        return Py(splice("{}.{}", Code(self.owner), name) if self.owner else name)

    def field(self, field: d.Field, name: Code) -> None:
        """Brings one field into its normal form and checks its refinement."""
        value = self.attribute(name)
        label = self.file.out.literal(field.name)
        with self.block.at(self.file.origin(field.span)):
            self._normal_form(field, name, value, label)
            self.refinement(field.refinement, field.type, value, label)

    def _normal_form(self, field: d.Field, name: Code, value: Py, label: Code) -> None:
        needed = effort(field.type, self.file.program)
        if needed == NOTHING:
            return
        refinement = field.refinement
        if field.type == t.PATH and refinement is not None and refinement.under:
            base = self.file.out.literal(refinement.under)
            function = self.file.py.runtime("checked_path")
            made = syntax.call(function, value.code, label, splice("under={}", base))
        else:
            made = normal(self.file, self.scope, field.type, value, label)
        if needed == CHECKED:
            self._check_only(field.type, value, label, made)
        elif self.frozen:
            wire = self.file.out.literal(str(name))
            setter = self.file.msgspec("structs.force_setattr")
            self.block.add(splice("{}(self, {}, {})", setter, wire, made.code))
        else:
            self.block.add(splice("{} = {}", value.code, made.code))

    def _check_only(self, type_: t.Type, value: Py, label: Code, made: Py) -> None:
        """A check of something that stays as it is."""
        match type_:
            case t.OptionalType(item):
                with self.block.nest(splice("if {} is not None:", value.code)) as inner:
                    made = normal(self.file, self.scope, item, value, label)
                    Checks._into(self, inner, item, value, label, made)
            case t.ListType(item) | t.SetType(item):
                name = self.scope.temporary("item")
                head = splice("for {} in {}:", name, value.code)
                with self.block.nest(head) as inner:
                    made = normal(self.file, self.scope, item, Py(name), label)
                    Checks._into(self, inner, item, Py(name), label, made)
            case t.MapType(key, kept):
                self._check_map(key, kept, value, label)
            case _:
                self.block.add(made.code)

    def _check_map(self, key: t.Type, kept: t.Type, value: Py, label: Code) -> None:
        """A check of keys and values that stay as they are."""
        checked = [
            (part, self.scope.temporary(name))
            for part, name in ((key, "key"), (kept, "value"))
            if effort(part, self.file.program) != NOTHING
        ]
        names = join(", ", [name for _, name in checked])
        view = "items" if len(checked) == 2 else "values"
        if checked[0][0] is key and len(checked) == 1:
            view = "keys"
        head = splice("for {} in {}.{}():", names, value.code, Code(view))
        with self.block.nest(head) as inner:
            for part, name in checked:
                made = normal(self.file, self.scope, part, Py(name), label)
                Checks._into(self, inner, part, Py(name), label, made)

    def _into(
        self, inner: Block, type_: t.Type, value: Py, label: Code, made: Py
    ) -> None:
        before, self.block = self.block, inner
        try:
            self._check_only(type_, value, label, made)
        finally:
            self.block = before

    def refinement(
        self, refinement: d.Refinement | None, type_: t.Type, value: Py, label: Code
    ) -> None:
        """The condition of an inline refinement."""
        if refinement is None:
            return
        if refinement.under is not None and type_ != t.PATH:
            self._under(refinement.under, type_, value, label)
        if refinement.where is None or refinement.it is None:
            return
        self.scope.bind(refinement.it, value)
        written = self.file.written(refinement.where.span)
        message = describe(refinement, type_, written)
        self.condition(refinement.where, label, message)

    def _under(self, base: str, type_: t.Type, value: Py, label: Code) -> None:
        under = self.file.py.runtime("under")
        path = self.file.out.literal(base)
        inside = syntax.call(under, value.code, path)
        if isinstance(t.base_of(type_), t.OptionalType):
            absent = syntax.compared(value, "is", syntax.text("None"))
            inside = syntax.binary(absent, "or", inside, syntax.OR)
        self._add(inside, label, f"must be under {base}")

    def condition(self, condition: x.Expr, label: Code, message: str) -> None:
        """`check(condition, label, message)`."""
        with self.expressions.into(self.block):
            shown = self.expressions.show(condition)
        self._add(shown, label, message)

    def _add(self, condition: Py, label: Code, message: str) -> None:
        check = self.file.py.runtime("check")
        text = self.file.out.literal(message)
        self.block.add(
            splice("{}({}, {}, {})", check, condition.at(CONDITIONAL), label, text)
        )

    def always(self, conditions: Sequence[x.Expr], name: str) -> None:
        """Invariants over the fields, which are bound already."""
        label = self.file.out.literal(name)
        for condition in conditions:
            written = self.file.written(condition.span)
            with self.block.at(self.file.origin(condition.span)):
                self.condition(condition, label, f"must satisfy {written}")
