"""Where an intent goes: its reactor's cell and its handler."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, final

from packetflow.actor.deadline import Patience, expired, overdue
from packetflow.actor.hours import within_hours
from packetflow.actor.mailbox import SETTLED, TAKEN
from packetflow.actor.reactor import AnyHandler
from packetflow.context import Context

if TYPE_CHECKING:
    from packetflow.actor.cell import Cell
    from packetflow.actor.pool import Pool
    from packetflow.actor.turn import Turn


@final
class Lane:
    """What every inline ask of a system counts and uses again.

    `budget` is how many may still run in a row before others in the event loop get
    their turn; `spare` is a turn that nobody uses.
    """

    __slots__ = ("budget", "spare")

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.spare: Turn[Any] | None = None


@final
class Route:
    """What the dispatcher needs to know of an intent, looked up by its type.

    `keeps`: the handler runs on the state itself, not on a draft; `plain`: a draft
    becomes the state as it is. `quick`: an idle reactor may be asked without ceremony.
    `by_caller`: what is required does not depend on the fields. `urgent`: it goes
    before others. With a `pool`, that decides which cell gets the intent, and `cell` is
    just one of them.
    """

    __slots__ = (
        "by_caller",
        "cell",
        "context",
        "deadline",
        "during",
        "expiry",
        "function",
        "inline",
        "is_async",
        "keeps",
        "lane",
        "last",
        "name",
        "plain",
        "pool",
        "quick",
        "reactor",
        "reads_only",
        "urgent",
    )

    def __init__(
        self, cell: Cell, handler: AnyHandler, *, pool: Pool | None = None
    ) -> None:
        intent = handler.intent
        clock = cell.system.clock
        self.cell = cell
        self.pool = pool
        self.reactor = cell.reactor
        self.lane = cell.system.lane
        # INVARIANT: a caller whose `passes` have the intent.
        self.last: Context | None = None
        self.function: Callable[..., Any] = handler.function
        self.is_async = handler.is_async
        self.inline = cell.runs_inline and pool is None and not handler.is_async
        self.reads_only = handler.reads_only
        self.urgent = handler.intent in cell.plan.mailbox.priority
        self.keeps = self.inline and (handler.reads_only or handler.in_place)
        self.quick = self.inline and intent.during is None
        self.plain = self.keeps or not cell.plan.maps
        self.by_caller: bool = intent.during is None and getattr(
            intent.missing, "by_caller", False
        )
        self.context: type[Context] = intent.context or Context
        self.name = intent.__name__
        self.during = intent.during
        if self.during is not None:
            self.function = within_hours(self.name, self.function, self.during, clock)
        self.deadline: Patience | None = None
        if intent.deadline is not None:
            late = partial(overdue, cell, intent.deadline)
            self.deadline = Patience(clock, intent.deadline, SETTLED, late)
        self.expiry: Patience | None = None
        if handler.expires is not None:
            gone = partial(expired, cell, handler.expires)
            self.expiry = Patience(clock, handler.expires, TAKEN, gone)

    def forget(self) -> None:
        """Cancel the timers."""
        for patience in (self.deadline, self.expiry):
            if patience is not None:
                patience.forget()
