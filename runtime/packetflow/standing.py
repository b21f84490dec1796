"""Standing: on whose behalf a context speaks, since when, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple, final

from packetflow.capability import Capability, Held


class Identity(NamedTuple):
    """A subject as an authenticator knew it, in one epoch of its authority."""

    subject: str
    epoch: int


@final
class Lifetime:
    """How long a session lasts: `end` moves while it is used, `over` says it ended."""

    __slots__ = ("end", "over")

    def __init__(self, end: datetime) -> None:
        self.end = end
        self.over = False


class SessionGrants(NamedTuple):
    """What a context holds as long as a session lasts: as declared, and with its end."""

    lifetime: Lifetime
    declared: tuple[Capability, ...]
    held: tuple[Capability, ...]


@final
@dataclass(frozen=True, slots=True)
class Standing:
    """What an entry has to know of a caller besides what it holds.

    `identities` are empty for a context that nobody signed in for. `own` is what it
    held before delegations were added, None until it was first admitted; `lent` is
    what reactors lent it on its way; `version` counts the changes of its subjects'
    delegations that it knows of. `deadline` is when the first of the grants ends that
    it was admitted with. `sessions` are what it holds until a session ends.
    """

    identities: tuple[Identity, ...] = ()
    own: Held | None = None
    lent: tuple[Capability, ...] = ()
    version: int = 0
    deadline: datetime | None = None
    sessions: tuple[SessionGrants, ...] = ()


NO_STANDING: Final = Standing()
