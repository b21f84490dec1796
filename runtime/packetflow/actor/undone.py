"""The entries of an outbox that are not known, by the journal, to be done."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import final

import msgspec

from packetflow.actor.inbox import Place
from packetflow.actor.outbox import Outgoing


@final
class Undone:
    """What is still to do, in the order in which it was sent.

    An entry is `open` until a line that says that it is done is durable. Until then it
    is run again after a crash, and its receiver remembers it.
    """

    __slots__ = ("_done", "_marked", "_started", "_writing", "open")

    def __init__(self) -> None:
        self.open: dict[Place, msgspec.Raw] = {}
        self._started: set[Place] = set()
        self._done: set[Place] = set()
        self._marked: list[Place] = []
        self._writing: deque[tuple[int, Sequence[Place]]] = deque()

    def low(self, line: int) -> Place:
        """The first place that might be sent again, if `line` is the last line."""
        return next(iter(self.open), (line + 1, 0))

    def add(self, line: int, out: Iterable[Outgoing]) -> None:
        """A line with these entries was written."""
        for place, one in enumerate(out):
            self.open[line, place] = one.wire

    def start(self, place: Place) -> bool:
        """Begin with an entry; False if that was done before, in this process."""
        if place in self._started:
            return False
        self._started.add(place)
        return True

    def has_started(self, place: Place) -> bool:
        """Whether an entry was begun with, in this process."""
        return place in self._started

    def finish(self, place: Place) -> None:
        """An entry is done: the next line says so."""
        self._done.add(place)
        self._marked.append(place)

    @property
    def marks(self) -> list[Place]:
        """What the next line has to say."""
        return self._marked

    def written(self, line: int) -> None:
        """The line that says so is on its way."""
        if self._marked:
            self._writing.append((line, self._marked))
            self._marked = []

    def durable(self, line: int) -> None:
        """All lines up to this one are durable."""
        while self._writing and self._writing[0][0] <= line:
            for place in self._writing.popleft()[1]:
                self.open.pop(place, None)
                self._done.discard(place)
                self._started.discard(place)

    def as_written(self) -> dict[Place, msgspec.Raw]:
        """What is still to do for who reads all lines that were written so far.

        A snapshot stands for those lines, also for the marks that are on their way.
        """
        marked = {place for _, places in self._writing for place in places}
        return {place: body for place, body in self.open.items() if place not in marked}

    def reload(self, out: dict[Place, msgspec.Raw]) -> dict[Place, msgspec.Raw]:
        """Go on with what the journal says; what has not been begun here."""
        self.open = dict(out)
        self._writing.clear()
        self._done &= out.keys()
        self._started &= out.keys()
        self._marked = [place for place in out if place in self._done]
        return {
            place: body for place, body in out.items() if place not in self._started
        }
