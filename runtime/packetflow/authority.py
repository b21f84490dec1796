"""Authority at run time: epochs, delegations, and callers as entries see them.

A delegation gives a subject what another one holds, until an instant. It ends when it
is revoked, when the one it came from ends, or when an epoch of its giver or receiver
ends.
"""

from __future__ import annotations

import inspect
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar

from packetflow.capability import Capability, Held
from packetflow.capability.system import System
from packetflow.context import Context
from packetflow.delegation import Delegation, Delegations
from packetflow.errors import Denied
from packetflow.intent import Intent

if TYPE_CHECKING:
    from packetflow.store.interface import Store

logger: Final = logging.getLogger("packetflow.authority")

C = TypeVar("C", bound=Context)

_MOST_CONTEXTS: Final = 10_000
_RENEWED: Final = "_renewed"


class Authority:
    """Who is known in which epoch, and what was delegated to them.

    With a store, epochs and delegations survive a restart.
    """

    def __init__(self, store: Store | None = None) -> None:
        self._delegations = Delegations(store)
        self._contexts: OrderedDict[tuple[type[Context], str], Context] = OrderedDict()

    # -- who is asking ---------------------------------------------------------------

    def epoch(self, subject: str) -> int:
        """The present epoch of a subject, counted from 0."""
        return self._delegations.epochs.get(subject, 0)

    def is_current(self, caller: Context) -> bool:
        """Whether no epoch of a subject of this context is over."""
        epochs = self._delegations.epochs
        return all(
            epochs.get(one.subject, 0) == one.epoch
            for one in caller.standing.identities
        )

    async def context(
        self,
        kind: type[C],
        subject: str,
        load: Callable[[str], C | Awaitable[C | None] | None],
    ) -> C | None:
        """The subject's context: made by `load` once for each epoch, then shared.

        None if there is no such subject, which is not remembered.
        """
        key = (kind, subject)
        known = self._contexts.get(key)
        if isinstance(known, kind) and self.is_current(known):
            self._contexts.move_to_end(key)
            return known
        # The epoch is read first: what ends meanwhile ends this context too.
        epoch = self.epoch(subject)
        loaded = load(subject)
        found = await loaded if inspect.isawaitable(loaded) else loaded
        if found is None:
            return None
        made = found.identified(subject, epoch)
        self._contexts[key] = made
        while len(self._contexts) > _MOST_CONTEXTS:
            self._contexts.popitem(last=False)
        return made

    def current(self, caller: C, now: datetime) -> C:
        """The caller with what is delegated to them, without what has ended.

        Raises Denied if an epoch of theirs is over.
        """
        if caller.standing.identities:
            if not self.is_current(caller):
                names = ", ".join(one.subject for one in caller.standing.identities)
                raise Denied(
                    caller=caller, reason=f"the authority of {names} was revoked since"
                )
            caller = self._renewed(caller)
        return caller.at(now)

    def admitted(
        self, intent: Intent[object], caller: C, now: datetime
    ) -> tuple[C, tuple[Capability, ...]]:
        """The caller as an intent is handled for them, and what they lack.

        The caller's deadline is when the first of the grants that were used ends.
        """
        caller = self.current(caller, now)
        if caller.held.expires is None:
            if caller.standing.deadline is not None:
                caller = _due(caller, None)
            return caller, intent.missing(caller)
        ends: list[datetime] = []
        missing = intent.missing(caller.holding(caller.held.watched(ends.append)))
        return _due(caller, min(ends, default=None)), missing

    def _renewed(self, caller: C) -> C:
        standing = caller.standing
        version = sum(
            self._delegations.versions.get(one.subject, 0)
            for one in standing.identities
        )
        if standing.own is not None and standing.version == version:
            return caller
        known = caller.__dict__.get(_RENEWED)
        if known is not None and known[:2] == (self, version):
            renewed: C = known[2]
            return renewed
        given = [
            one.capability
            for identity in standing.identities
            for one in self._delegations.given_to(identity.subject)
            if one.capability is not None
        ]
        if standing.own is None:
            held = Held((*caller.held.roots, *given)) if given else caller.held
            own = caller.held
        else:
            own = standing.own
            held = _kept(caller.held, Held((*own.roots, *standing.lent, *given)))
        made = caller.holding(held, replace(standing, own=own, version=version))
        caller.__dict__[_RENEWED] = (self, version, made)
        return made

    # -- what they may give and take -------------------------------------------------

    def delegate(
        self,
        capability: Capability,
        to: str,
        until: datetime,
        caller: Context,
        now: datetime,
    ) -> Delegation:
        """Give a subject what the caller holds, until an instant.

        Raises Denied if the caller lacks `System.delegate`, or does not hold all of
        the capability for so long, ValueError for an end that is past or has no zone,
        and StoreError if it cannot be kept: then nothing was delegated.
        """
        given = capability.until(until)
        if not to:
            raise ValueError("a delegation is to somebody")
        if given.expires is None or given.expires <= now:
            raise ValueError("the end of a delegation is in the future")
        caller = self.current(caller, now)
        parent, missing = self._source(given, caller)
        if missing:
            raise Denied(missing, intent="delegate", caller=caller)
        subjects = [one.subject for one in caller.standing.identities]
        return self._delegations.give(
            given, by=subjects[0] if subjects else "", to=to, parent=parent, at=now
        )

    def _source(
        self, given: Capability, caller: Context
    ) -> tuple[str | None, tuple[Capability, ...]]:
        """The delegation that a delegation comes from, and what its giver lacks."""
        missing = () if caller.held.allows(System.delegate) else (System.delegate,)
        standing = caller.standing
        if not caller.held.allows(given):
            return None, (*missing, given)
        if standing.own is None or standing.own.allows(given):
            return None, missing
        for identity in standing.identities:
            for one in self._delegations.given_to(identity.subject):
                if one.capability is not None and one.capability.implies(given):
                    return one.id, missing
        # What a reactor lent is not the caller's to give away.
        return None, (*missing, given)

    def revoke(
        self, subject: str | Delegation, caller: Context, now: datetime
    ) -> tuple[Delegation, ...]:
        """Begin a new epoch for a subject, or end one delegation; gives what ended.

        Every context of the subject is refused from now on, and every delegation to
        or by them ends, with all that came from these. Whoever made a delegation may
        end it; all else needs `System.revoke`, else Denied. Raises StoreError if it
        cannot be kept: it counts all the same, until a restart.
        """
        caller = self.current(caller, now)
        own = isinstance(subject, Delegation) and any(
            one.subject == subject.by for one in caller.standing.identities
        )
        if not own and not caller.held.allows(System.revoke):
            raise Denied((System.revoke,), intent="revoke", caller=caller)
        if isinstance(subject, Delegation):
            return self._delegations.end(subject.id, now)
        return self._delegations.new_epoch(subject, now)

    def delegations(self, to: str) -> tuple[Delegation, ...]:
        """What is delegated to a subject and was not ended; ends may be past."""
        return tuple(self._delegations.given_to(to))


def _due(caller: C, deadline: datetime | None) -> C:
    standing = replace(caller.standing, deadline=deadline)
    return caller.holding(caller.held, standing)


def _kept(held: Held, limit: Held) -> Held:
    roots = [root for root in held.roots if limit.allows(root)]
    return held if len(roots) == len(held.roots) else Held(roots)
