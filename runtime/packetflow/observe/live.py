"""The health and alerts of keyed reactors: those that run are looked at, together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, final

from packetflow.observe.declared import Alert, Health
from packetflow.observe.shown import Condition, Raised

if TYPE_CHECKING:
    from collections.abc import Callable

    from packetflow.actor.cell import Cell
    from packetflow.actor.keyed import Keys

# Alerts are looked at once a second, those that need less time four times in it.
_LOOKS: Final = 1.0


@dataclass(slots=True)
class Watch:
    """An alert of a reactor: whether it is raised, and since when it should not be so.

    `turned` is when the condition last began to disagree with `raised`.
    """

    cell: Cell
    alert: Alert
    raised: Raised | None = None
    turned: float | None = None


def pause(alert: Alert) -> float:
    """Seconds between two looks at an alert."""
    return min(_LOOKS, alert.lasting / 4 or _LOOKS)


class Looking(Protocol):
    """Who looks at single reactors."""

    def later(
        self, seconds: float, call: Callable[..., object], *given: object
    ) -> None:
        """Call after so many seconds."""

    def examine(
        self, cell: Cell, health: Health, key: tuple[str, int], condition: Condition
    ) -> None:
        """Look at a reactor once; what is found is noted in `condition`."""

    def judge(self, watch: Watch) -> None:
        """Look at an alert once."""

    def calm(self, watch: Watch) -> None:
        """Clear an alert, if it is raised."""


@final
class LiveOnes:
    """Looks at each that runs; what was found of one is forgotten with it."""

    def __init__(self, looking: Looking, keys: Keys) -> None:
        self._looking = looking
        self._keys = keys
        self._found: dict[tuple[str, int], Condition] = {}
        self._watches: dict[tuple[Cell, str], Watch] = {}
        kind = keys.reactor_type
        self.checks = bool(kind.health)
        for number, health in enumerate(kind.health):
            looking.later(health.every, self._examine, number, health)
        for alert in kind.alerts:
            looking.later(pause(alert), self._judge, alert)

    @property
    def watches(self) -> list[Watch]:
        """The alerts of those that run."""
        return list(self._watches.values())

    @property
    def watched(self) -> list[tuple[str, Alert, bool]]:
        """The reactor, an alert of it, and whether any has raised it."""
        raised = {one.alert.name for one in self.watches if one.raised is not None}
        kind = self._keys.reactor_type
        return [(kind.name, alert, alert.name in raised) for alert in kind.alerts]

    @property
    def condition(self) -> Condition:
        """How they are: what is wrong with the first of which something is."""
        names = {cell.name for cell in self._keys.cells}
        bad = [
            one
            for (name, _), one in self._found.items()
            if name in names and not one.healthy
        ]
        why = f"{bad[0].reactor}: {bad[0].why}" if bad else ""
        more = len({one.reactor for one in bad}) - 1
        if more > 0:
            why += f"; and {more} more"
        return Condition(self._keys.reactor_type.name, why)

    def _examine(self, number: int, health: Health) -> None:
        self._looking.later(health.every, self._examine, number, health)
        cells = self._keys.cells
        names = {cell.name for cell in cells}
        for key in [key for key in self._found if key[0] not in names]:
            del self._found[key]
        for cell in cells:
            key = (cell.name, number)
            condition = self._found.get(key)
            if condition is None:
                condition = self._found[key] = Condition(cell.name)
            self._looking.examine(cell, health, key, condition)

    def _judge(self, alert: Alert) -> None:
        self._looking.later(pause(alert), self._judge, alert)
        cells = set(self._keys.cells)
        for key in [key for key in self._watches if key[0] not in cells]:
            self._looking.calm(self._watches.pop(key))
        for cell in self._keys.cells:
            watch = self._watches.get((cell, alert.name))
            if watch is None:
                watch = self._watches[cell, alert.name] = Watch(cell, alert)
            self._looking.judge(watch)
