"""What is called by name: functions and constructors; and what checks their values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from pfc.span import Span
from pfc.syntax.ast import data
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast.base import Name
from tests.differential.evaluator.types import (
    Binding,
    Declarations,
    Type,
    bound,
    resolve,
)
from tests.differential.evaluator.values import (
    VIOLATION,
    Fault,
    Struct,
    Value,
    all_of,
)

Names = Mapping[str, Value]
_OUTCOMES: Final = {"Ok": (0, "value"), "Err": (1, "error")}


class Calls:
    """Calls, and the conversion of values to declared types."""

    declared: Declarations
    Fields: type[Mapping[str, Value]] = dict

    def value(self, node: e.Expr, names: Names, expected: Type | None = None) -> Value:
        raise NotImplementedError

    def run(self, function: data.Function, names: Names, result: Type) -> Value:
        raise NotImplementedError

    # ------------------------------------------------------------ names
    def reference(self, name: str, names: Names, expected: Type | None) -> Value:
        """A name: a value, a function, a variant, or a method of `it`."""
        if name in names:
            return names[name]
        function = self.declared.functions.get(name)
        if function is not None:
            return lambda *given: self.apply(function, dict(enumerate(given)))
        if name in self.declared.variants:
            return self.make_variant(
                self._owner(name, expected), name, (), names, expected
            )
        it = e.Reference(_NOWHERE, "it")
        field = e.Field(_NOWHERE, it, Name(_NOWHERE, name))
        return self.value(field, names)

    def union_of(self, node: e.Expr, names: Names) -> str | None:
        """The union that an expression names, if it does."""
        if isinstance(node, e.Reference) and node.name not in names:
            return node.name if node.name in self.declared.unions else None
        return None

    def _owner(self, variant: str, expected: Type | None) -> str:
        base = self.declared.base(expected)
        owners = [union.name.text for union, _ in self.declared.variants[variant]]
        if base is not None and base.name in owners:
            return base.name
        return owners[0]

    # ------------------------------------------------------------ calls
    def call(
        self,
        name: str,
        arguments: tuple[e.Argument, ...],
        names: Names,
        expected: Type | None,
    ) -> Value:
        """A call by name; NotImplemented if nothing has this name."""
        if name in _OUTCOMES:
            base = self.declared.base(expected)
            known = base is not None and base.name == "Result"
            place, field = _OUTCOMES[name]
            inner = base.arguments[place] if base and known else None
            inside = self.value(arguments[0].value, names, inner)
            return Struct(name, ((field, inside),))
        record = self.declared.records.get(name)
        if record is not None:
            binding = self._expected(name, record.generics, expected)
            fields = self._bind(record.fields, arguments, names, binding)
            return self._made(name, record, fields)
        function = self.declared.functions.get(name)
        if function is not None:
            given = self._bind(function.parameters, arguments, names, {})
            return self._run(function, given)
        if name in self.declared.variants:
            union = self._owner(name, expected)
            return self.make_variant(union, name, arguments, names, expected)
        return NotImplemented

    def apply(self, function: data.Function, given: Mapping[int | str, Value]) -> Value:
        """A function of values, by place or by name."""
        found: dict[str, Value] = {}
        for place, parameter in enumerate(function.parameters):
            name = parameter.name.text
            type_ = resolve(parameter.type, {})
            if place in given or name in given:
                value = given[place] if place in given else given[name]
                found[name] = self.conform(value, type_)
            else:
                assert parameter.default is not None
                found[name] = self.value(parameter.default, {}, type_)
        return self._run(function, found)

    def _run(self, function: data.Function, given: dict[str, Value]) -> Value:
        given = self._checked(function.parameters, given)
        return self.run(function, given, resolve(function.result, {}))

    def _bind(
        self,
        members: tuple[data.Member, ...],
        arguments: tuple[e.Argument, ...],
        names: Names,
        binding: Binding,
    ) -> dict[str, Value]:
        """Arguments and defaults by name."""
        given = {
            each.name.text if each.name else members[place].name.text: each.value
            for place, each in enumerate(arguments)
        }
        steps = []
        for member in members:
            name, type_ = member.name.text, resolve(member.type, binding)
            if name in given:
                steps.append(partial(self.value, given[name], names, type_))
            else:
                assert member.default is not None
                steps.append(partial(self.value, member.default, {}, type_))
        found = all_of(*steps)
        return {m.name.text: v for m, v in zip(members, found, strict=True)}

    def _checked(
        self, members: tuple[data.Member, ...], given: dict[str, Value]
    ) -> dict[str, Value]:
        """The values, each held to its own `under` and `where`."""
        return {
            member.name.text: self._refined(
                given[member.name.text],
                member.under,
                member.where,
                optional=member.type.optional > 0,
            )
            for member in members
        }

    # ------------------------------------------------------------ constructors
    def _expected(
        self, name: str, generics: tuple[Name, ...], expected: Type | None
    ) -> Binding:
        base = self.declared.base(expected)
        if base is None or base.name != name:
            return {}
        return bound(generics, base.arguments)

    def _made(self, name: str, record: data.Record, fields: dict[str, Value]) -> Struct:
        checked = self._checked(record.fields, fields)
        if not all(self.value(rule, checked) for rule in record.always):
            raise Fault(VIOLATION)
        return Struct(name, tuple(checked.items()))

    def make_variant(
        self,
        union: str,
        name: str,
        arguments: tuple[e.Argument, ...],
        names: Names,
        expected: Type | None,
    ) -> Struct:
        """A value of a union."""
        generics = self.declared.unions[union].generics
        binding = self._expected(union, generics, expected)
        members = self.declared.variant(union, name).fields
        fields = self._bind(members, arguments, names, binding)
        return Struct(name, tuple(self._checked(members, fields).items()))

    def copy(
        self, value: Struct, arguments: tuple[e.Argument, ...], names: Names
    ) -> Struct:
        """`record.with(field: e)`."""
        record = self.declared.records[value.name]
        fields = dict(value.fields)
        given = {each.name.text: each.value for each in arguments if each.name}
        for member in record.fields:
            if member.name.text in given:
                type_ = resolve(member.type, {})
                changed = self.value(given[member.name.text], names, type_)
                fields[member.name.text] = changed
        return self._made(value.name, record, fields)

    # ------------------------------------------------------------ declared types
    def conform(self, value: Value, type_: Type) -> Value:
        """The value as one of a declared type: in normal form, its refinements checked."""
        if value is None:
            return None
        alias = self.declared.aliases.get(type_.name)
        if alias is not None:
            base = resolve(alias.type, bound(alias.generics, type_.arguments))
            inner = self.conform(value, base)
            return self._refined(
                inner, alias.under, alias.where, optional=base.optional
            )
        match type_.name, type_.arguments:
            case "Path", _:
                return normal_path(value)
            case "List", (item,):
                return tuple([self.conform(each, item) for each in value])
            case "Set", (item,):
                return frozenset([self.conform(each, item) for each in value])
            case "Map", (key, item):
                return {
                    self.conform(k, key): self.conform(v, item)
                    for k, v in value.items()
                }
            case "Result", arguments:
                place, field = _OUTCOMES[value.name]
                inside = self.conform(value[field], arguments[place])
                return Struct(value.name, ((field, inside),))
            case _, () | (_,) | (_, _) if isinstance(value, Struct) and type_.arguments:
                return self._conformed_struct(value, type_)
        return value

    def _conformed_struct(self, value: Struct, type_: Type) -> Struct:
        members: tuple[data.Member, ...]
        if type_.name in self.declared.records:
            record = self.declared.records[type_.name]
            generics, members = record.generics, record.fields
        else:
            generics = self.declared.unions[type_.name].generics
            members = self.declared.variant(type_.name, value.name).fields
        binding = bound(generics, type_.arguments)
        fields = tuple(
            (name, self.conform(one, resolve(member.type, binding)))
            for (name, one), member in zip(value.fields, members, strict=True)
        )
        return Struct(value.name, fields)

    def _refined(
        self,
        value: Value,
        under: e.Expr | None,
        where: e.Expr | None,
        *,
        optional: bool,
    ) -> Value:
        if value is None and optional:
            return None
        if under is not None and not self.is_under(
            value, self.value(under, {}, Type("Path"))
        ):
            raise Fault(VIOLATION)
        if where is not None and not self.value(where, {"it": value}):
            raise Fault(VIOLATION)
        return value

    def is_under(self, path: str, base: str) -> bool:
        """Whether a path is the base or below it."""
        segments, above = path.split("/"), base.rstrip("/").split("/")
        return segments[: len(above)] == above


_NOWHERE: Final = Span("", -1, -1)


def normal_path(path: str) -> str:
    """An absolute path without empty segments; those that climb are refused."""
    segments = [each for each in path.split("/") if each not in ("", ".")]
    if not path.startswith("/") or any(each in ("..", "*", "**") for each in segments):
        raise Fault(VIOLATION)
    return "/" + "/".join(segments)
