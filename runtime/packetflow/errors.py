"""What can go wrong at run time, one exception class for each kind of answer."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

_MOST_NEAR: Final = 5

if TYPE_CHECKING:
    from datetime import datetime

    from packetflow.capability import Capability
    from packetflow.context import Context


class PacketFlowError(Exception):
    """Base of everything the runtime raises on purpose, declared failures included."""


class Violation(ValueError):
    """A value breaks a refinement or an invariant; `field` says which value.

    It is a `ValueError`, so that a decoder reports it as malformed input; inside a
    handler it is a fault like any other exception.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(field, message)
        self.field = field
        self.message = message

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


class Denied(PacketFlowError):
    """The caller lacks capabilities; `missing` holds exactly those it lacks."""

    def __init__(
        self,
        missing: tuple[Capability, ...] = (),
        *,
        intent: str = "",
        caller: Context | None = None,
        reason: str = "",
    ) -> None:
        super().__init__(missing)
        self.missing = missing
        self.intent = intent
        self.caller = caller
        self.reason = reason

    def __str__(self) -> str:
        subject = self.intent or "this"
        if not self.missing:
            return f"{subject} is denied: {self.reason or 'no reason was given'}"
        needed = ", ".join(map(str, self.missing))
        text = f"{subject} needs {needed}, which the caller does not hold"
        if self.reason:
            text = f"{text} ({self.reason})"
        near = self.hints
        if near:
            text = f"{text}; nearest grants: {', '.join(near)}"
        return text

    @property
    def hints(self) -> tuple[str, ...]:
        """The nearest grants in words: each with why it does not do."""
        return tuple(
            f"{grant} ({grant.shortfall(needed)})"
            for grant, needed in self._near().items()
        )

    @property
    def nearest(self) -> tuple[Capability, ...]:
        """The caller's grants that come closest to what is missing, at most five."""
        return tuple(self._near())

    def _near(self) -> dict[Capability, Capability]:
        """The nearest grants, each with what it was near to."""
        found: dict[Capability, Capability] = {}
        if self.caller is not None:
            for needed in self.missing[:_MOST_NEAR]:
                for grant in self.caller.held.nearest(needed):
                    found.setdefault(grant, needed)
        return dict(islice(found.items(), _MOST_NEAR))


class WrongContext(Denied):
    """The intent is for callers with another type of context; nothing is missing."""


class Fault(PacketFlowError):
    """A handler or effect broke; the state is as before, `__cause__` says why."""


class Unhandled(PacketFlowError):
    """No reactor of this app handles the intent."""


class KeyMisused(PacketFlowError):
    """The idempotency key came before, from the same caller with another request."""


class InProgress(PacketFlowError):
    """The same request with the same idempotency key is handled just now."""


class NoJournal(ValueError):
    """An idempotency key for an intent whose answer is kept nowhere."""


class Unavailable(PacketFlowError):
    """There is no answer now, though there might be one later; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MailboxFull(Unavailable):
    """The reactor's mailbox has no room, and its policy gave up this message."""


class DeadlineExceeded(Unavailable, TimeoutError):
    """The answer did not come in time; a late one is discarded."""


class Expired(Unavailable):
    """The intent waited for longer than it may, and was never handled."""


class Stopped(Unavailable):
    """The reactor or the app is not running."""


class Closed(Unavailable):
    """It is outside of the hours of the intent; `opens` is when they begin, if known."""

    def __init__(self, reason: str, opens: datetime | None = None) -> None:
        super().__init__(reason)
        self.opens = opens


class InternalDenial(PacketFlowError):
    """An inner border lacked a capability: a compiler bug, seen under PF_PARANOID=1."""
