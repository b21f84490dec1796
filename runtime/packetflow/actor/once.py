"""Requests with an idempotency key: the second one gets the first one's answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from packetflow.actor.inbox import Key, key_of
from packetflow.context import Context
from packetflow.errors import InProgress, KeyMisused, Stopped
from packetflow.intent import Intent

if TYPE_CHECKING:
    from packetflow.actor.durable import DurableCell
    from packetflow.actor.route import Route


async def ask_once(
    cell: DurableCell,
    route: Route,
    intent: Intent[Any],
    caller: Context,
    key: str,
    *,
    join: bool = True,
) -> Any:
    """The answer to a request; it is handled unless it has been answered before.

    One that is handled just now is waited for, or raises InProgress without `join`.
    Raises KeyMisused if the key came with another request of the same caller.
    """
    made = key_of(key, intent, caller)
    known = cell.keys.get(made.name)
    if known is None:
        task = cell.system.loop.create_task(_once(cell, route, intent, caller, made))
        cell.keys[made.name] = made, task
        task.add_done_callback(lambda _: cell.keys.pop(made.name))
    else:
        first, task = known
        if first.request != made.request:
            raise KeyMisused("this key is used just now, for another request")
        if not join:
            raise InProgress("the same request is handled just now")
    # Who is cancelled does not cancel it for those who ask the same.
    return await asyncio.shield(task)


async def _once(
    cell: DurableCell, route: Route, intent: Intent[Any], caller: Context, key: Key
) -> Any:
    # What was answered in this process, with a line on its way, is in the store then.
    await cell.settled()
    found = await cell.durability.off_loop(cell.replies.find, key)
    if found is None:
        return await cell.ask(route, intent, caller, key=key)
    if cell.stopped is not None:
        raise Stopped(f"{cell.name} has stopped: {cell.stopped}")
    return found.given(type(intent))
