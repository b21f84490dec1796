"""Where an intent goes: its reactor's cell and its handler."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, final

from packetflow.actor.reactor import AnyHandler
from packetflow.context import Context

if TYPE_CHECKING:
    from packetflow.actor.cell import Cell


@final
class Route:
    """What the dispatcher needs to know of an intent, looked up by its type."""

    __slots__ = (
        "cell",
        "context",
        "deadline",
        "function",
        "inline",
        "is_async",
        "name",
        "reads_only",
    )

    def __init__(self, cell: Cell, handler: AnyHandler) -> None:
        self.cell = cell
        self.function: Callable[..., Any] = handler.function
        self.is_async = handler.is_async
        self.inline = not handler.is_async
        self.reads_only = handler.reads_only
        self.context: type[Context] = handler.intent.context or Context
        self.deadline: float | None = handler.intent.deadline
        self.name = handler.intent.__name__
