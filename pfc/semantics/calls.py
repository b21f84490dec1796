"""Calls: functions, constructors, methods, lambdas; and matching arguments to parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pfc.diagnostics import did_you_mean
from pfc.ir import expressions as x
from pfc.ir.types import (
    INSTANT,
    INT,
    UNKNOWN,
    UUID,
    ContextType,
    FunctionType,
    ListType,
    MapType,
    OptionalType,
    PairType,
    RecordType,
    ResultType,
    Type,
    UnionType,
    Unknown,
    base_of,
    show,
)
from pfc.semantics import stdlib
from pfc.semantics.names import Names
from pfc.semantics.regexes import regex_problem
from pfc.semantics.relations import Binding, infer, substitute, variables
from pfc.semantics.scope import Scope
from pfc.semantics.signatures import FieldSig
from pfc.semantics.world import Entity
from pfc.span import Span
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast.base import Name

Bound = tuple[tuple[str, x.Expr], ...]
_OUTCOMES = ("Ok", "Err")


class Calls(Names):
    """Everything with arguments."""

    def call(self, node: e.CallExpr, scope: Scope, expected: Type | None) -> x.Expr:
        reached = self.entity_at(node.callee, scope)
        if reached is not None:
            found = self._call_entity(node, *reached, scope, expected)
            if found is not None:
                return found
        if isinstance(node.callee, e.Reference):
            return self._call_name(node, node.callee, scope, expected)
        if isinstance(node.callee, e.Field):
            receiver = self.expr(node.callee.value, scope)
            return self.method_call(node, receiver, node.callee.name, scope, expected)
        found_callee = self.expr(node.callee, scope)
        self._not_callable(node.callee.span, "this value", "a value", found_callee.type)
        return self.unknown(node.span)

    def _not_callable(self, span: Span, name: str, kind: str, type_: Type) -> None:
        if not isinstance(type_, Unknown):
            wanted = "something that can be called"
            self.report("PF225", span, name=name, kind=kind, wanted=wanted)

    def _call_entity(
        self,
        node: e.CallExpr,
        entity: Entity,
        rest: tuple[Name, ...],
        scope: Scope,
        expected: Type | None,
    ) -> x.Expr | None:
        if entity.kind == "union" and len(rest) == 1:
            return self.variant_call(node, entity, rest[0].text, scope, expected)
        if rest:
            return None
        if entity.kind == "record":
            return self.record_call(node, entity, scope, expected)
        if entity.kind == "fn":
            return self.function_call(node, entity, scope, expected)
        if entity.kind in ("intent", "workflow") and scope.setting.intents_are_values:
            return self.construct(node.span, "intent", entity, node.arguments, scope)
        article = "an" if entity.kind[0] in "aeiou" else "a"
        advice = {
            "intent": "an intent is sent: `ask`, `send`",
            "effect": "an effect is performed: `perform`",
            "event": "an event is emitted: `emit`",
            "failure": "a failure ends a handler: `fail`",
        }.get(entity.kind)
        self.report(
            "PF225",
            node.callee.span,
            notes=[advice] if advice else [],
            name=entity.name,
            kind=f"{article} {entity.kind}",
            wanted="a function or a type that can be made",
        )
        return self.unknown(node.span)

    def _call_name(
        self,
        node: e.CallExpr,
        callee: e.Reference,
        scope: Scope,
        expected: Type | None,
    ) -> x.Expr:
        name = callee.name
        symbol = scope.names.get(name)
        if symbol is not None:
            self._not_callable(callee.span, name, "a value", symbol.type)
            return self.unknown(node.span)
        if name in ("now", "new_uuid"):
            return self._builtin(node, name, scope)
        if name in _OUTCOMES:
            return self._outcome(node, name, scope, expected)
        if scope.it is not None and name in stdlib.methods_of(scope.it.type):
            receiver = x.Local(callee.span, scope.it.type, scope.it)
            return self.method_call(
                node, receiver, Name(callee.span, name), scope, expected
            )
        union = self._expected_union(name, expected) or self.bare_variant(name, scope)
        if union is not None:
            return self.variant_call(node, union, name, scope, expected)
        candidates = [
            known.name
            for known in self.world.visible(scope.module)
            if known.kind in ("fn", "record")
        ]
        notes = did_you_mean(name, [*candidates, "now", "new_uuid"])
        self.report("PF210", callee.span, notes=notes, kind="function", name=name)
        for argument in node.arguments:
            self.expr(argument.value, scope)
        return self.unknown(node.span)

    def _expected_union(self, name: str, expected: Type | None) -> Entity | None:
        base = base_of(expected) if expected is not None else None
        if isinstance(base, OptionalType):
            base = base_of(base.item)
        if not isinstance(base, UnionType):
            return None
        entity = self.entity(base.id)
        known = entity is not None and name in self.signatures.variants(entity)
        return entity if known else None

    def _builtin(self, node: e.CallExpr, name: str, scope: Scope) -> x.Expr:
        if node.arguments:
            self._count(node.span, name, 0, len(node.arguments))
        if not scope.setting.clock:
            place = scope.setting.name
            self.report("PF247", node.span, place=place, construct=f"`{name}()`")
        return x.Builtin(node.span, INSTANT if name == "now" else UUID, name)

    def _outcome(
        self, node: e.CallExpr, name: str, scope: Scope, expected: Type | None
    ) -> x.Expr:
        """`Ok(x)` and `Err(x)`."""
        wanted = base_of(expected) if expected is not None else None
        known = wanted if isinstance(wanted, ResultType) else ResultType(UNKNOWN, UNKNOWN)
        inner = known.value if name == "Ok" else known.error
        if len(node.arguments) != 1:
            self._count(node.span, name, 1, len(node.arguments))
            return self.unknown(node.span)
        hint = None if isinstance(inner, Unknown) else inner
        value = self.expr(node.arguments[0].value, scope, hint)
        if isinstance(wanted, ResultType):
            made = wanted
        elif name == "Ok":
            made = ResultType(value.type, UNKNOWN)
        else:
            made = ResultType(UNKNOWN, value.type)
        return x.Construct(node.span, made, "outcome", "", name, (("value", value),))

    # ------------------------------------------------------------ constructors
    def record_call(
        self, node: e.CallExpr, entity: Entity, scope: Scope, expected: Type | None
    ) -> x.Expr:
        names = self.signatures.generics(entity)
        binding = _expected_binding(names, entity.id, expected)
        bound = self.bind(
            entity.name, self.signatures.fields(entity), node, scope, binding
        )
        arguments = tuple(binding.get(name, UNKNOWN) for name in names)
        type_ = RecordType(entity.id, arguments)
        return x.Construct(node.span, type_, "record", entity.id, "", bound)

    def variant_call(
        self,
        node: e.CallExpr,
        union: Entity,
        name: str,
        scope: Scope,
        expected: Type | None,
    ) -> x.Expr:
        fields = self.signatures.variant(union, name)
        if fields is None:
            return self.variant_value(node.span, union, name, scope)
        names = self.signatures.generics(union)
        binding = _expected_binding(names, union.id, expected)
        bound = self.bind(f"{union.name}.{name}", fields, node, scope, binding)
        arguments = tuple(binding.get(each, UNKNOWN) for each in names)
        type_ = UnionType(union.id, arguments)
        return x.Construct(node.span, type_, "variant", union.id, name, bound)

    def construct(
        self,
        span: Span,
        kind: str,
        entity: Entity,
        arguments: Sequence[e.Argument],
        scope: Scope,
        *,
        partial: bool = False,
    ) -> x.Construct:
        """An intent, event, failure, context or page made from arguments.

        `partial`: fields may be missing (a form's inputs give them).
        """
        fields = self.signatures.fields(entity)
        call = e.CallExpr(span, e.Reference(span, entity.name), tuple(arguments))
        bound = self.bind(entity.name, fields, call, scope, {}, partial=partial)
        type_: Type = UNKNOWN
        if kind == "intent":
            type_ = self.signatures.result(entity)
        elif kind == "context":
            type_ = ContextType(entity.id)
        return x.Construct(span, type_, kind, entity.id, "", bound)

    def function_call(
        self, node: e.CallExpr, entity: Entity, scope: Scope, expected: Type | None
    ) -> x.Expr:
        binding: Binding = {}
        fields = self.signatures.fields(entity)
        bound = self.bind(entity.name, fields, node, scope, binding)
        result = substitute(self.signatures.result(entity), binding)
        return x.CallFunction(node.span, result, entity.id, bound)

    # ------------------------------------------------------------ arguments
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
                self.report(
                    "PF222", node.span, callee=callee, parameter=field.name
                )
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

    # ------------------------------------------------------------ methods
    def method_call(
        self,
        node: e.CallExpr,
        receiver: x.Expr,
        name: Name,
        scope: Scope,
        expected: Type | None,
    ) -> x.Expr:
        if name.text == "with":
            return self._with(node, receiver, scope)
        method = stdlib.methods_of(receiver.type).get(name.text)
        if method is None:
            self._no_method(node, receiver, name, scope)
            return self.unknown(node.span)
        if any(argument.name for argument in node.arguments):
            named = next(a.name for a in node.arguments if a.name)
            self.report(
                "PF223", named.span, callee=name.text, argument=named.text
            )
        if len(node.arguments) != len(method.parameters):
            wanted, found = len(method.parameters), len(node.arguments)
            self._count(node.span, name.text, wanted, found)
            return self.unknown(node.span)
        binding: Binding = {}
        infer(method.receiver, base_of(receiver.type), binding)
        arguments = tuple(
            self._method_argument(argument.value, type_, scope, binding)
            for argument, (_, type_) in zip(
                node.arguments, method.parameters, strict=True
            )
        )
        self.check_binding(node.span, method, binding)
        if name.text == "matches":
            self._check_regex(arguments[0])
        result = substitute(method.result, binding)
        return x.Method(
            node.span, result, method.owner, method.name, receiver, arguments
        )

    def _no_method(
        self, node: e.CallExpr, receiver: x.Expr, name: Name, scope: Scope
    ) -> None:
        for argument in node.arguments:
            if not isinstance(argument.value, e.Lambda):
                self.infer_expr(argument.value, scope, None)
        type_ = receiver.type
        if isinstance(base_of(type_), Unknown):
            return
        if isinstance(type_, OptionalType) and name.text in stdlib.methods_of(type_.item):
            self.mismatch(receiver.span, type_, type_.item)
            return
        notes = did_you_mean(name.text, stdlib.methods_of(type_))
        self.report(
            "PF226", name.span, notes=notes, type=show(type_), method=name.text
        )

    def _method_argument(
        self, value: e.Expr, wanted: Type, scope: Scope, binding: Binding
    ) -> x.Expr:
        if isinstance(wanted, FunctionType):
            return self._function_argument(value, wanted, scope, binding)
        known = substitute(wanted, binding)
        if not variables(known) - scope.generics:
            return self.expr(value, scope, base_of(known))
        found = self.infer_expr(value, scope, None)
        infer(wanted, found.type, binding)
        return found

    def _function_argument(
        self, value: e.Expr, wanted: FunctionType, scope: Scope, binding: Binding
    ) -> x.Expr:
        parameters = tuple(substitute(p, binding) for p in wanted.parameters)
        if isinstance(value, e.Reference) and value.name not in scope.names:
            value = self._eta(value, len(parameters), scope)
        if not isinstance(value, e.Lambda):
            found = self.infer_expr(value, scope, None)
            self.mismatch(found.span, found.type, FunctionType(parameters, UNKNOWN))
            return found
        result = substitute(wanted.result, binding)
        hint = None if variables(result) - scope.generics else result
        made = self.lambda_(value, parameters, scope, hint)
        infer(wanted.result, made.body.type, binding)
        return made

    def _eta(self, value: e.Reference, count: int, scope: Scope) -> e.Expr:
        """A function's name where a function is expected: `x => f(x)`."""
        reached = self.entity_at(value, scope)
        if reached is None or reached[0].kind != "fn":
            return value
        names = tuple(Name(value.span, f"_{place}") for place in range(count))
        arguments = tuple(
            e.Argument(value.span, None, e.Reference(value.span, name.text))
            for name in names
        )
        return e.Lambda(value.span, names, e.CallExpr(value.span, value, arguments))

    def lambda_(
        self,
        node: e.Lambda,
        parameters: tuple[Type, ...],
        scope: Scope,
        result: Type | None,
    ) -> x.LambdaExpr:
        """A lambda whose parameters have these types; two names take a pair apart."""
        types = parameters
        if len(parameters) == 1 and len(node.parameters) == 2:
            pair = parameters[0]
            if isinstance(pair, PairType):
                types = (pair.first, pair.second)
        if len(types) != len(node.parameters):
            self._count(node.span, "this function", len(types), len(node.parameters))
            types = tuple(UNKNOWN for _ in node.parameters)
        inner = scope.child()
        symbols: list[x.Symbol] = []
        for name, type_ in zip(node.parameters, types, strict=True):
            symbol = x.Symbol(name.text, type_, "lambda", name.span)
            symbols.append(symbol)
            inner.bind(symbol)
        body = self.expr(node.body, inner, result)
        function = FunctionType(parameters, body.type)
        return x.LambdaExpr(node.span, function, tuple(symbols), body)

    def _check_regex(self, pattern: x.Expr) -> None:
        if not isinstance(pattern, x.Literal) or not isinstance(pattern.value, str):
            self.report(
                "PF220",
                pattern.span,
                expected="a pattern written here as a string",
                found="a value that is known at run time only",
            )
            return
        problem = regex_problem(pattern.value)
        if problem is not None:
            code = "PF410" if problem.slow else "PF108"
            if problem.slow:
                self.report(code, pattern.span, reason=problem.reason)
            else:
                self.report(
                    code, pattern.span, literal=pattern.value, reason=problem.reason
                )

    def _with(self, node: e.CallExpr, receiver: x.Expr, scope: Scope) -> x.Expr:
        """`record.with(field: e)`."""
        base = base_of(receiver.type)
        fields = self.fields_of_type(receiver.type)
        if not isinstance(base, RecordType):
            if not isinstance(base, Unknown):
                self.report(
                    "PF226", node.span, type=show(receiver.type), method="with"
                )
            return self.unknown(node.span)
        named = tuple(argument for argument in node.arguments if argument.name)
        if len(named) != len(node.arguments):
            self._count(node.span, "with", 0, len(node.arguments) - len(named))
        call = replace(node, arguments=named)
        changes = self.bind("with", fields, call, scope, {}, partial=True)
        return x.With(node.span, receiver.type, receiver, changes)

    def index(self, node: e.Index, scope: Scope) -> x.Expr:
        value = self.expr(node.value, scope)
        base = base_of(value.type)
        if isinstance(base, ListType):
            return x.IndexOf(
                node.span, base.item, value, self.expr(node.at, scope, INT)
            )
        if isinstance(base, MapType):
            key = self.expr(node.at, scope, base.key)
            return x.IndexOf(node.span, base.value, value, key)
        self.expr(node.at, scope)
        if isinstance(base, OptionalType):
            self.mismatch(value.span, value.type, base.item)
        elif not isinstance(base, Unknown):
            self.report(
                "PF227", node.span, operator="[ ]", operands=f"`{show(value.type)}`"
            )
        return self.unknown(node.span)


def _expected_binding(
    names: tuple[str, ...], id_: str, expected: Type | None
) -> Binding:
    """What the expected type says about a constructor's type parameters."""
    base = base_of(expected) if expected is not None else None
    if isinstance(base, OptionalType):
        base = base_of(base.item)
    if isinstance(base, RecordType | UnionType) and base.id == id_:
        return {
            name: argument
            for name, argument in zip(names, base.arguments, strict=False)
            if not isinstance(argument, Unknown) and not variables(argument)
        }
    return {}
