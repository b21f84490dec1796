"""Declarations of components, pages and APIs, and what stands in them."""

from __future__ import annotations

from typing import Union

from pfc.span import Span
from pfc.syntax.ast.base import Dotted, Name, Text, node
from pfc.syntax.ast.data import Member
from pfc.syntax.ast.expressions import Argument, Expr, Right, StringLiteral
from pfc.syntax.ast.intents import Requires
from pfc.syntax.ast.patterns import Pattern
from pfc.syntax.ast.statements import Let


@node
class Children:
    span: Span
    nodes: tuple[Child, ...]


@node
class TextNode:
    span: Span
    text: StringLiteral


@node
class Element:
    """An HTML element or a component; `arguments` are its attributes or parameters."""

    span: Span
    name: Dotted
    arguments: tuple[Argument, ...]
    children: Children | None


@node
class SlotNode:
    span: Span
    name: Name | None


@node
class IfNode:
    span: Span
    condition: Expr
    then: Children
    otherwise: Children | IfNode | None


@node
class WhenNode:
    """`when can Cap { } else { }`."""

    span: Span
    condition: Expr
    then: Children
    otherwise: Children | IfNode | None


@node
class ForNode:
    span: Span
    names: tuple[Name, ...]
    value: Expr
    body: Children
    otherwise: Children | None


@node
class ChildArm:
    span: Span
    pattern: Pattern
    guard: Expr | None
    body: Children


@node
class MatchNode:
    span: Span
    subject: Right
    arms: tuple[ChildArm, ...]


@node
class LetNode:
    span: Span
    let: Let


@node
class LiveNode:
    span: Span
    stream: Dotted
    where: Expr | None
    keep: str | None


Child = Union[
    TextNode, Element, SlotNode, IfNode, WhenNode, ForNode, MatchNode, LetNode, LiveNode
]


@node
class Component:
    span: Span
    name: Name
    parameters: tuple[Member, ...]
    body: Children
    doc: str | None


@node
class Page:
    span: Span
    route: Text
    name: Name
    parameters: tuple[Member, ...]
    context: Dotted | None
    requires: Requires | None
    body: Children
    doc: str | None


@node
class Endpoint:
    span: Span
    method: str
    route: Text
    intent: Dotted
    doc: str | None


@node
class Api:
    span: Span
    prefix: Text
    context: Dotted | None
    endpoints: tuple[Endpoint, ...]
    doc: str | None
