"""Callers as entries see them: known in an epoch, with what they hold now."""

from __future__ import annotations

import inspect
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar

from packetflow.capability import NOTHING, Capability, Held
from packetflow.context import Context
from packetflow.delegation import Delegations
from packetflow.errors import Denied, PacketFlowError
from packetflow.intent import Intent

if TYPE_CHECKING:
    from packetflow.store.interface import Store

logger: Final = logging.getLogger("packetflow.authority")

C = TypeVar("C", bound=Context)

REFRESH_SECONDS: Final = 0.25
"""How old may be what is known of other processes."""

_MOST_CONTEXTS: Final = 10_000
_RENEWED: Final = "_renewed"
_UNKNOWN_VERSION: Final = -1


class Callers:
    """Who is known in which epoch, and what they hold now.

    With a store, epochs and delegations survive a restart, and those of other processes
    on the same store are seen after `refresh` seconds at the latest.
    """

    def __init__(self, store: Store | None = None) -> None:
        self._delegations = Delegations(store)
        self._contexts: OrderedDict[tuple[type[Context], str], Context] = OrderedDict()
        self.refresh = REFRESH_SECONDS
        self._looked = time.monotonic()

    def busy(self) -> Awaitable[object] | None:
        """What is being written outside of the event loop, None if nothing is."""
        return self._delegations.busy()

    @property
    def at_once(self) -> bool:
        """Whether nothing has to be waited for, for nothing is written to a disk."""
        return self._delegations.at_once

    def look(self) -> None:
        """See what other processes wrote to the store, if it is time to look again.

        If the store cannot be read, what is known goes on to count.
        """
        now = time.monotonic()
        if now - self._looked < self.refresh:
            return
        self._looked = now
        try:
            self._delegations.look()
        except PacketFlowError as error:
            logger.error("delegations of other processes are not seen: %s", error)

    def epoch(self, subject: str) -> int:
        """The present epoch of a subject, counted from 0."""
        self.look()
        return self._delegations.epochs.get(subject, 0)

    def is_current(self, caller: Context) -> bool:
        """Whether no epoch of a subject of this context is over."""
        self.look()
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
        if any(one.lifetime.over for one in caller.standing.sessions):
            caller = _signed_out(caller)
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
        try:
            caller = self.current(caller, now)
        except Denied as denied:
            # Whose authority is over lacks all that is required.
            denied.caller = caller.holding(NOTHING)
            denied.missing = intent.missing(denied.caller)
            raise
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


def _due(caller: C, deadline: datetime | None) -> C:
    standing = replace(caller.standing, deadline=deadline)
    return caller.holding(caller.held, standing)


def _signed_out(caller: C) -> C:
    """The caller without what lasted as long as sessions that are over."""
    standing = caller.standing
    over = [one for one in standing.sessions if one.lifetime.over]
    gone = {root for one in over for root in one.held}
    own = caller.held if standing.own is None else standing.own
    left = Held(root for root in own.roots if root not in gone)
    sessions = tuple(one for one in standing.sessions if one not in over)
    standing = replace(standing, sessions=sessions)
    if standing.own is None:
        return caller.holding(left, standing)
    held = caller.held
    if not standing.identities:
        held = _kept(held, Held((*left.roots, *standing.lent)))
    # Otherwise what is held is compared with what may stay at once.
    return caller.holding(held, replace(standing, own=left, version=_UNKNOWN_VERSION))


def _kept(held: Held, limit: Held) -> Held:
    roots = [root for root in held.roots if limit.allows(root)]
    return held if len(roots) == len(held.roots) else Held(roots)
