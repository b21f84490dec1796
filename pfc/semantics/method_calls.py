"""Methods of the standard library, lambdas and indexes."""

from __future__ import annotations

from dataclasses import replace

from pfc.ir import expressions as x
from pfc.ir.types import (
    INT,
    UNKNOWN,
    FunctionType,
    ListType,
    MapType,
    OptionalType,
    PairType,
    RecordType,
    Type,
    Unknown,
    base_of,
    show,
)
from pfc.semantics import stdlib
from pfc.semantics.arguments import Arguments
from pfc.semantics.open_types import is_open
from pfc.semantics.regexes import regex_problem
from pfc.semantics.relations import Binding, fits, infer, settled, substitute, variables
from pfc.semantics.scope import Scope
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast.base import Name


class MethodCalls(Arguments):
    """What is called on a value."""

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
            self.report("PF223", named.span, callee=name.text, argument=named.text)
        if len(node.arguments) != len(method.parameters):
            wanted, found = len(method.parameters), len(node.arguments)
            self._count(node.span, name.text, wanted, found)
            return self.unknown(node.span)
        binding: Binding = {}
        infer(method.receiver, base_of(receiver.type), binding)
        for name_, known in list(binding.items()):
            if isinstance(known, Unknown) and known.open:
                del binding[name_]  # the arguments may say
        if not fits(base_of(receiver.type), settled(method.receiver, binding)):
            self._no_method(node, receiver, name, scope)
            return self.unknown(node.span)
        arguments = tuple(
            self._method_argument(argument.value, type_, scope, binding)
            for argument, (_, type_) in zip(
                node.arguments, method.parameters, strict=True
            )
        )
        arguments = tuple(
            self._of_nothing(argument.value, made, settled(type_, binding), scope)
            for argument, made, (_, type_) in zip(
                node.arguments, arguments, method.parameters, strict=True
            )
        )
        self.check_binding(node.span, method, binding)
        if name.text == "matches":
            self._check_regex(arguments[0])
        self.lessons.learn(receiver, settled(method.receiver, binding))
        result = settled(method.result, binding)
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
        if isinstance(type_, OptionalType) and name.text in stdlib.methods_of(
            type_.item
        ):
            self.mismatch(receiver.span, type_, type_.item)
            return
        self.not_among(name.span, type_, name.text)

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
        return self.coerce(found, settled(wanted, binding))

    def _of_nothing(
        self, node: e.Expr, made: x.Expr, wanted: Type, scope: Scope
    ) -> x.Expr:
        """`[]` and `{}` as arguments, once the other arguments say of what they are."""
        if isinstance(made, x.ListExpr | x.MapExpr) and is_open(made.type):
            return self.expr(node, scope, wanted)
        return made

    def _function_argument(
        self, value: e.Expr, wanted: FunctionType, scope: Scope, binding: Binding
    ) -> x.Expr:
        parameters = tuple(settled(p, binding) for p in wanted.parameters)
        if isinstance(value, e.Reference) and value.name not in scope.names:
            value = self._eta(value, len(parameters), scope)
        if not isinstance(value, e.Lambda):
            found = self.infer_expr(value, scope, None)
            self.mismatch(found.span, found.type, FunctionType(parameters, UNKNOWN))
            infer(wanted.result, UNKNOWN, binding)
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
            code = "PF235" if problem.slow else "PF108"
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
                self.report("PF226", node.span, type=show(receiver.type), method="with")
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
