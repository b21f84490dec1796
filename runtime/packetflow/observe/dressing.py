"""Putting something around every handler of one app, and nothing around the others'."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from packetflow.actor.route import Route
    from packetflow.actor.system import System

Around: TypeAlias = Callable[["Route", Any, Any], AbstractContextManager[object]]


def dress(system: System, around: Around) -> None:
    """Enter `around(route, turn, intent)` before each handler, and leave it after.

    It sees what the handler raises. Reactors that are started later are dressed then.
    """

    def one(route: Route) -> None:
        waits = inspect.iscoroutinefunction(route.function)
        route.function = (_waiting if waits else _plain)(route, route.function, around)

    for route in system.every_route():
        one(route)
    system.dressers.append(one)


def _plain(
    route: Route, function: Callable[..., Any], around: Around
) -> Callable[..., Any]:
    def dressed(reactor: Any, turn: Any, intent: Any) -> Any:
        with around(route, turn, intent):
            return function(reactor, turn, intent)

    return dressed


def _waiting(
    route: Route, function: Callable[..., Any], around: Around
) -> Callable[..., Any]:
    async def dressed(reactor: Any, turn: Any, intent: Any) -> Any:
        with around(route, turn, intent):
            return await function(reactor, turn, intent)

    return dressed
