"""Contexts: who is asking, what they hold, and how that travels."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import ClassVar, Final, TypeVar

import msgspec
from msgspec.structs import force_setattr

from packetflow.capability import FOREVER, NOTHING, Capability, Held
from packetflow.identifier import new_request_id
from packetflow.standing import (
    NO_STANDING,
    Identity,
    Lifetime,
    SessionGrants,
    Standing,
)

C = TypeVar("C", bound="Context")

# No version of delegations: what is held is compared with them at the next entry.
_UNKNOWN_VERSION: Final = -1
_LEFT: Final = "_left"


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

    def session_grants(self) -> Iterator[Capability]:
        """What they are granted as long as their session lasts.

        A context that belongs to no session holds it without an end.
        """
        yield from ()

    @cached_property
    def held(self) -> Held:
        """Grants and capabilities, closed under implication; made once."""
        return Held((*self.grants(), *self.session_grants(), *self.capabilities))

    @cached_property
    def standing(self) -> Standing:
        """On whose behalf this context speaks, and until when."""
        return NO_STANDING

    @cached_property
    def steady(self) -> bool:
        """Whether what it holds changes neither with time nor by revocation."""
        return self.held.expires is None and not self.standing.identities

    @cached_property
    def passes(self) -> set[type]:
        """Intents this caller was let in with, whatever their fields.

        INVARIANT: only of a steady caller, and of intents whose requirement depends
        on the caller alone; a copy that holds something else begins without any.
        """
        return set()

    def identified(self: C, subject: str, epoch: int) -> C:
        """The same caller, known as a subject in an epoch of its authority.

        Entries then add what was delegated to the subject, and refuse the context when
        the epoch is over.
        """
        standing = Standing((Identity(subject, epoch),))
        return self._copy(self.held, self.request_id, self.trace, standing)

    def in_session(self: C, lifetime: Lifetime) -> C:
        """The same caller in a session: some of the grants end when it does.

        Ask again when the end of the session has moved. What else is granted is
        computed the first time only.
        """
        known = self.standing.sessions
        if known:
            declared = known[0].declared
            others: Iterable[Capability] = (
                one for one in self.held.roots if one not in known[0].held
            )
        else:
            declared = tuple(self.session_grants())
            others = (*self.grants(), *self.capabilities)
        if not declared:
            return self
        timed = tuple(one.until(lifetime.end) for one in declared)
        if known and known[0].lifetime is lifetime and known[0].held == timed:
            return self
        sessions = (SessionGrants(lifetime, declared, timed),)
        standing = replace(self.standing, sessions=sessions)
        held = Held((*others, *timed))
        return self._copy(held, self.request_id, self.trace, standing)

    def can(self, capability: Capability) -> bool:
        """Whether this caller holds the capability."""
        return self.held.allows(capability)

    def at(self: C, now: datetime) -> C:
        """This context without what has expired at an instant."""
        held = self.held
        if held.expires is None or now < held.expires:
            return self
        # What is left is kept with the instant: clocks differ, and one may go back.
        since, left = self.__dict__.get(_LEFT, (now, held))
        if now < since or now >= (left.expires or FOREVER):
            left = held.at(now)
            self.__dict__[_LEFT] = (now, left)
        return self.holding(left)

    def holding(self: C, held: Held, standing: Standing | None = None) -> C:
        """The same request by the same caller, holding just this.

        `standing` is the entry's own; without it, nothing is added to what is held.
        """
        if standing is None:
            standing = self.standing if held is self.held else self._settled()
        return self._copy(held, self.request_id, self.trace, standing)

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
        needs = tuple(needs)
        if how is Propagation.ISOLATE:
            held = self._part(needs, lender)
        elif how is Propagation.ATTENUATE:
            held = self._part((*needs, *(only or ())), lender)
        elif only is not None:
            held = self._part(only, lender)
        elif lender is NOTHING:
            held = self.held.plain
        else:
            held = self.held.union(Held(self._lent(needs, lender)))
        standing = self._settled()
        if lender is not NOTHING and standing.identities:
            lent = self._lent((*needs, *(only or ())), lender)
            standing = replace(standing, lent=(*standing.lent, *lent))
        return self._copy(held, new_request_id(), trace, standing)

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
        trace = (*self.trace, *other.trace)
        standing = _together(self, other)
        return other._copy(held, new_request_id(), trace, standing)

    def _part(self, wanted: Iterable[Capability], lender: Held) -> Held:
        held = self.held
        return Held(one for one in wanted if held.allows(one) or lender.allows(one))

    def _lent(
        self, wanted: Iterable[Capability], lender: Held
    ) -> tuple[Capability, ...]:
        held = self.held
        return tuple(
            one for one in wanted if not held.allows(one) and lender.allows(one)
        )

    def _settled(self) -> Standing:
        """The standing of what is made from this context: delegations add nothing."""
        standing = self.standing
        if standing.identities and standing.own is None:
            return replace(standing, own=self.held)
        return standing

    def _copy(
        self: C,
        held: Held,
        request_id: str,
        trace: tuple[str, ...],
        standing: Standing | None = None,
    ) -> C:
        # A copy does not run `__post_init__`: the fields were checked when made.
        made = copy.copy(self)
        force_setattr(made, "request_id", request_id)
        force_setattr(made, "trace", trace)
        made.__dict__["held"] = held
        standing = self.standing if standing is None else standing
        if standing is not NO_STANDING:
            made.__dict__["standing"] = standing
        return made


def _together(one: Context, other: Context) -> Standing:
    """The standing of two: what either's subjects lose, the composed context loses."""
    left, right = one.standing, other.standing
    sessions = (*left.sessions, *right.sessions)
    if not left.identities and not right.identities and not sessions:
        return NO_STANDING
    # A set that is too large does no harm here: it only says what may stay.
    own = (left.own or one.held).union(right.own or other.held)
    return Standing(
        tuple(dict.fromkeys((*left.identities, *right.identities))),
        own,
        (*left.lent, *right.lent),
        _UNKNOWN_VERSION,
        min((end for end in (left.deadline, right.deadline) if end), default=None),
        sessions,
    )


class Principal(Context, frozen=True, kw_only=True):
    """A fixed identity, for work that nobody asked for."""
