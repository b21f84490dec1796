"""Where an intent goes: its reactor's cell and its handler."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final, final

from packetflow.actor.deadline import Patience, expired, overdue
from packetflow.actor.hours import within_hours
from packetflow.actor.mailbox import SETTLED, TAKEN
from packetflow.actor.reactor import AnyHandler
from packetflow.actor.turn import Turn
from packetflow.context import Context

if TYPE_CHECKING:
    from packetflow.actor.cell import Cell
    from packetflow.actor.pool import Pool

# A caller whom nobody has: None would let in whoever asks with None.
NOBODY: Final = Context()


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
    becomes the state as it is. `turn` is the handler's own, for one runs at a time;
    where there are many reactors, `lean` does without, and they borrow one. `quick` is
    the same if the handler runs inline and without a guard. `by_caller`: what is
    required does not depend on the fields; `remembers`: and who was let in is let in
    again just like that. `urgent`: it goes before others. With a `pool`, that decides
    which cell gets the intent, and `cell` is just one of them.
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
        "remembers",
        "turn",
        "urgent",
    )

    def __init__(
        self,
        cell: Cell,
        handler: AnyHandler,
        *,
        pool: Pool | None = None,
        lean: bool = False,
    ) -> None:
        handler = handler.bound(cell.system)
        intent = handler.intent
        clock = cell.system.clock
        self.cell = cell
        self.pool = pool
        self.reactor = cell.reactor
        self.lane = cell.system.lane
        # INVARIANT: a caller whose `passes` have the intent; none while each has to be
        # recorded.
        self.last: Context = NOBODY
        self.function: Callable[..., Any] = handler.function
        self.is_async = handler.is_async
        self.inline = cell.runs_inline and pool is None and not handler.is_async
        self.urgent = handler.intent in cell.plan.mailbox.priority
        self.keeps = self.inline and (handler.reads_only or handler.in_place)
        self.plain = self.keeps or not cell.plan.maps
        self.turn: Turn[Any] | None = None
        self.quick: Turn[Any] | None = None
        if cell.runs_inline and pool is None and not lean:
            self.renew()
        self.by_caller: bool = intent.during is None and getattr(
            intent.missing, "by_caller", False
        )
        self.remembers = False
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

    def renew(self) -> None:
        """Begin with another turn: whoever still has the old one may keep it."""
        cell = self.cell
        self.turn = Turn(cell, Context(), cell.state, is_light=self.plain)
        if self.inline and not cell.system.paranoid:
            self.quick = self.turn

    def forget(self) -> None:
        """Cancel the timers."""
        for patience in (self.deadline, self.expiry):
            if patience is not None:
                patience.forget()
