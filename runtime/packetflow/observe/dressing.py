"""Putting something around every handler of one app, and nothing around the others'."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from packetflow.actor.route import Route
    from packetflow.actor.system import System

Function: TypeAlias = Callable[..., Any]
Wrap: TypeAlias = Callable[["Route", Function], Function]


class Dress(NamedTuple):
    """What stands around a handler: around one that waits, another coroutine function.

    Each wraps a route's function `(reactor, turn, intent)`. They are written out and
    no context manager that both share, which would cost more than most handlers.
    """

    plain: Wrap
    waiting: Wrap


def dress(system: System, around: Dress) -> None:
    """Put it around each handler; reactors that are started later are dressed then."""

    def one(route: Route) -> None:
        waits = inspect.iscoroutinefunction(route.function)
        wrap = around.waiting if waits else around.plain
        route.function = wrap(route, route.function)

    for route in system.every_route():
        one(route)
    system.dressers.append(one)
