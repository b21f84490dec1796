"""What all cells of a reactor type share."""

from __future__ import annotations

from typing import final

from packetflow.actor.commit import map_fields
from packetflow.actor.reactor import AnyReactor
from packetflow.actor.setting import quicken
from packetflow.capability import Held


@final
class Plan:
    """A reactor type as cells need it, worked out once.

    `family` is the name that cells are counted under together, if there are many.
    """

    __slots__ = ("family", "holds", "mailbox", "maps", "reactor", "reactor_type")

    def __init__(self, reactor_type: type[AnyReactor]) -> None:
        self.reactor_type = reactor_type
        self.reactor = reactor_type()
        self.holds = Held(reactor_type.holds)
        self.maps = map_fields(reactor_type.state_type)
        quicken(reactor_type.state_type)
        self.mailbox = reactor_type.mailbox
        self.family: str | None = None
