"""Another number of durable shards: all that they keep goes where it belongs, at once.

Nothing of the app runs meanwhile. One commit moves everything; before it nothing is
written, and every old journal gets a line, so a process that still runs is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple, final

import msgspec

from packetflow import codec
from packetflow.actor import snapshot
from packetflow.actor.dividing import Divide, Division, Undecided, key_type
from packetflow.actor.evolution import Evolution
from packetflow.actor.inbox import Place, Seen
from packetflow.actor.journal import Schema, Written, seal
from packetflow.actor.outbox import Sent, Wire
from packetflow.actor.reactor import AnyReactor
from packetflow.actor.recovery import Recovered
from packetflow.actor.shards import SPACE, layout
from packetflow.actor.snapshot import Picture
from packetflow.actor.supervisor import Child, Supervise
from packetflow.actor.work import AT_ONCE, Work
from packetflow.codec import CodecError
from packetflow.store.interface import (
    Append,
    Entry,
    Put,
    Remove,
    Store,
    StoreError,
    Trim,
    Write,
)

_SHARDS: Final = re.compile(r"(\d+) shards by (.*)")
_CHUNK: Final = 1_000


class Moved(NamedTuple):
    """A reactor whose state was divided anew, and from which layout to which."""

    reactor: str
    before: str
    after: str


class CannotReshard(StoreError):
    """What is kept cannot be divided anew; nothing was written."""


def reshard(
    tree: Supervise,
    store: Store,
    *,
    functions: Mapping[str, Divide] | None = None,
    keyed: Mapping[str, Sequence[str]] | None = None,
) -> list[Moved]:
    """Bring what durable reactors keep to the layouts of a tree, in one commit.

    Maps of what the shards are told apart by are divided by themselves; `keyed` names,
    by the names of reactors, fields that are such maps where that cannot be seen, and
    `functions` divide anything else. Raises StoreError, and CannotReshard with a reason.
    """
    durable = {one.reactor: one for one in _children(tree) if one.reactor.journal}
    moving = [
        _Moving(store, child, found)
        for child in durable.values()
        if (found := store.get(SPACE, child.reactor.name)) is not None
        and found.decode() != layout(child.many)
    ]
    if not moving:
        return []
    names = {one.name for one in moving}
    for given in (functions or {}), (keyed or {}):
        if odd := given.keys() - names:
            raise CannotReshard(f"{min(odd)} keeps what it has where it is")
    try:
        _check_arrived(store, durable.values())
        writes = [
            write
            for one in moving
            for write in one.writes(
                (functions or {}).get(one.name),
                frozenset((keyed or {}).get(one.name, ())),
            )
        ]
    except (Undecided, CodecError) as error:
        raise CannotReshard(f"{error}; nothing was changed") from error
    store.commit(writes)
    return [Moved(one.name, one.before, one.after) for one in moving]


@final
class _Moving:
    """One reactor on its way from one layout to another."""

    def __init__(self, store: Store, child: Child, before: bytes) -> None:
        self._store = store
        self._reactor = child.reactor
        self.name = child.reactor.name
        self.before = before.decode()
        self.after = layout(child.many)
        self._old, old_by = _layout(self.name, self.before)
        self._new, by = _layout(self.name, self.after)
        self._schema = _schema(child.reactor)
        by = by or old_by
        assert by is not None  # else both would be one reactor
        kind = key_type(child.reactor, by)
        before_count = len(self._old) if old_by == by else 1
        self._division = Division(
            child.reactor, self._schema, before_count, len(self._new), kind
        )

    def writes(self, divide: Divide | None, named: frozenset[str]) -> Iterator[Write]:
        """All that has to be written; raises Undecided, CodecError and StoreError."""
        found = [
            read(self._store, self._reactor, self._schema, one) for one in self._old
        ]
        states = [one.state for one in found]
        if divide is not None:
            parts = self._division.by_function(states, divide)
        else:
            parts = self._division.by_fields(states, named)
        # What is to be sent at a time that is to come: any of them may send it.
        later = [body for one in found for body in one.out.values()]
        seen = _united(one.seen.kept() for one in found)
        for number, (name, part) in enumerate(zip(self._new, parts, strict=True)):
            state = self._reactor.state_type(**part)
            if (check := getattr(state, "check", None)) is not None:
                check()
            yield from self._kept(name, state, later if number == 0 else [], seen)
        for name in self._old:
            if name not in self._new:
                yield from self._ended(name)
        yield from self._replies()
        yield Put(SPACE, self.name, self.after.encode())

    def _kept(
        self,
        name: str,
        state: object,
        later: Sequence[msgspec.Raw],
        seen: dict[str, list[Place]],
    ) -> Iterator[Write]:
        assert isinstance(state, self._reactor.state_type)
        log = f"journal:{name}"
        line = self._store.end(log) + 1
        yield _line(log, line)
        out = {(line, place): body for place, body in enumerate(later)}
        picture = Picture(log, line, self._schema, state, out, seen)
        yield picture.write(list(picture.parts()))
        yield Trim(log, line)

    def _ended(self, name: str) -> Iterator[Write]:
        log = f"journal:{name}"
        line = self._store.end(log) + 1
        yield _line(log, line)
        yield Trim(log, line)
        yield Remove(snapshot.SPACE, log)

    def _replies(self) -> Iterator[Write]:
        """A repeated request may come to any of them: each knows all answers."""
        answers = dict(self._answers("replies"))
        times = dict(self._answers("replies-by-time"))
        for name in self._old:
            if name not in self._new:
                for space in (f"replies:{name}", f"replies-by-time:{name}"):
                    for key, _ in _values(self._store, space):
                        yield Remove(space, key)
        for name in self._new:
            for key, body in answers.items():
                yield Put(f"replies:{name}", key, body)
            for key, body in times.items():
                yield Put(f"replies-by-time:{name}", key, body)

    def _answers(self, space: str) -> Iterator[tuple[str, bytes]]:
        known: dict[str, bytes] = {}
        for name in self._old:
            for key, body in _values(self._store, f"{space}:{name}"):
                if known.setdefault(key, body) != body:
                    raise Undecided(
                        f"{self.name}: somebody used one idempotency key for two of its "
                        "shards, and it could not be told any more which answer is meant; "
                        "that passes when the answers are old"
                    )
                yield key, body


def read(
    store: Store, reactor: type[AnyReactor], schema: Schema, name: str
) -> Recovered:
    """A journal as it is, nothing of it changed; raises StoreError."""
    found = Recovered(
        f"journal:{name}", schema, reactor.state_type(), Seen(lambda _: (0, 0))
    )
    found.is_lazy = True
    found.look(store)
    if found.damage is not None:
        raise CannotReshard(f"{found.damage}: start the app as it was before, once")
    return found


def _check_arrived(store: Store, children: Iterable[Child]) -> None:
    """See that nothing is on its way: it may have arrived, and nobody could tell."""
    now = datetime.now(UTC)
    for child in children:
        reactor = child.reactor
        schema = _schema(reactor)
        kept = (store.get(SPACE, reactor.name) or layout(child.many).encode()).decode()
        if _SHARDS.fullmatch(kept) or kept == layout(None):
            names, _ = _layout(reactor.name, kept)
        else:
            due = Work(store, reactor.name).from_place("", _CHUNK)
            names = [f"{reactor.name}/{one.key}" for one in due if one.when == AT_ONCE]
        for name in names:
            found = read(store, reactor, schema, name)
            if any(not _is_later(body, now) for body in found.out.values()):
                raise CannotReshard(
                    f"{name} has still something to send or to perform: start the app as "
                    "it was before, let it finish, and stop it; nothing was changed"
                )


def _is_later(body: msgspec.Raw, now: datetime) -> bool:
    wire = codec.decode(body, Wire, "an entry of the outbox")
    return isinstance(wire, Sent) and wire.due is not None and wire.due > now


def _layout(name: str, told: str) -> tuple[list[str], str | None]:
    """The journals of a layout, and the field that tells them apart."""
    if told == layout(None):
        return [name], None
    found = _SHARDS.fullmatch(told)
    if found is None:
        raise CannotReshard(
            f"{name} is kept as {told}: that is neither one reactor nor shards, so it "
            "cannot be divided anew"
        )
    return [f"{name}/{number}" for number in range(int(found[1]))], found[2]


def _schema(reactor: type[AnyReactor]) -> Schema:
    kind = reactor.state_type
    return Schema(kind, Evolution(kind, reactor.migrations))


def _children(tree: Supervise) -> Iterator[Child]:
    for child in tree.children:
        if isinstance(child, Supervise):
            yield from _children(child)
        else:
            yield child


def _united(all_: Iterator[dict[str, list[Place]]]) -> dict[str, list[Place]]:
    made: dict[str, set[Place]] = {}
    for one in all_:
        for journal, places in one.items():
            made.setdefault(journal, set()).update(places)
    return {journal: sorted(places) for journal, places in made.items()}


def _line(log: str, number: int) -> Append:
    body = seal(log, number, codec.encode(Written()))
    return Append(log, (Entry(datetime.now(UTC), (), body),), number - 1)


def _values(store: Store, space: str) -> Iterator[tuple[str, bytes]]:
    start = ""
    while found := store.scan(space, start=start, limit=_CHUNK):
        yield from found
        start = f"{found[-1][0]}\0"
