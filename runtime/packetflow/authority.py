"""Authority at run time: what callers may give to each other, and take back.

A delegation gives a subject what another one holds, until an instant. It ends when it
is revoked, when the one it came from ends, or when an epoch of its giver or receiver
ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from packetflow.callers import Callers
from packetflow.capability import FOREVER, Capability, Held
from packetflow.capability.system import System
from packetflow.context import Context
from packetflow.delegation import NO_KEY, Delegation, Gift, Key
from packetflow.errors import Denied


class Authority(Callers):
    """Who is known in which epoch, and what was delegated to them.

    With a store, epochs and delegations survive a restart, and those of other processes
    on the same store are seen after `refresh` seconds at the latest.
    """

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
        gift = self._gift(capability, to, until, caller, now)
        return _made(self._delegations.give(gift, now), caller)

    async def delegate_soon(
        self,
        capability: Capability,
        to: str,
        until: datetime,
        caller: Context,
        now: datetime,
    ) -> Delegation:
        """As `delegate`, without holding up the event loop; on return it is kept."""
        gift = self._gift(capability, to, until, caller, now)
        return _made(await self._delegations.give_soon(gift, now), caller)

    def _gift(
        self,
        capability: Capability,
        to: str,
        until: datetime,
        caller: Context,
        now: datetime,
    ) -> Gift:
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
        return Gift(given, subjects[0] if subjects else "", to, parent)

    def hand_on(
        self,
        capability: Capability,
        to: str,
        until: datetime,
        caller: Context,
        now: datetime,
        holds: Held | None = None,
        key: Key = NO_KEY,
    ) -> Delegation:
        """Delegate what a handler was proven to have, no longer than it has it.

        What a reactor `holds`, or lent the caller, comes from nobody. Raises
        Denied if the caller's epoch is over, and ValueError and StoreError as
        `delegate` does.
        """
        gift = self._handed(capability, to, until, caller, now, holds)
        return _made(self._delegations.give(gift, now, key), caller)

    async def hand_on_soon(
        self,
        capability: Capability,
        to: str,
        until: datetime,
        caller: Context,
        now: datetime,
        holds: Held | None = None,
        key: Key = NO_KEY,
    ) -> Delegation:
        """As `hand_on`, without holding up the event loop; on return it is kept."""
        gift = self._handed(capability, to, until, caller, now, holds)
        return _made(await self._delegations.give_soon(gift, now, key), caller)

    def _handed(
        self,
        capability: Capability,
        to: str,
        until: datetime,
        caller: Context,
        now: datetime,
        holds: Held | None,
    ) -> Gift:
        if not to:
            raise ValueError("a delegation is to somebody")
        if capability.until(until).expires <= now:  # type: ignore[operator]  # it has an end
            raise ValueError("the end of a delegation is in the future")
        caller = self.current(caller, now)
        if holds is None:
            sources = self._sources(capability, caller, now)
        else:
            sources = iter([(holds.at(now).end(capability) or FOREVER, "", None)])
        end, by, parent = max(sources, key=_end, default=(FOREVER, "", None))
        return Gift(capability.until(min(until, end)), by, to, parent)

    def _sources(
        self, capability: Capability, caller: Context, now: datetime
    ) -> Iterator[tuple[datetime, str, str | None]]:
        """What of the caller's covers a capability: its end, its giver, its parent."""
        standing = caller.standing
        by = standing.identities[0].subject if standing.identities else ""
        own = caller.held if standing.own is None else standing.own
        end = own.at(now).end(capability)
        if end is not None:
            yield end, by, None
        end = Held(standing.lent).at(now).end(capability)
        if end is not None:
            yield end, "", None
        for identity in standing.identities:
            for one in self._delegations.given_to(identity.subject):
                if one.capability is None:
                    continue
                end = Held((one.capability,)).at(now).end(capability)
                if end is not None:
                    yield end, by, one.id

    def renew(
        self, subject: str, now: datetime, key: Key = NO_KEY
    ) -> tuple[Delegation, ...]:
        """Begin a subject's next epoch; gives the delegations that ended with it."""
        if not subject:
            raise ValueError("an epoch is somebody's")
        return self._delegations.new_epoch(subject, now, key)

    async def renew_soon(
        self, subject: str, now: datetime, key: Key = NO_KEY
    ) -> tuple[Delegation, ...]:
        """As `renew`, without holding up the event loop: it counts at once."""
        if not subject:
            raise ValueError("an epoch is somebody's")
        return await self._delegations.new_epoch_soon(subject, now, key)

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
        self._check_revoke(subject, caller, now)
        if isinstance(subject, Delegation):
            return self._delegations.end(subject.id, now)
        return self._delegations.new_epoch(subject, now)

    async def revoke_soon(
        self, subject: str | Delegation, caller: Context, now: datetime
    ) -> tuple[Delegation, ...]:
        """As `revoke`, without holding up the event loop: it counts at once."""
        self._check_revoke(subject, caller, now)
        if isinstance(subject, Delegation):
            return await self._delegations.end_soon(subject.id, now)
        return await self._delegations.new_epoch_soon(subject, now)

    def _check_revoke(
        self, subject: str | Delegation, caller: Context, now: datetime
    ) -> None:
        caller = self.current(caller, now)
        own = isinstance(subject, Delegation) and any(
            one.subject == subject.by for one in caller.standing.identities
        )
        if not own and not caller.held.allows(System.revoke):
            raise Denied((System.revoke,), intent="revoke", caller=caller)

    def delegations(self, to: str) -> tuple[Delegation, ...]:
        """What is delegated to a subject and was not ended; ends may be past."""
        self.look()
        return tuple(self._delegations.given_to(to))

    def in_force(self, now: datetime) -> tuple[Delegation, ...]:
        """What is delegated to anybody at an instant, the oldest first."""
        self.look()
        return tuple(
            one
            for one in self._delegations.every()
            if one.capability is not None
            and (one.capability.expires is None or now < one.capability.expires)
        )


def _made(found: Delegation | None, caller: Context) -> Delegation:
    if found is None:
        raise Denied(caller=caller, reason="what it comes from was just revoked")
    return found


def _end(source: tuple[datetime, str, str | None]) -> datetime:
    return source[0]
