"""Patterns of `match`."""

from __future__ import annotations

from typing import Union

from pfc.span import Span
from pfc.syntax.ast.base import Dotted, Name, node


@node
class NamePattern:
    """`_`, a binding (snake_case) or a constructor without fields (PascalCase)."""

    span: Span
    name: Dotted


@node
class LiteralPattern:
    """A string, number, duration, date, time, `true`, `false` or `none`, as written."""

    span: Span
    raw: str


@node
class PatternArgument:
    span: Span
    name: Name | None
    pattern: Pattern


@node
class ConstructorPattern:
    span: Span
    name: Dotted
    arguments: tuple[PatternArgument, ...]


@node
class OrPattern:
    span: Span
    alternatives: tuple[Pattern, ...]


Pattern = Union[NamePattern, LiteralPattern, ConstructorPattern, OrPattern]
