"""Contexts: who is asking, what they hold, and how that travels."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import ClassVar, TypeVar

import msgspec
from msgspec.structs import force_setattr

from packetflow.capability import NOTHING, Capability, Held
from packetflow.identifier import new_request_id

C = TypeVar("C", bound="Context")


class Propagation(Enum):
    """What a context gives to the contexts derived from it."""

    INHERIT = "inherit"
    COPY = "copy"
    ISOLATE = "isolate"
    ATTENUATE = "attenuate"


class Composition(Enum):
    """How two contexts of one type become one."""

    MERGE = "merge"
    OVERRIDE = "override"
    INTERSECT = "intersect"


class Context(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Who is asking. Subclasses add fields and say in `grants` what follows from them.

    `capabilities` are held besides the grants. `request_id` is unique and in order of
    time. `trace` names the reactors that the request came through. A subclass that
    defines `__post_init__` calls this one's first.
    """

    propagate: ClassVar[Propagation] = Propagation.INHERIT
    compose_by: ClassVar[Composition] = Composition.MERGE

    capabilities: Sequence[Capability] = ()
    request_id: str = msgspec.field(default_factory=new_request_id)
    trace: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        force_setattr(self, "capabilities", tuple(self.capabilities))

    def grants(self) -> Iterator[Capability]:
        """What everyone with these fields is granted."""
        yield from ()

    @cached_property
    def held(self) -> Held:
        """Grants and capabilities, closed under implication; made once."""
        return Held((*self.grants(), *self.capabilities))

    def can(self, capability: Capability) -> bool:
        """Whether this caller holds the capability."""
        return self.held.allows(capability)

    def at(self: C, now: datetime) -> C:
        """This context without what has expired at an instant."""
        held = self.held.at(now)
        return self if held is self.held else self.holding(held)

    def holding(self: C, held: Held) -> C:
        """The same request by the same caller, holding just this."""
        return self._copy(held, self.request_id, self.trace)

    def derive(
        self: C,
        target: str,
        *,
        needs: Iterable[Capability] = (),
        only: Iterable[Capability] | None = None,
        lender: Held = NOTHING,
    ) -> C:
        """The context of an inner request to `target`, with a fresh request id.

        `needs` is what the callee requires, `only` what the sender restricts it to.
        inherit keeps all, copy keeps all and leaves the trace alone, isolate keeps
        just the needs, attenuate the needs and what `only` names. What neither this
        context nor the lender holds never comes into it, and the lender gives no more
        than what is needed or named.
        """
        how = self.propagate
        trace = self.trace if how is Propagation.COPY else (*self.trace, target)
        if how is Propagation.ISOLATE:
            held = self._part(needs, lender)
        elif how is Propagation.ATTENUATE:
            held = self._part((*needs, *(only or ())), lender)
        elif only is not None:
            held = self._part(only, lender)
        else:
            lent = [one for one in needs if not self.held.allows(one)]
            held = self.held.union(Held(filter(lender.allows, lent)))
        return self._copy(held, new_request_id(), trace)

    def compose(self: C, other: C, by: Composition | None = None) -> C:
        """One context of two; fields of their own come from the other.

        merge holds what either holds and concatenates the traces, override is the
        other one, intersect holds what both hold. None takes the type's own rule.
        """
        strategy = self.compose_by if by is None else by
        if strategy is Composition.OVERRIDE:
            return other
        if strategy is Composition.MERGE:
            held = self.held.union(other.held)
        else:
            held = self.held.meet(other.held)
        return other._copy(held, new_request_id(), (*self.trace, *other.trace))

    def _part(self, wanted: Iterable[Capability], lender: Held) -> Held:
        held = self.held
        return Held(one for one in wanted if held.allows(one) or lender.allows(one))

    def _copy(self: C, held: Held, request_id: str, trace: tuple[str, ...]) -> C:
        # A copy does not run `__post_init__`: the fields were checked when made.
        made = copy.copy(self)
        force_setattr(made, "request_id", request_id)
        force_setattr(made, "trace", trace)
        made.__dict__["held"] = held
        return made


class Principal(Context, frozen=True, kw_only=True):
    """A fixed identity, for work that nobody asked for."""
