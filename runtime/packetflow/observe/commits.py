"""How durable reactors are doing: their journals, outboxes, and how long commits take."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Final, final

from packetflow.observe.instruments import LATENCIES, Histogram
from packetflow.observe.shown import Kept
from packetflow.store.committer import Told
from packetflow.store.interface import Append, StoreError, Write

if TYPE_CHECKING:
    from packetflow.actor.system import System

_JOURNAL: Final = "journal:"


@final
class Commits:
    """Times what is committed, from when it is made; in seconds."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._times: dict[str, Histogram] = {}
        self._last: dict[str, float] = {}
        if system.durability is not None:
            committer = system.durability.committer
            # On this committer alone: others go on without asking anything.
            self._give = committer.give
            vars(committer)["give"] = self._timed

    def kept(self) -> list[Kept]:
        """Every durable reactor, those of all keys as one."""
        # Imported late: who keeps nothing does not wait for it.
        from packetflow.actor.durable import DurableCell

        families: dict[str, list[DurableCell]] = {}
        for cell in self._system.cells:
            if isinstance(cell, DurableCell):
                families.setdefault(cell.family, []).append(cell)
        return [
            Kept(
                name,
                max(one.painter.since for one in cells),
                sum(len(one.undone.open) for one in cells),
                self._times.get(name) or Histogram(LATENCIES),
                self._last.get(name),
            )
            for name, cells in families.items()
        ]

    def _timed(self, writes: Sequence[Write], told: Told, number: int) -> None:
        name = self._family(writes)
        if name is not None:
            told = partial(self._note, name, perf_counter(), told)
        self._give(writes, told, number)

    def _family(self, writes: Sequence[Write]) -> str | None:
        """Whose line it is; None if it is no line of a reactor."""
        if not writes or not isinstance(writes[0], Append):
            return None
        name = writes[0].log.removeprefix(_JOURNAL)
        if name == writes[0].log:
            return None
        # INVARIANT: the names of reactors of keys begin with that of their type.
        kind = name.partition("/")[0]
        keyed = (pool for pool in self._system.pools if pool.keys is not None)
        return kind if any(one.reactor_type.name == kind for one in keyed) else name

    def _note(
        self,
        name: str,
        start: float,
        told: Told,
        number: int,
        count: int,
        refused: StoreError | None,
    ) -> None:
        if refused is None:
            took = perf_counter() - start
            times = self._times.get(name)
            if times is None:
                times = self._times[name] = Histogram(LATENCIES)
            times.observe(took)
            self._last[name] = took
        told(number, count, refused)
