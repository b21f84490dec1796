"""What is on its way in a store: messages that journals have still to deliver."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeVar

import msgspec

from packetflow.actor import journal, snapshot
from packetflow.store import Store
from packetflow.store.interface import Survey
from pfc.cli.store_text import JOURNAL, lines_of, table

_KINDS: Final = {"send": "intent", "emit": "event", "perform": "effect"}
_FILES: Final = ("intents", "events")


_Kind = TypeVar("_Kind")


class Waiting(NamedTuple):
    """How many of one message a reactor has still to deliver, the last of them `until`."""

    reactor: str
    kind: str
    message: str
    number: int
    until: datetime | None


class _Line(msgspec.Struct):
    out: list[msgspec.Raw] = []
    done: list[tuple[int, int]] = []


class _Snapshot(msgspec.Struct):
    out: list[tuple[int, int, msgspec.Raw]] = []


class _Entry(msgspec.Struct):
    do: str = ""
    intent: tuple[str, msgspec.Raw] | None = None
    event: tuple[str, msgspec.Raw] | None = None
    effect: str = ""
    due: datetime | None = None


def waiting(store: Store, survey: Survey) -> list[Waiting]:
    """What is on its way, reactor by reactor; what is damaged is left out."""
    found: dict[tuple[str, str, str], tuple[int, datetime | None]] = {}
    for info in survey.logs:
        if not info.log.startswith(JOURNAL):
            continue
        # Shards and keys are journals of one reactor.
        reactor = info.log.removeprefix(JOURNAL).partition("/")[0]
        for entry in _open(store, info.log):
            name = (reactor, _KINDS.get(entry.do, entry.do), _message(entry))
            count, until = found.get(name, (0, None))
            dues = [due for due in (until, entry.due) if due is not None]
            found[name] = count + 1, max(dues, default=None)
    return [Waiting(*name, *told) for name, told in sorted(found.items())]


def waiting_json(found: list[Waiting]) -> list[dict[str, Any]]:
    """For tools."""
    return [
        {**one._asdict(), "until": None if one.until is None else one.until.isoformat()}
        for one in found
    ]


def waiting_text(found: list[Waiting]) -> str:
    """For people; nothing if nothing is on its way."""
    rows = [
        (one.reactor, f"{one.kind} {one.message}", f"{one.number}", _until(one.until))
        for one in found
    ]
    return table(("on its way from", "what", "how many", "until"), rows)


def _until(at: datetime | None) -> str:
    """When the last one is due; those without an instant go at once."""
    return "" if at is None else at.isoformat()


def _open(store: Store, log: str) -> Iterator[_Entry]:
    """The entries of a journal's outbox that are not known to be done."""
    left: dict[tuple[int, int], msgspec.Raw] = {}
    sealed = store.get(snapshot.SPACE, log)
    body = None if sealed is None else journal.opened(log, 0, sealed)
    if body is not None:
        picture = _decoded(body, _Snapshot)
        left = {(line, place): raw for line, place, raw in picture.out}
    for line in lines_of(store, log):
        body = journal.opened(log, line.number, line.body)
        if body is None:
            continue
        told = _decoded(body, _Line)
        left.update(((line.number, n), raw) for n, raw in enumerate(told.out))
        for place in told.done:
            left.pop(place, None)
    for raw in left.values():
        entry = _decoded(raw, _Entry)
        if entry.do:
            yield entry


def _decoded(body: bytes | msgspec.Raw, kind: type[_Kind]) -> _Kind:
    """What was written; nothing of it if it means nothing: `verify` tells that."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeError):
        return kind()


def _message(entry: _Entry) -> str:
    """The message as programs name it: `till.Booked` is `till.intents:Booked` in Python."""
    named = entry.intent or entry.event
    if named is None:
        return entry.effect
    module, _, name = named[0].partition(":")
    package, _, file = module.rpartition(".")
    return f"{package}.{name}" if file in _FILES else named[0]
