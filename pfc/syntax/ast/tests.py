"""Declarations of tests."""

from __future__ import annotations

from typing import Union

from pfc.span import Span
from pfc.syntax.ast.base import Dotted, Name, Text, node
from pfc.syntax.ast.expressions import Argument, Cap, Expr
from pfc.syntax.ast.statements import AskStatement, Block, Emit, Entry, Let, Send


@node
class Given:
    span: Span
    reactor: Dotted
    entries: tuple[Entry, ...]


@node
class As:
    """`as C(fields) subject "name" can caps { }`, or `as Principal { }`."""

    span: Span
    context: Dotted
    arguments: tuple[Argument, ...] | None
    subject: Text | None
    caps: tuple[Cap, ...]
    body: tuple[TestItem, ...]


@node
class Stub:
    span: Span
    effect: Dotted
    parameters: tuple[Name, ...]
    body: Block


@node
class Advance:
    span: Span
    duration: Expr


@node
class Expect:
    """`expect condition`, or `expect Intent(...) == value`."""

    span: Span
    value: Expr


@node
class ExpectDenied:
    span: Span
    value: Expr
    caps: tuple[Cap, ...]


@node
class ExpectFails:
    span: Span
    value: Expr
    failure: Dotted
    arguments: tuple[Argument, ...] | None


@node
class ExpectEmitted:
    span: Span
    event: Dotted
    arguments: tuple[Argument, ...] | None


@node
class ExpectPerformed:
    span: Span
    effect: Dotted
    arguments: tuple[Argument, ...] | None


TestItem = Union[
    Given,
    As,
    Stub,
    Advance,
    Expect,
    ExpectDenied,
    ExpectFails,
    ExpectEmitted,
    ExpectPerformed,
    Let,
    Send,
    AskStatement,
    Emit,
]


@node
class Test:
    span: Span
    title: Text
    items: tuple[TestItem, ...]
