"""The typed web layer, apps and tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Union

from pfc.frozen import dataclass
from pfc.ir.declarations import Field
from pfc.ir.expressions import (
    Ask,
    Cap,
    Construct,
    Expr,
    Interpolation,
    Literal,
    Pattern,
    Requirement,
    Right,
    Symbol,
)
from pfc.ir.statements import Deny, Fail, Reply
from pfc.ir.types import DeclId
from pfc.span import Span


# -------------------------------------------------------------------- what stands in pages
@dataclass(frozen=True, slots=True)
class TextNode:
    span: Span
    text: Literal | Interpolation


@dataclass(frozen=True, slots=True)
class Attribute:
    """A plain attribute: `name` is the HTML name; `value` none for a bare boolean one."""

    span: Span
    name: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Link:
    """`to: Page(args)` (a Construct of kind page), or a Url expression."""

    span: Span
    target: Construct | Expr


@dataclass(frozen=True, slots=True)
class Sends:
    """`sends: Intent(args)` of a form or a button; fields not given come from inputs."""

    span: Span
    intent: Construct
    then: Construct | None
    flash: Expr | None
    may_deny: bool


@dataclass(frozen=True, slots=True)
class Element:
    """An HTML element. `link` on `link(to:)` and `a`; `sends` on `form` and `button`."""

    span: Span
    tag: str
    attributes: tuple[Attribute, ...]
    link: Link | None
    sends: Sends | None
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class UseComponent:
    """`slots` are slot name ("" for the unnamed one) and what fills it."""

    span: Span
    id: DeclId
    arguments: tuple[tuple[str, Expr], ...]
    slots: tuple[tuple[str, tuple[Node, ...]], ...]


@dataclass(frozen=True, slots=True)
class SlotNode:
    span: Span
    name: str


@dataclass(frozen=True, slots=True)
class IfNode:
    """`if`, and `when can` (`is_when`: its condition is made of `can` only)."""

    span: Span
    condition: Expr
    then: tuple[Node, ...]
    otherwise: tuple[Node, ...]
    is_when: bool


@dataclass(frozen=True, slots=True)
class ForNode:
    span: Span
    symbols: tuple[Symbol, ...]
    values: Expr
    body: tuple[Node, ...]
    otherwise: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class NodeArm:
    span: Span
    pattern: Pattern
    guard: Expr | None
    body: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class MatchNode:
    span: Span
    subject: Expr
    arms: tuple[NodeArm, ...]


@dataclass(frozen=True, slots=True)
class OutcomeNodeArm:
    """What is shown for one way an ask can end; as `statements.OutcomeArm`."""

    span: Span
    kind: str
    failure: DeclId | None
    bindings: tuple[tuple[str, Symbol], ...]
    body: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class OutcomeNode:
    """`match ask I() { Ok(v) => ...  NotFound => ... }` in a page."""

    span: Span
    call: Ask
    arms: tuple[OutcomeNodeArm, ...]


@dataclass(frozen=True, slots=True)
class LetNode:
    """`let` in a page or component; only pages may ask.

    `otherwise` is what leaves where there is no value: one `fail`, `deny` or `done`
    (a `Reply`). Then `rest` are the nodes that follow it, shown if there is one.
    """

    span: Span
    symbol: Symbol
    value: Right
    otherwise: Fail | Deny | Reply | None = None
    rest: tuple[Node, ...] = ()


Node = Union[
    TextNode,
    Element,
    UseComponent,
    SlotNode,
    IfNode,
    ForNode,
    MatchNode,
    OutcomeNode,
    LetNode,
]


@dataclass(frozen=True, slots=True)
class Component:
    span: Span
    name_span: Span
    id: DeclId
    name: str
    parameters: tuple[Field, ...]
    body: tuple[Node, ...]
    slots: tuple[str, ...]
    doc: str | None


@dataclass(frozen=True, slots=True)
class RoutePart:
    """A constant segment, or (`parameter`) one filled by a field; `rest` takes what is left."""

    text: str
    parameter: bool
    rest: bool


@dataclass(frozen=True, slots=True)
class Page:
    """`parameters` not in the route come from the query. `requires` as for intents."""

    span: Span
    name_span: Span
    id: DeclId
    name: str
    route: tuple[RoutePart, ...]
    route_text: str
    parameters: tuple[Field, ...]
    context: DeclId | None
    requires: tuple[Requirement, ...]
    requires_span: Span | None
    body: tuple[Node, ...]
    doc: str | None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`route` includes the API's prefix."""

    span: Span
    method: str
    route: tuple[RoutePart, ...]
    route_text: str
    intent: DeclId
    doc: str | None


@dataclass(frozen=True, slots=True)
class Api:
    span: Span
    prefix: str
    context: DeclId | None
    endpoints: tuple[Endpoint, ...]
    doc: str | None


# -------------------------------------------------------------------- apps
@dataclass(frozen=True, slots=True)
class Shards:
    """`count` of a reactor; the intents' `field` decides. `intent` is one that has it."""

    span: Span
    count: int
    field: str
    intent: DeclId


@dataclass(frozen=True, slots=True)
class Each:
    """One of a reactor for each value of a field; `intent` is one that has it."""

    span: Span
    field: str
    intent: DeclId
    idle: timedelta | None


@dataclass(frozen=True, slots=True)
class Child:
    span: Span
    reactor: DeclId
    many: Shards | Each | None = None


@dataclass(frozen=True, slots=True)
class Supervise:
    span: Span
    strategy: str
    max_restarts: int | None
    within: timedelta | None
    children: tuple[Child | Supervise, ...]


@dataclass(frozen=True, slots=True)
class AppGrant:
    span: Span
    reactor: DeclId
    caps: tuple[Cap, ...]


@dataclass(frozen=True, slots=True)
class Auth:
    """`method` is dev for now; `people` are names that the sign-in page offers."""

    span: Span
    method: str
    context: DeclId
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Web:
    span: Span
    port: int
    auths: tuple[Auth, ...]
    limits: tuple[tuple[int, timedelta], ...]
    pages: tuple[DeclId, ...]
    apis: tuple[Api, ...]


@dataclass(frozen=True, slots=True)
class Tool:
    """An intent offered to AI agents; they may do at most what the `ceiling` covers."""

    span: Span
    name: str
    intent: DeclId
    context: DeclId | None
    ceiling: tuple[Cap, ...]
    doc: str | None


@dataclass(frozen=True, slots=True)
class Store:
    """`kind` is sqlite, postgres or memory; `where` is a path or an address."""

    span: Span
    kind: str
    where: str


@dataclass(frozen=True, slots=True)
class App:
    span: Span
    name_span: Span
    id: DeclId
    name: str
    trees: tuple[Supervise, ...]
    grants: tuple[AppGrant, ...]
    web: Web | None
    doc: str | None
    tools: tuple[Tool, ...] = ()
    store: Store | None = None
    runs: tuple[DeclId, ...] = ()
