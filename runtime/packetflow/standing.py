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
@dataclass(frozen=True, slots=True)
class Standing:
    """What an entry has to know of a caller besides what it holds.

    `identities` are empty for a context that nobody signed in for. `own` is what it
    held before delegations were added, None until it was first admitted; `lent` is
    what reactors lent it on its way; `version` counts the changes of its subjects'
    delegations that it knows of. `deadline` is when the first of the grants ends that
    it was admitted with.
    """

    identities: tuple[Identity, ...] = ()
    own: Held | None = None
    lent: tuple[Capability, ...] = ()
    version: int = 0
    deadline: datetime | None = None


NO_STANDING: Final = Standing()
