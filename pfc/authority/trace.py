"""The trace of a program: every use of authority, with what is known where it happens.

It is made once, judged by the checker, and read by analyses. It holds no verdicts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Union

from pfc.authority.algebra import Capability
from pfc.authority.bounds import Bounds
from pfc.authority.facts import Each, Fact, Facts
from pfc.authority.terms import Source, Term
from pfc.authority.values import Value
from pfc.frozen import dataclass
from pfc.ir import declarations as d
from pfc.ir import durable as l
from pfc.ir import surface as s
from pfc.ir.types import DeclId
from pfc.span import Span


@dataclass(frozen=True, slots=True, eq=False)
class HandlerPlace:
    """A handler, or the body of a workflow.

    Callers have what its intent requires, the reactor (or workflow) what it holds. With
    a `principal` the body acts as that one, and its callers' authority only guards.
    """

    reactor: d.Reactor | l.Workflow
    intent: d.Intent
    handler: d.Handler | None
    principal: d.Principal | None = None

    @property
    def id(self) -> DeclId:
        """The declaration in which it stands."""
        return self.reactor.id


@dataclass(frozen=True, slots=True, eq=False)
class PagePlace:
    """A page: its visitors have what it requires."""

    page: s.Page

    @property
    def id(self) -> DeclId:
        """The declaration in which it stands."""
        return self.page.id


@dataclass(frozen=True, slots=True, eq=False)
class PrincipalPlace:
    """A stream or schedule: it has what its principal is granted, or nothing."""

    declaration: l.Stream | l.Schedule
    principal: d.Principal | None

    @property
    def id(self) -> DeclId:
        """The declaration in which it stands."""
        return self.declaration.id


@dataclass(frozen=True, slots=True, eq=False)
class HookPlace:
    """A hook of a plugin: it runs before anybody is admitted, so it has nothing."""

    plugin: l.Plugin
    hook: l.Hook
    intent: d.Intent

    @property
    def id(self) -> DeclId:
        """The declaration in which it stands."""
        return self.plugin.id


Place = Union[HandlerPlace, PagePlace, PrincipalPlace, HookPlace]


def acts_as_principal(place: Place) -> bool:
    """Whether only the authority of a principal counts here."""
    return isinstance(place, PrincipalPlace) or (
        isinstance(place, HandlerPlace) and place.principal is not None
    )


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows a statement reaches: the columns that it fixes.

    `at` is its condition, or (without one) what a condition can be written after;
    `is_either`: the condition is an `or`.
    """

    table: DeclId
    fixed: frozenset[str]
    at: Span
    has_where: bool
    is_either: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """A capability that something needs, its parameters replaced by the arguments.

    `limits` are bounds that the arguments have here; `declared` is where it is
    required; `fixed` are the indexes of arguments without any parameter in them;
    `index` is its place among the requirements.
    """

    capability: Capability
    limits: Mapping[Term, Bounds]
    declared: Span
    each: Each | None = None
    fixed: frozenset[int] = frozenset()
    index: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Authority:
    """A `with authority` block, or the `performs` clause of an intent.

    `over` are caller-chosen values that it accepts deliberately.
    """

    span: Span
    reason: str
    over: tuple[Term, ...]
    holds: tuple[Fact, ...]
    is_block: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """A `perform`, `send`, `ask`, `emit`, offered `sends:`, or read of a guarded field.

    `kind` is one of these words, or find, insert, update, delete (rows), from, await
    (events); `target` is the id of what is called or read.
    `only` are what `only` names, as needs of the caller. `name` is the field read.
    `through` are the components in which it stands, outermost first. `statement` is
    all of the statement, if it does nothing else.
    """

    kind: str
    span: Span
    target: DeclId
    place: Place
    facts: Facts
    needs: tuple[Need, ...]
    arguments: Mapping[str, Value]
    authority: Authority | None = None
    only: tuple[Need, ...] = ()
    name: str = ""
    through: tuple[Span, ...] = ()
    statement: Span | None = None
    query: Query | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """A `can` and what was known before it."""

    span: Span
    need: Need
    place: Place
    facts: Facts
    through: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """A handler puts a value into a state field."""

    span: Span
    place: HandlerPlace
    field: str
    sources: frozenset[Source]


@dataclass(frozen=True, slots=True)
class Rebound:
    """A newer value under the name (or in the state field) of an older one."""

    name: str
    old: Term
    new: Term
    span: Span


@dataclass(slots=True)
class Trace:
    """Everything that the walk over a program found.

    `places` says what callers have who arrive at each handler and page; `state_users`
    are handlers that read or change the state of their reactor; `names` are the
    variables that values without a name of their own were first bound to.
    """

    uses: list[Use] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    stored: list[Stored] = field(default_factory=list)
    rebound: list[Rebound] = field(default_factory=list)
    authorities: list[tuple[Authority, HandlerPlace]] = field(default_factory=list)
    places: dict[Place, Facts] = field(default_factory=dict)
    state_users: set[Place] = field(default_factory=set)
    names: dict[Term, str] = field(default_factory=dict)
