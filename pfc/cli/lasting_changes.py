"""What a lock file says of a program: what it could not read, and what it says then."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from packetflow.shape import (
    Difference,
    differences,
    message_differences,
    show,
)
from pfc.cli.durable_lock import Facts, Kept, Lock, message_shape

GONE: Final = Difference(
    "its state",
    "kept",
    "nothing",
    "the reactor was removed or renamed, or has no journal any more",
)

_ANSWERS: Final = ("answer", "failure")
"""Kinds of messages that are given to who repeats a request: for a while, and in part."""


@dataclass(frozen=True)
class Accepted:
    """What somebody has said about changes: of reactors and messages, by name.

    `migration` is the name of a function that is given to the app in Python.
    """

    migration: str | None = None
    forget: Collection[str] = ()
    drained: Collection[str] = ()


@dataclass
class Judged:
    """A program beside its lock file; `lock` is what the file has to say.

    `states` are by reactor what cannot be read without a migration, `missing` the
    migrations that are not there any more, `messages` what of those on their way could
    not be read, `answers` the same for kept answers. `told` says what is new in `lock`.
    """

    lock: Lock
    states: dict[str, list[Difference]] = field(default_factory=dict)
    missing: dict[str, list[str]] = field(default_factory=dict)
    messages: dict[str, list[Difference]] = field(default_factory=dict)
    answers: dict[str, list[Difference]] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)

    @property
    def stops(self) -> bool:
        """Whether a store could hold what this program cannot read."""
        return bool(self.states or self.missing or self.messages)


def judge(
    lock: Lock, now: Facts, *, whole: bool, accepted: Accepted | None = None
) -> Judged:
    """Compare a program with what was accepted before.

    Of a project that is not `whole`, what is not there may be in the rest of it.
    """
    return _Judge(lock, now, whole, accepted or Accepted()).judged()


class _Judge:
    def __init__(self, lock: Lock, now: Facts, whole: bool, accepted: Accepted) -> None:
        self.before = lock
        self.now = now
        self.whole = whole
        self.accepted = accepted
        self.reactors: dict[str, Kept] = {}
        self.messages: dict[str, Facts] = {}
        self.made = Judged(Lock(self.reactors, self.messages))

    def judged(self) -> Judged:
        for name, found in self.now["reactors"].items():
            self._reactor(name, found)
        for name, kept in self.before.reactors.items():
            if name in self.reactors:
                continue
            if not self.whole:
                self.reactors[name] = kept
            elif name in self.accepted.forget:
                self.made.told[name] = "forgotten"
            else:
                self.made.states[name] = [GONE]
        self._all_messages()
        return self.made

    def _reactor(self, name: str, found: Facts) -> None:
        kept = self.before.reactors.get(name)
        if kept is None or name in self.accepted.forget:
            self.reactors[name] = Kept(found["shape"], tuple(found["migrations"]))
            self.made.told[name] = "new" if kept is None else "forgotten, and new"
            return
        migrations = self._migrations(name, kept, tuple(found["migrations"]))
        self.reactors[name] = made = Kept(found["shape"], migrations)
        told = differences(kept.shape, found["shape"])
        added = made.names[len(kept.names) :]
        if told and not added:
            self.made.states[name] = told
        elif added:
            one = "the migration" if len(added) == 1 else "the migrations"
            self.made.told[name] = f"changed, by {one} {', '.join(added)}"
        elif made != kept:
            self.made.told[name] = "changed, reads what was kept"

    def _migrations(
        self, name: str, kept: Kept, clauses: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Those that there are now; what is gone is noted."""
        in_source = bool(clauses) or any(":" in one for one in kept.migrations)
        if not in_source:
            added = self.accepted.migration
            changed = differences(kept.shape, self.now["reactors"][name]["shape"])
            return (*kept.migrations, added) if added and changed else kept.migrations
        names = Kept({}, clauses).names
        if names[: len(kept.names)] != kept.names:
            gone = [one for one in kept.names if one not in names]
            self.made.missing[name] = gone or kept.names
        return clauses

    # -- messages ----------------------------------------------------------------------

    def _all_messages(self) -> None:
        found = self.now["messages"]
        for name, message in found.items():
            before = self.before.messages.get(name)
            if before is not None:
                self._message(name, before, message)
            elif message["sent"]:
                self.messages[name] = self._shape(message)
                self.made.told[name] = "new"
        for name, kept in self.before.messages.items():
            if name in found:
                continue
            if not self.whole:
                self.messages[name] = kept
            elif not name.startswith(_ANSWERS) and not self._is_drained(name):
                why = "it was removed or renamed, and one on its way would stay there"
                self.made.messages[name] = [
                    Difference(label(name), "there", "nothing", why)
                ]
            else:
                self.made.told[name] = "gone"

    def _message(self, name: str, before: Facts, message: Facts) -> None:
        shape = self._shape(message)
        told = message_differences(label(name), before, shape)
        drained = self._is_drained(name)
        if drained and not message["sent"]:
            self.made.told[name] = "gone"
            return
        self.messages[name] = shape
        if name.startswith(_ANSWERS):
            # What an answer has too much is no loss to who repeats a request.
            told = [one for one in told if one.after != "nothing" or not _is_field(one)]
            if told:
                self.made.answers[name] = told
        else:
            if name.startswith("effect "):
                told += _moved(label(name), before, shape)
            if told and not drained:
                self.made.messages[name] = told
        if shape != before:
            self.made.told[name] = "changed"

    def _shape(self, message: Facts) -> Facts:
        return message_shape(message, self.now["types"])

    def _is_drained(self, name: str) -> bool:
        id_ = name.partition(" ")[2]
        return id_ in self.accepted.drained or name in self.accepted.drained


def label(name: str) -> str:
    """How a message is called: `till.Booked` is `Booked`."""
    return name.rpartition(" ")[2].rpartition(".")[2]


def _is_field(one: Difference) -> bool:
    return "variant" not in one.why


def _moved(of: str, before: Facts, after: Facts) -> Iterator[Difference]:
    """Arguments of an effect are kept in their order."""
    was, names = before.get("order", []), after["order"]
    for place, name in enumerate(was):
        if name in names and names.index(name) != place:
            kind = show(after["fields"][name]["type"])
            yield Difference(
                f"{of}.{name}",
                f"{kind}, number {place + 1}",
                f"{kind}, number {names.index(name) + 1}",
                "arguments that were kept are in the order of then",
            )
