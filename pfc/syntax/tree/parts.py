"""What a rule's method is given, picked by type and by rule name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast, get_args

from lark import Token, Tree

from pfc.diagnostics import Diagnostic, diagnostic_with
from pfc.span import Span
from pfc.syntax.ast import expressions
from pfc.syntax.ast.base import Dotted, Fence, Name, Text
from pfc.syntax.ast.module import Comment

Parts = Sequence[
    Any
]  # tokens, nodes and trees of rules without a method: told apart by type
_Node = TypeVar("_Node")

EXPRESSIONS: tuple[type, ...] = get_args(expressions.Expr)
RIGHT: tuple[type, ...] = (*EXPRESSIONS, *get_args(expressions.Right)[-4:])
_EXPRESSIONS: frozenset[type] = frozenset(EXPRESSIONS)
_RIGHT: frozenset[type] = frozenset(RIGHT)


def one(parts: Parts, kind: type[_Node]) -> _Node:
    """The first part that is a `kind`."""
    for part in parts:
        if isinstance(part, kind):
            return part
    raise AssertionError(f"no {kind.__name__} among {parts!r}")


def maybe(parts: Parts, kind: type[_Node]) -> _Node | None:
    """The first part that is a `kind`, if there is one."""
    return next((part for part in parts if isinstance(part, kind)), None)


def many(parts: Parts, *kinds: type[_Node]) -> tuple[_Node, ...]:
    """All parts that are of one of these kinds, in order."""
    return tuple(part for part in parts if isinstance(part, kinds))


def rule(parts: Parts, name: str) -> Parts | None:
    """What stands in the first part made by the rule `name`."""
    for part in parts:
        if isinstance(part, Tree) and part.data == name:
            return part.children
    return None


def rules(parts: Parts, name: str) -> list[Parts]:
    """What stands in each part made by the rule `name`."""
    return [p.children for p in parts if isinstance(p, Tree) and p.data == name]


def expr(parts: Parts) -> expressions.Expr:
    """The first part that is an expression."""
    return cast("expressions.Expr", next(p for p in parts if type(p) in _EXPRESSIONS))


def maybe_expr(parts: Parts | None) -> expressions.Expr | None:
    """The first part that is an expression, if there is one."""
    found = next((p for p in parts or () if type(p) in _EXPRESSIONS), None)
    return cast("expressions.Expr | None", found)


def exprs(parts: Parts) -> tuple[expressions.Expr, ...]:
    """All parts that are expressions."""
    found = (part for part in parts if type(part) in _EXPRESSIONS)
    return cast("tuple[expressions.Expr, ...]", tuple(found))


def right(parts: Parts) -> expressions.Right:
    """The first part that may stand right of `let`."""
    return cast("expressions.Right", next(p for p in parts if type(p) in _RIGHT))


def rule_expr(parts: Parts, name: str) -> expressions.Expr | None:
    """The expression in the first part made by the rule `name`."""
    return maybe_expr(rule(parts, name))


def tokens(parts: Parts, type_: str) -> list[Token]:
    """All tokens of a type."""
    return [p for p in parts if isinstance(p, Token) and p.type == type_]


class Positions:
    """Where things stand in the file that is being read, and its comments."""

    def __init__(self) -> None:
        self.path = ""
        self.base = 0
        self.comments: list[Comment] = []
        self.problems: list[Diagnostic] = []
        self.doc_at: Callable[[int], str | None] = lambda _: None

    def note_comment(self, token: Token) -> None:
        """Called by the lexer for each comment."""
        self.comments.append(Comment(self.token_span(token), str(token).rstrip("\r")))

    def token_span(self, token: Token) -> Span:
        start = cast("int", token.start_pos) + self.base
        return Span(self.path, start, start + len(token))

    def start(self, part: Any) -> int:
        if isinstance(part, Token):
            return cast("int", part.start_pos) + self.base
        if isinstance(part, Tree):
            return self.start(part.children[0])
        return cast("int", part.span.start)

    def end(self, part: Any) -> int:
        if isinstance(part, Token):
            return cast("int", part.start_pos) + self.base + len(part)
        if isinstance(part, Tree):
            return self.end(part.children[-1])
        return cast("int", part.span.end)

    def span(self, parts: Parts) -> Span:
        """From the first part to the last."""
        return Span(self.path, self.start(parts[0]), self.end(parts[-1]))

    def doc(self, parts: Parts) -> str | None:
        """The `##` lines right above."""
        return self.doc_at(self.start(parts[0]))

    def text(self, parts: Parts) -> Text:
        """The first string among the parts, as written."""
        return self.maybe_text(parts) or self._no_text(parts)

    def _no_text(self, parts: Parts) -> Text:
        raise AssertionError(f"no string among {parts!r}")

    def maybe_text(self, parts: Parts | None) -> Text | None:
        found = tokens(parts or (), "STRING")
        return Text(self.token_span(found[0]), str(found[0])) if found else None

    def fence(self, parts: Parts) -> Fence | None:
        """The first fence among the parts."""
        found = tokens(parts, "FENCE")
        if not found:
            return None
        raw = str(found[0])
        opening = raw.index("\n") + 1
        span = self.token_span(found[0])
        return Fence(span, raw[opening:-3], span.start + opening)

    def number(self, parts: Parts) -> expressions.Number:
        """The first number among the parts."""
        return self._number(tokens(parts, "NUMBER")[0])

    def maybe_number(self, parts: Parts | None) -> expressions.Number | None:
        found = tokens(parts or (), "NUMBER")
        return self._number(found[0]) if found else None

    def _number(self, token: Token) -> expressions.Number:
        return expressions.Number(self.token_span(token), str(token))

    def once(self, parts: Parts, *kinds: str | type) -> None:
        """Reports a clause (by rule or node) that stands twice where one can count."""
        seen: set[str | type] = set()
        for part in parts:
            kind = str(part.data) if isinstance(part, Tree) else type(part)
            if kind in kinds and kind in seen:
                span = Span(self.path, self.start(part), self.end(part))
                self.report("PF211", span, name=_word_of(kind))
            seen.add(kind)

    def report(self, code: str, span: Span, **params: str | int) -> None:
        self.problems.append(diagnostic_with(code, span, params))

    # ------------------------------------------------------------ names
    def name(self, parts: Parts) -> Name:
        token = parts[0]
        text = str(token)
        return Name(self.token_span(token), text.strip("`"))

    arm_name = child_name = child_ref = table_name = operation_name = tool_name = name
    reserved = name

    def dotted(self, parts: Parts) -> Dotted:
        return Dotted(self.span(parts), many(parts, Name))


def _word_of(kind: str | type) -> str:
    """What a clause is called in source, by its rule or node: `within_option`, `PythonBody`."""
    if isinstance(kind, str):
        return kind.partition("_")[0]
    name = kind.__name__
    later = (at for at, letter in enumerate(name) if at and letter.isupper())
    return name[: next(later, None)].lower()
