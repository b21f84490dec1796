"""Declarations of plugins and apps."""

from __future__ import annotations

from typing import Union

from pfc.span import Span
from pfc.syntax.ast.base import Dotted, Name, Text, node
from pfc.syntax.ast.expressions import Cap, Expr, Number
from pfc.syntax.ast.reactors import Limits, Rate
from pfc.syntax.ast.statements import Block


@node
class Hook:
    """`kind` is validate, transform, route or compose."""

    span: Span
    kind: str
    intent: Dotted
    bindings: tuple[Name, ...]
    body: Block


@node
class Plugin:
    span: Span
    name: Name
    priority: Number | None
    hooks: tuple[Hook, ...]
    doc: str | None


@node
class Shards:
    span: Span
    count: Number
    key: Name


@node
class Each:
    """`for each key with idle d`."""

    span: Span
    key: Name
    idle: Expr | None


@node
class Supervised:
    span: Span
    reactor: Dotted
    many: Shards | Each | None


@node
class Supervise:
    span: Span
    strategy: Name
    limits: Limits | None
    children: tuple[Supervised | Supervise, ...]


@node
class AppGrant:
    span: Span
    reactor: Dotted
    caps: tuple[Cap, ...]


@node
class Run:
    span: Span
    names: tuple[Dotted, ...]


@node
class Auth:
    """`method` is session, bearer, dev or extern; `people` are offered at sign-in."""

    span: Span
    method: Name
    context: Dotted
    people: tuple[Text, ...]


@node
class Served:
    """A page by its name, or an API by its prefix."""

    span: Span
    page: Dotted | None
    prefix: Text | None


@node
class Web:
    span: Span
    port: Number
    auths: tuple[Auth, ...]
    limits: tuple[Rate, ...]
    serves: tuple[Served, ...]
    sign_up: Name | None


@node
class Tool:
    span: Span
    name: Name
    intent: Dotted
    ceiling: tuple[Cap, ...]
    doc: str | None


@node
class Tools:
    span: Span
    context: Dotted | None
    tools: tuple[Tool, ...]


@node
class Store:
    span: Span
    kind: Name
    url: Text | None


@node
class Messages:
    span: Span
    files: tuple[Text, ...]


@node
class Cluster:
    span: Span
    kind: Name


AppItem = Union[Supervise, AppGrant, Run, Web, Tools, Store, Messages, Cluster]


@node
class App:
    span: Span
    name: Name
    items: tuple[AppItem, ...]
    doc: str | None
