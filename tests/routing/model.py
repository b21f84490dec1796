"""What pools and routers should do, in few words: the reference they are held to."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

ROOM = 10


@dataclass
class Outcome:
    """What an ask comes to: `answer` is a value or the name of an error."""

    answer: object = None
    known: bool = False

    def settle(self, answer: object) -> None:
        """Answer."""
        self.answer, self.known = answer, True


@dataclass
class Op:
    """One message on its way."""

    kind: str
    key: str = ""
    value: int = 0
    breaks: bool = False
    outcome: Outcome = field(default_factory=Outcome)


class Member:
    """One reactor: values by key, one message at a time, ten more may wait."""

    def __init__(self) -> None:
        self.values: dict[str, tuple[int, ...]] = {}
        self.held: Op | None = None
        self.queue: deque[Op] = deque()

    def take(self, op: Op) -> bool:
        """Take a message; False if there is no room."""
        if self.held is None:
            self._handle(op)
        elif len(self.queue) >= ROOM:
            op.outcome.settle("MailboxFull")
            return False
        else:
            self.queue.append(op)
        return True

    def _handle(self, op: Op) -> None:
        if op.kind == "hold":
            # A map is changed in place, and changed back if the handler fails.
            self.values[op.key] = (-1,)
            self.held = op
        elif op.kind == "clear":
            self.values = {}
            op.outcome.settle(None)
        elif op.breaks:
            op.outcome.settle("Fault")
        else:
            held = (*self.values.get(op.key, ()), op.value)
            self.values[op.key] = held
            op.outcome.settle(len(held))

    def release(self) -> None:
        """The gate opens: everything that waits is handled."""
        while self.held is not None:
            self.held.outcome.settle(None)
            self.held = None
            while self.queue and self.held is None:
                self._handle(self.queue.popleft())


@dataclass
class Peer:
    """A router's target, as the reference sees it."""

    name: str
    depth: int
    able: bool


class RouterModel:
    """Who gets the next intent, by strategies written down a second time."""

    def __init__(self, by: str) -> None:
        self.by = by
        self.peers: list[Peer] = []
        self.turn = 0
        self.owners: dict[str, str] = {}
        self.present: dict[str, set[str]] = {}

    def allowed(self, key: str) -> set[str]:
        """Everybody who may get it; none: an error."""
        choose: dict[str, Callable[[str], list[Peer]]] = {
            "round_robin": self._round_robin,
            "smallest_mailbox": self._smallest,
            "capability_aware": lambda key: [one for one in self.peers if one.able],
            "random": lambda key: self.peers,
            "consistent_hash": self._owner,
        }
        return {one.name for one in choose[self.by](key)}

    def chose(self, key: str, name: str) -> None:
        """Note who got it."""
        self.owners[key] = name
        self.present[key] = {one.name for one in self.peers}
        if self.peers:
            self.turn = (self.turn + 1) % len(self.peers)

    def _round_robin(self, key: str) -> list[Peer]:
        return self.peers and [self.peers[self.turn % len(self.peers)]]

    def _smallest(self, key: str) -> list[Peer]:
        least = min((one.depth for one in self.peers), default=0)
        return [one for one in self.peers if one.depth == least]

    def _owner(self, key: str) -> list[Peer]:
        # Who owned it keeps it, or a newer target has taken it.
        before = self.owners.get(key)
        if before not in {one.name for one in self.peers}:
            return self.peers
        newer = {one.name for one in self.peers} - self.known_when(key)
        return [one for one in self.peers if one.name == before or one.name in newer]

    def known_when(self, key: str) -> set[str]:
        """Who was there when the key was given out last."""
        return self.present.get(key, set())


def answer_of(task: Any) -> object:
    """What a finished ask came to, as `Outcome` has it."""
    error = task.exception()
    return task.result() if error is None else type(error).__name__
