"""Faults that are put into the victim on purpose: each has to be caught.

What an oracle has never found it cannot be trusted with. These are the mistakes that a
journal is prone to, made where they would be made.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final, NamedTuple

from packetflow.actor import painter
from packetflow.actor.answers import Answers
from packetflow.actor.courier import Courier
from packetflow.actor.durable import DurableCell
from packetflow.actor.inbox import Replies, Seen
from packetflow.actor.undone import Undone
from packetflow.store.interface import Trim
from tests.chaos import victim


class Fault(NamedTuple):
    """What is put in, and what the driver has to find then: `lost` or `doubled`."""

    found: str
    put_in: Callable[[], None]


def _acknowledge_early() -> None:
    """An answer is given, and what follows it is run, before the line is durable."""
    Answers.durable = property(lambda self: 1 << 62, lambda self, line: None)


def _mark_first(name: str) -> None:
    """What was to be done is marked as done, and done once the mark is durable."""
    real = getattr(Courier, name)

    def marked(self: Courier, *given: Any) -> Any:
        ticket = given[-1]
        ticket.delivered()
        cell = self._cell
        cell.flush()

        async def then() -> None:
            await cell.writer.settled()
            if (pending := real(self, *given)) is not None:
                await pending

        cell.follow(then())

    setattr(Courier, name, marked)


def _never_again() -> None:
    """What was still to do after a crash is not done."""
    DurableCell.run_again = lambda self, places: None


def _inbox_not_noted() -> None:
    """What came from another journal is not known when it comes again."""
    Seen.__contains__ = lambda self, sender: False
    _late_marks()


def _many_snapshots() -> None:
    # What only they do wrong shows sooner.
    for one in (victim.Taker, victim.Booker):
        one.journal.snapshot_every = 8


def _late_marks() -> None:
    # Right, if slow: more is sent again after a kill.
    real = DurableCell.done

    def done(self: DurableCell, line: int, place: int) -> None:
        self.system.loop.call_later(0.02, real, self, line, place)

    DurableCell.done = done


def _inbox_forgotten_early() -> None:
    """What came is forgotten as soon as there is a snapshot."""
    Seen.kept = lambda self: {}
    _many_snapshots()
    _late_marks()


def _trim_too_far() -> None:
    """With a snapshot, lines go that it does not know of."""
    painter.Trim = lambda log, upto: Trim(log, upto + 64)


def _marks_not_counted() -> None:
    """A snapshot takes for open what was marked in lines that go with it."""
    real = Undone.finish
    marked: dict[int, dict[Any, Any]] = {}

    def finish(self: Undone, place: Any) -> None:
        last = marked.setdefault(id(self), {})
        if place in self.open:
            last[place] = self.open[place]
        while len(last) > 64:
            del last[next(iter(last))]
        real(self, place)

    Undone.finish = finish
    Undone.as_written = lambda self: {**marked.get(id(self), {}), **self.open}
    _many_snapshots()


def _outbox_not_in_snapshot() -> None:
    """A snapshot knows nothing of what is still to do."""
    Undone.as_written = lambda self: {}
    _many_snapshots()


def _answers_not_kept() -> None:
    """A request that is repeated with its key is handled again."""
    Replies.find = lambda self, key: None


def _another_key_each_time() -> None:
    """An effect that is performed again has another idempotency key."""
    victim.idempotency_key = lambda: str(id(object())) + str(victim.os.getpid())


def _one_key_for_all() -> None:
    """Effects that are not the same have one idempotency key."""
    victim.idempotency_key = lambda: "key"


FAULTS: Final[dict[str, Fault]] = {
    "acknowledged early": Fault("lost", _acknowledge_early),
    "a send marked first": Fault("lost", partial(_mark_first, "deliver")),
    "an effect marked first": Fault("lost", partial(_mark_first, "perform")),
    "an event marked first": Fault("lost", partial(_mark_first, "publish")),
    "nothing done again": Fault("lost", _never_again),
    "inbox not noted": Fault("doubled", _inbox_not_noted),
    "inbox forgotten early": Fault("doubled", _inbox_forgotten_early),
    "trimmed too far": Fault("lost", _trim_too_far),
    "outbox not in the snapshot": Fault("lost", _outbox_not_in_snapshot),
    "marks not counted": Fault("doubled", _marks_not_counted),
    "answers not kept": Fault("doubled", _answers_not_kept),
    "one key for all": Fault("lost", _one_key_for_all),
    "another key each time": Fault("doubled", _another_key_each_time),
}
