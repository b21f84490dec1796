"""What a durable reactor has seen before: messages of others, and callers' keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, Final, final

import msgspec

from packetflow import codec
from packetflow.actor.journal import Sender
from packetflow.codec import Named
from packetflow.context import Context
from packetflow.errors import KeyMisused
from packetflow.intent import Failure, Intent
from packetflow.store.interface import Put, Remove, Store, Write

_PRUNE: Final = 1_000
_FORGET: Final = 500

Place = tuple[int, int]


@final
class Seen:
    """The messages of durable reactors that were handled, until nobody sends them.

    `low` tells of a journal the first place that it might still send again.
    """

    __slots__ = ("_by_sender", "_limits", "_low")

    def __init__(self, low: Callable[[str], Place]) -> None:
        self._low = low
        self._by_sender: dict[str, set[Place]] = {}
        self._limits: dict[str, int] = {}

    def __contains__(self, sender: Sender) -> bool:
        return (sender.line, sender.place) in self._by_sender.get(sender.journal, ())

    def add(self, sender: Sender) -> None:
        """Note that this was handled."""
        places = self._by_sender.setdefault(sender.journal, set())
        places.add((sender.line, sender.place))
        if len(places) > self._limits.get(sender.journal, _PRUNE):
            self._prune(sender.journal)

    def _prune(self, journal: str) -> None:
        low = self._low(journal)
        kept = {place for place in self._by_sender[journal] if place >= low}
        self._by_sender[journal] = kept
        self._limits[journal] = max(_PRUNE, 2 * len(kept))

    def kept(self) -> dict[str, list[Place]]:
        """All that has to be remembered."""
        for journal in list(self._by_sender):
            self._prune(journal)
        return {name: sorted(found) for name, found in self._by_sender.items() if found}

    def forget(self, journal: str) -> None:
        """A journal will send nothing again that was handled."""
        self._by_sender.pop(journal, None)
        self._limits.pop(journal, None)

    def load(self, kept: dict[str, list[Place]]) -> None:
        """Remember what was kept, and nothing else."""
        self._by_sender = {name: set(found) for name, found in kept.items()}


class Reply(msgspec.Struct, omit_defaults=True, frozen=True):
    """The answer to a request with a key; `request` is a digest of the request."""

    request: str
    result: msgspec.Raw = msgspec.Raw(b"null")
    failure: Named | None = None

    def given(self, kind: type[Intent[Any]]) -> Any:
        """The result, or raises the failure; raises CodecError."""
        if self.failure is not None:
            raise codec.failed(self.failure)
        return codec.decode(self.result, codec.result_type(kind), "a kept answer")


class Key(msgspec.Struct, frozen=True):
    """A caller's idempotency key as it is kept: for one subject and one intent."""

    name: str
    request: str


def key_of(key: str, intent: Intent[Any], caller: Context) -> Key:
    """Where the answer is kept; raises CodecError if the intent has no form."""
    identities = caller.standing.identities
    if identities:
        who = "\n".join(one.subject for one in identities)
    else:
        who = bytes(codec.own_fields(caller)).decode()
    made = codec.message(intent)
    parts = (codec.name_of(type(caller)), who, made.name, key)
    return Key(_digest(*parts), _digest(bytes(made.body).decode()))


def _digest(*parts: str) -> str:
    whole = msgspec.json.encode(parts)
    return blake2b(whole, digest_size=20).hexdigest()


def reply_for(key: Key, result: object, failure: Failure | None) -> Reply:
    """The answer that is kept; raises CodecError if it has no form."""
    if failure is not None:
        return Reply(key.request, failure=codec.failure(failure))
    return Reply(key.request, result=msgspec.Raw(codec.encode(result)))


@final
class Replies:
    """The answers that are kept in a store for callers who repeat themselves."""

    __slots__ = ("_by_time", "_of", "_on_keep", "_space", "_store", "kept", "name")

    def __init__(
        self,
        store: Store,
        journal: str,
        kept: timedelta,
        on_keep: Callable[[Replies], object] | None = None,
        *,
        of: str = "",
    ) -> None:
        """`kept` is for how long; `of` tells one of many that keep theirs together."""
        self._store = store
        self.kept = kept
        self.name = journal
        self._on_keep = on_keep
        self._space = f"replies:{journal}"
        self._by_time = f"replies-by-time:{journal}"
        self._of = f".{_digest(of)}" if of else ""

    def keep(self, key: Key, reply: Reply, at: datetime) -> Sequence[Write]:
        """What has to be written to keep an answer."""
        name = key.name + self._of
        if self._on_keep is not None:
            self._on_keep(self)
        return (
            Put(self._space, name, codec.encode(reply)),
            Put(self._by_time, f"{at.isoformat()} {name}", b""),
        )

    def find(self, key: Key) -> Reply | None:
        """The answer that was kept; raises StoreError and KeyMisused."""
        body = self._store.get(self._space, key.name + self._of)
        if body is None:
            return None
        reply: Reply = codec.decode(body, Reply, "a kept answer")
        if reply.request != key.request:
            raise KeyMisused("this key was used before, for another request")
        return reply

    def old(self, now: datetime) -> list[Write]:
        """What has to be written to forget answers that are old, some of them."""
        before = (now - self.kept).isoformat()
        gone: list[Write] = []
        for name, _ in self._store.scan(self._by_time, before=before, limit=_FORGET):
            gone.append(Remove(self._by_time, name))
            gone.append(Remove(self._space, name.rpartition(" ")[2]))
        return gone

    def next_old(self) -> datetime | None:
        """When the oldest answer is to be forgotten, None if there is none."""
        for name, _ in self._store.scan(self._by_time, limit=1):
            return datetime.fromisoformat(name.partition(" ")[0]) + self.kept
        return None
