"""Names, fields, constructors and calls in Python."""

from __future__ import annotations

from typing import Final, cast

from pfc.emit.code import Code, splice
from pfc.emit.python import syntax
from pfc.emit.python.file import NotEmitted
from pfc.emit.python.methods import Methods
from pfc.emit.python.normal_forms import normal
from pfc.emit.python.syntax import ATOM, CONDITIONAL, Py
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir import types as t
from pfc.ir.types import DeclId

_MAILBOX_FIELDS: Final = {"depth": Code("depth"), "room": Code("room")}
_PAGE_FIELDS: Final = {
    "items": Code("items"),
    "next": Code("next"),
    "total": Code("total"),
}


class Values(Methods):
    """What makes values, and what reads them."""

    # ------------------------------------------------------------ names
    def local(self, expr: x.Local) -> Py:
        found = self.scope.find(expr.symbol)
        if found is None:
            raise NotEmitted(f"the name {expr.symbol.name!r} here", expr.span)
        return found

    def caller(self, expr: x.Caller) -> Py:
        if self.around.caller is None:
            raise NotEmitted("`caller` here", expr.span)
        return self.around.caller

    def state_field(self, expr: x.StateField, *, kept: bool = True) -> Py:
        """A field of the state. A map that is kept is copied: the handler changes it."""
        if self.around.state is None:
            raise NotEmitted("`state` here", expr.span)
        found = self.around.state(expr.reactor, expr.name)
        is_map = isinstance(t.base_of(expr.type), t.MapType)
        if kept and is_map and self.around.copies_maps:
            return syntax.call(Code("dict"), found.code)
        return found

    def consumed(self, expr: x.Expr) -> Py:
        """The Python of an expression whose value is looked at and not kept."""
        if isinstance(expr, x.StateField):
            return self.state_field(expr, kept=False)
        return self.show(expr)

    def builtin(self, expr: x.Builtin) -> Py:
        found = self.around.now if expr.name == "now" else self.around.new_uuid
        if found is None:
            raise NotEmitted(f"`{expr.name}()` here", expr.span)
        return found

    def field_of(self, expr: x.FieldOf) -> Py:
        value = self.show(expr.value)
        return syntax.attribute(value, self.field_name(expr.value.type, expr.name))

    def field_name(self, type_: t.Type, name: str) -> Code:
        """The attribute for a field of a record, context or page of results."""
        base = t.base_of(type_)
        if isinstance(base, t.OptionalType):
            base = t.base_of(base.item)
        if isinstance(base, t.RecordType | t.ContextType):
            return self.file.field(base.id, name)
        if isinstance(base, t.PageType) and name in _PAGE_FIELDS:
            return _PAGE_FIELDS[name]
        if base == d.MAILBOX:
            return _MAILBOX_FIELDS[name]
        raise NotEmitted(f"the field {name!r} of a {t.show(type_)}")

    # ------------------------------------------------------------ constructors
    def construct(self, expr: x.Construct) -> Py:
        match expr.kind:
            case "variant":
                return self._variant(expr)
            case "outcome":
                kind = "Ok" if expr.variant == "Ok" else "Err"
                field = Code("value" if kind == "Ok" else "error")
                value = self.argument(expr.arguments[0][1])
                made = splice("{}={}", field, value)
                return syntax.call(self.py.runtime(kind), made)
            case "intent" if self.around.ask is not None:
                return self.around.ask(self.made(expr))
        return self.made(expr)

    def _variant(self, expr: x.Construct) -> Py:
        union = cast("d.UnionDecl", self.file.program.by_id[expr.id])
        if union.is_enumeration:
            member = self.file.names.member(expr.id, expr.variant)
            return Py(splice("{}.{}", self.file.ref(expr.id), member))
        head = self.file.variant(expr.id, expr.variant)
        names = self.file.names.fields(expr.id, expr.variant)
        return self._with_fields(head, names, expr.arguments)

    def made(self, expr: x.Construct) -> Py:
        """A record, intent, event, failure or context with its fields."""
        names = self.file.names.fields(expr.id)
        return self._with_fields(self.file.ref(expr.id), names, expr.arguments)

    def _with_fields(
        self,
        head: Code,
        names: dict[str, Code],
        arguments: tuple[tuple[str, x.Expr], ...],
    ) -> Py:
        made = [
            splice("{}={}", names[name], self.argument(value))
            for name, value in arguments
        ]
        return syntax.call(head, *made)

    def with_(self, expr: x.With) -> Py:
        names = self.file.names.fields(cast("t.RecordType", t.base_of(expr.type)).id)
        value = self.argument(expr.value)
        changes = [
            splice("{}={}", names[name], self.argument(change))
            for name, change in expr.changes
        ]
        replace = self.file.msgspec("structs.replace")
        return syntax.call(replace, value, *changes)

    def list_(self, expr: x.ListExpr) -> Py:
        items = [self.argument(item) for item in expr.items]
        if not isinstance(t.base_of(expr.type), t.SetType):
            return syntax.sequence("(", items, ")")
        if not items:
            item = cast("t.SetType", t.base_of(expr.type)).item
            return Py(splice("frozenset[{}]()", self.file.type(item)))
        return syntax.call(Code("frozenset"), syntax.sequence("(", items, ")").code)

    def map_(self, expr: x.MapExpr) -> Py:
        entries = [
            splice("{}: {}", self.argument(key), self.argument(value))
            for key, value in expr.entries
        ]
        return syntax.sequence("{", entries, "}")

    # ------------------------------------------------------------ calls
    def call_function(self, expr: x.CallFunction) -> Py:
        function = cast("d.Function", self.file.program.by_id[expr.id])
        arguments = self.positional(function.parameters, expr.id, expr.arguments)
        return syntax.call(self.file.ref(expr.id), *arguments)

    def positional(
        self,
        fields: tuple[d.Field, ...],
        id_: DeclId,
        arguments: tuple[tuple[str, x.Expr], ...],
    ) -> list[Code]:
        """Arguments in order; by name after one that is left out, or if they are many."""
        given = dict(arguments)
        names = self.file.names.fields(id_)
        made: list[Code] = []
        in_order = len(given) <= 3
        for field in sorted(fields, key=lambda each: each.default is not None):
            if field.name not in given:
                in_order = False
                continue
            value = self.argument(given[field.name])
            made.append(
                value if in_order else splice("{}={}", names[field.name], value)
            )
        return made

    def all_arguments(
        self, effect: d.Effect, arguments: tuple[tuple[str, x.Expr], ...]
    ) -> list[Code]:
        """Every argument of an effect, its defaults written out: tests compare them."""
        given = dict(arguments)
        made: list[Code] = []
        for field in sorted(
            effect.parameters, key=lambda each: each.default is not None
        ):
            value = given.get(field.name, field.default)
            if value is None:
                raise NotEmitted(f"an effect without its {field.name!r}")
            made.append(self.argument(value))
        return made

    def index_of(self, expr: x.IndexOf) -> Py:
        value = self.consumed(expr.value)
        at = self.argument(expr.at)
        if isinstance(t.base_of(expr.value.type), t.ListType):
            return syntax.call(self.file.stdlib("item"), value.at(CONDITIONAL), at)
        return Py(splice("{}[{}]", value.at(ATOM), at))

    # ------------------------------------------------------------ refinements
    def refine(self, expr: x.Refine) -> Py:
        """A value that is checked, and brought into its normal form."""
        if self.is_optional(expr.value):
            return self.if_present(
                expr.value, lambda value: self.checked(expr.type, value), "value"
            )
        return self.checked(expr.type, self.show(expr.value))

    def if_present(self, value: x.Expr, use: object, base: str) -> Py:
        """What `use` makes of a value that is there; none stays none."""
        raise NotImplementedError

    def checked(self, type_: t.Type, value: Py) -> Py:
        """A call that checks a value of the base type."""
        inner = type_.item if isinstance(type_, t.OptionalType) else type_
        if isinstance(inner, t.RefinedType):
            label = self.file.out.literal(inner.id.rpartition(".")[2])
            return normal(self.file, self.scope, inner, value, label)
        shown = t.show(inner)
        label = self.file.out.literal(shown.lower() if shown.isalpha() else shown)
        return normal(self.file, self.scope, inner, value, label)
