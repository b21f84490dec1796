"""What belongs to a commit: the maps that are owned, the steps that follow it."""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine, Mapping
from typing import Any, get_args, get_origin

import msgspec

from packetflow.actor.reactor import State
from packetflow.actor.turn import Step


def map_fields(state_type: type[State]) -> tuple[str, ...]:
    """The fields of a state type that hold maps, directly or as an optional."""
    return tuple(
        field.name
        for field in msgspec.structs.fields(state_type)
        if any(
            get_origin(kind) in (dict, Mapping) or kind is dict
            for kind in (field.type, *get_args(field.type))
        )
    )


def own(before: State, state: State, maps: tuple[str, ...]) -> None:
    """Make the maps that were assigned to a draft its own."""
    for name in maps:
        value = getattr(state, name)
        # A map that was assigned may be somebody else's: own a copy of it.
        if value is not getattr(before, name) and value is not None:
            setattr(state, name, dict(value))


def begin(steps: list[Step]) -> Coroutine[Any, Any, None] | None:
    """Take the steps in order up to one that has to be awaited; that and the rest."""
    for done, step in enumerate(steps, 1):
        pending = step()
        if pending is not None:
            return _finish(pending, steps[done:])
    return None


async def _finish(pending: Awaitable[None], steps: list[Step]) -> None:
    await pending
    for step in steps:
        following = step()
        if following is not None:
            await following
