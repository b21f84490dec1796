"""The hours of intents: outside of them a handler does not begin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from packetflow.clock import Clock
from packetflow.errors import Closed
from packetflow.intent import OpenHours


def check_open(name: str, during: OpenHours, now: datetime) -> None:
    """Raise Closed, with the instant at which they begin, outside of the hours."""
    if not during.contains(now):
        opens = during.next_open(now)
        when = (
            "not within eight years" if opens is None else f"from {opens.isoformat()}"
        )
        raise Closed(f"{name} is outside of its hours: again {when}", opens)


def within_hours(
    name: str, handler: Callable[..., Any], during: OpenHours, clock: Clock
) -> Callable[..., Any]:
    """The handler, which raises Closed if it would begin outside of the hours.

    Whoever enters is checked before; a message may wait past the end of the hours.
    """

    def begin(*arguments: Any) -> Any:
        check_open(name, during, clock.now())
        return handler(*arguments)

    return begin
