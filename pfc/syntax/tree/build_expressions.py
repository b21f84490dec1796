"""Types, expressions and patterns."""

from __future__ import annotations

from typing import cast, get_args

from lark import Token

from pfc.span import Span
from pfc.syntax.ast import expressions as x
from pfc.syntax.ast import patterns as p
from pfc.syntax.ast.base import Dotted, Name
from pfc.syntax.ast.types import TypeRef
from pfc.syntax.strings import Hole, Problem, split
from pfc.syntax.tree.parts import (
    Parts,
    Positions,
    expr,
    exprs,
    many,
    maybe,
    one,
    right,
    rule,
    rule_expr,
    rules,
    tokens,
)

_PATTERNS: tuple[type, ...] = get_args(p.Pattern)
_NOT_INTERPOLATED = "matches"
_CONSTANTS = {"TRUE": True, "FALSE": False, "NONE": None}


class Expressions(Positions):
    """Methods for the rules of types, expressions and patterns."""

    def parse_hole(self, source: str, start: int) -> x.Expr | None:
        """The expression in a hole, or none (reported); the builder provides it."""
        raise NotImplementedError

    # ------------------------------------------------------------ types
    def type(self, parts: Parts) -> TypeRef:
        arguments = rule(parts, "type_args") or ()
        return TypeRef(
            self.span(parts),
            one(parts, Dotted),
            many(arguments, TypeRef),
            len(tokens(parts, "OPTIONAL")),
        )

    # ------------------------------------------------------------ atoms
    def reference(self, parts: Parts) -> x.Reference:
        name = one(parts, Name)
        return x.Reference(name.span, name.text)

    def state_expr(self, parts: Parts) -> x.StateRef:
        return x.StateRef(self.span(parts))

    def paren(self, parts: Parts) -> x.Expr:
        return expr(parts)

    def literal(self, parts: Parts) -> x.Expr:
        token = parts[0]
        span = self.token_span(token)
        if token.type == "NUMBER":
            return x.Number(span, str(token))
        if token.type in _CONSTANTS:
            return x.Constant(span, _CONSTANTS[token.type])
        return self.string(token)

    def string(self, token: Token) -> x.StringLiteral:
        """An interpolated string."""
        raw = str(token)
        span = self.token_span(token)
        pieces, problems = split(raw)
        self.bad_string(span, problems)
        parts: list[str | x.Expr] = []
        for piece in pieces:
            if isinstance(piece, Hole):
                hole = self.parse_hole(piece.source, span.start + piece.start)
                parts.append("" if hole is None else hole)
            else:
                parts.append(piece)
        return x.StringLiteral(span, raw, tuple(parts))

    def bad_string(self, span: Span, problems: list[Problem]) -> None:
        for problem in problems:
            at = Span(span.path, span.start + problem.start, span.start + problem.end)
            self.report("PF107", at, reason=problem.message)

    def list(self, parts: Parts) -> x.ListLiteral:
        return x.ListLiteral(self.span(parts), exprs(parts))

    def map_key(self, parts: Parts) -> x.Expr:
        first = parts[0]
        if isinstance(first, Token):
            return self.literal(parts)
        dotted: Dotted = first
        key: x.Expr = x.Reference(dotted.parts[0].span, dotted.parts[0].text)
        for part in dotted.parts[1:]:
            key = x.Field(dotted.span, key, part)
        arguments = rule(parts, "args")
        if arguments is None:
            return key
        return x.CallExpr(self.span(parts), key, many(arguments, x.Argument))

    def map_entry(self, parts: Parts) -> x.MapEntry:
        key, value = exprs(parts)
        return x.MapEntry(self.span(parts), key, value)

    def map(self, parts: Parts) -> x.MapLiteral:
        return x.MapLiteral(self.span(parts), many(parts, x.MapEntry))

    # ------------------------------------------------------------ operators
    def field(self, parts: Parts) -> x.Field:
        return x.Field(self.span(parts), expr(parts), one(parts, Name))

    def index(self, parts: Parts) -> x.Index:
        value, at = exprs(parts)
        return x.Index(self.span(parts), value, at)

    def arg(self, parts: Parts) -> x.Argument:
        return x.Argument(self.span(parts), maybe(parts, Name), expr(parts))

    def call_expr(self, parts: Parts) -> x.CallExpr:
        callee = expr(parts)
        arguments = many(rule(parts, "args") or (), x.Argument)
        called = callee.name.text if isinstance(callee, x.Field) else None
        if isinstance(callee, x.Reference):
            called = callee.name
        if called == _NOT_INTERPOLATED:
            arguments = tuple(self._plain(argument) for argument in arguments)
        return x.CallExpr(self.span(parts), callee, arguments)

    def _plain(self, argument: x.Argument) -> x.Argument:
        """A regular expression keeps its braces: nothing in it is a hole."""
        value = argument.value
        if not isinstance(value, x.StringLiteral):
            return argument
        span = value.span
        self.problems[:] = [
            problem
            for problem in self.problems
            if not (span.start <= problem.span.start < span.end)
        ]
        text, problems = _raw_text(value.raw)
        self.bad_string(span, problems)
        literal = x.StringLiteral(span, value.raw, (text,) if text else ())
        return x.Argument(argument.span, argument.name, literal)

    def unary(self, parts: Parts) -> x.Unary:
        return x.Unary(self.span(parts), str(parts[0]), expr(parts))

    def binary(self, parts: Parts) -> x.Binary:
        left, right_ = exprs(parts)
        return x.Binary(self.span(parts), str(parts[1]), left, right_)

    def range(self, parts: Parts) -> x.Range:
        low, high = exprs(parts)
        return x.Range(self.span(parts), low, high)

    def if_expr(self, parts: Parts) -> x.IfExpr:
        return x.IfExpr(self.span(parts), *exprs(parts))

    def expr_arm(self, parts: Parts) -> x.ExprArm:
        guard = rule_expr(parts, "guard")
        return x.ExprArm(self.span(parts), self.pattern_of(parts), guard, expr(parts))

    def match_expr(self, parts: Parts) -> x.MatchExpr:
        return x.MatchExpr(self.span(parts), right(parts), many(parts, x.ExprArm))

    # `lambda` is a keyword of Python, so the method cannot be written with `def`
    def _lambda(self, parts: Parts) -> x.Lambda:
        return x.Lambda(self.span(parts), many(parts, Name), expr(parts))

    # ------------------------------------------------------------ capabilities
    def any_value(self, parts: Parts) -> x.Anything:
        return x.Anything(self.span(parts))

    def cap_arg(self, parts: Parts) -> x.CapArgument:
        value = maybe(parts, x.Anything) or expr(parts)
        return x.CapArgument(self.span(parts), maybe(parts, Name), value)

    def cap(self, parts: Parts) -> x.Cap:
        names = many(parts, Name)
        dotted = Dotted(names[0].span.to(names[-1].span), names)
        arguments = rule(parts, "cap_args")
        return x.Cap(
            self.span(parts),
            dotted,
            None if arguments is None else many(arguments, x.CapArgument),
        )

    def can_expr(self, parts: Parts) -> x.Can:
        return x.Can(self.span(parts), one(parts, x.Cap))

    # ------------------------------------------------------------ effectful forms
    def call(self, parts: Parts) -> x.Call:
        arguments = many(rule(parts, "args") or (), x.Argument)
        return x.Call(self.span(parts), one(parts, Dotted), arguments)

    def retry_clause(self, parts: Parts) -> x.Retry:
        backoff = rule_expr(parts, "backoff_clause")
        return x.Retry(self.span(parts), self.number(parts), backoff)

    def ask(self, parts: Parts) -> x.Ask:
        self.once(parts, "within_option", x.Retry)
        return x.Ask(
            self.span(parts),
            one(parts, x.Call),
            rule_expr(parts, "within_option"),
            maybe(parts, x.Retry),
            self.only(parts),
        )

    def only(self, parts: Parts) -> tuple[x.Cap, ...]:
        """The capabilities that `only` names."""
        return tuple(
            c for group in rules(parts, "only_option") for c in many(group, x.Cap)
        )

    def perform(self, parts: Parts) -> x.Perform:
        compensation = rule(parts, "compensate_clause")
        return x.Perform(
            self.span(parts),
            one(parts, x.Call),
            one(compensation, x.Call) if compensation else None,
        )

    def ordering(self, parts: Parts) -> x.Ordering:
        direction = rule(parts, "direction")
        descending = direction is not None and direction[0] == "desc"
        return x.Ordering(self.span(parts), expr(parts), descending)

    def table_ref(self, parts: Parts) -> Dotted:
        return self.dotted(parts)

    def find(self, parts: Parts) -> x.Find:
        self.once(parts, "where_clause", "order_clause", "limit_clause", "after_option")
        kinds = [str(kind[0]) for kind in rules(parts, "find_kind")]
        return x.Find(
            self.span(parts),
            one(parts, Dotted),
            "one" in kinds,
            "visible" in kinds,
            rule_expr(parts, "where_clause"),
            many(rule(parts, "order_clause") or (), x.Ordering),
            rule_expr(parts, "limit_clause"),
            rule_expr(parts, "after_option"),
        )

    def await_event(self, parts: Parts) -> x.AwaitEvent:
        return x.AwaitEvent(
            self.span(parts),
            one(parts, Dotted),
            rule_expr(parts, "where_clause"),
            rule_expr(parts, "within_option"),
        )

    # ------------------------------------------------------------ patterns
    def pattern_of(self, parts: Parts) -> p.Pattern:
        """The first pattern among the parts."""
        found = next(part for part in parts if isinstance(part, _PATTERNS))
        return cast("p.Pattern", found)

    def name_pattern(self, parts: Parts) -> p.NamePattern:
        dotted = parts[0] if isinstance(parts[0], Dotted) else self.dotted(parts)
        return p.NamePattern(dotted.span, dotted)

    inner_name = name_pattern

    def literal_pattern(self, parts: Parts) -> p.LiteralPattern:
        return p.LiteralPattern(self.span(parts), "".join(str(part) for part in parts))

    negative_pattern = literal_pattern

    def pattern_arg(self, parts: Parts) -> p.PatternArgument:
        return p.PatternArgument(
            self.span(parts), maybe(parts, Name), self.pattern_of(parts)
        )

    def constructor_pattern(self, parts: Parts) -> p.ConstructorPattern:
        dotted = maybe(parts, Dotted)
        if dotted is None:
            names = many(parts, Name)
            dotted = Dotted(names[0].span.to(names[-1].span), names)
        return p.ConstructorPattern(
            self.span(parts), dotted, many(parts, p.PatternArgument)
        )

    inner_constructor = constructor_pattern

    def pattern_or(self, parts: Parts) -> p.OrPattern:
        alternatives = tuple(part for part in parts if isinstance(part, _PATTERNS))
        return p.OrPattern(
            self.span(parts), cast("tuple[p.Pattern, ...]", alternatives)
        )

    inner_or = pattern_or


setattr(Expressions, "lambda", Expressions._lambda)


def _raw_text(raw: str) -> tuple[str, list[Problem]]:
    """A regular expression: its own escapes stay (`\\d`), a quote's escape goes."""
    text: list[str] = []
    body = raw[1:-1]
    at = 0
    while at < len(body):
        if body[at] == "\\" and body[at + 1 : at + 2] == '"':
            at += 1
        elif body[at] == "\\":
            text.append(body[at])
            at += 1
        text.append(body[at])
        at += 1
    return "".join(text), []
