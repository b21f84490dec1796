"""The audit log: decisions in a hash-chained ledger, written behind the handlers."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import islice
from typing import Final

import msgspec

from packetflow.audit import AuditRecord, who
from packetflow.capability import Kind
from packetflow.store.interface import Entry, Line, Store, StoreError
from packetflow.store.ledger import Head, Ledger
from packetflow.store.planning import MOST_NAME

logger: Final = logging.getLogger("packetflow.audit")

_BATCH: Final = 500
# Seconds that records wait for others to come along, so that their syncs do not stand
# in the way of what somebody waits for.
_LINGER: Final = 0.01
_PAUSE: Final = 0.5  # seconds before a store that failed is tried again
_PATIENCE: Final = 10.0
_SHORT: Final = 200  # characters that are left of a key that is too long for a store


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A decision as it was kept.

    `verdict` is allowed, denied, authority (a reactor used its own), delegated,
    revoked, or lost (records that found no room, their number in `why`). `what` is the
    intent, reactor or capability, `why` the chain of grants, what is missing, or the
    reason that was given. `kinds` are the full names of the operations concerned.
    """

    number: int = 0
    at: datetime
    verdict: str
    who: str = ""
    what: str = ""
    why: str = ""
    missing: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    request_id: str = ""
    trace: tuple[str, ...] = ()


class AuditLog:
    """Takes audit records at once and writes them in a thread of its own.

    Give it to `App(audit=...)`, or to `App.on_audit`. A store that fails is reported
    (logged, and told to `on_trouble`) and tried again; no handler waits for it or
    hears of it. While `room` records wait, more are dropped, and the log says how many.
    """

    def __init__(
        self,
        store: Store,
        *,
        log: str = "audit",
        key: bytes = b"",
        room: int = 100_000,
        on_trouble: Callable[[Exception], object] | None = None,
    ) -> None:
        self.ledger = Ledger(store, log, key=key)
        self.lost = 0
        self._room = room
        self._on_trouble = on_trouble
        self._waiting: deque[AuditRecord] = deque()
        self._changed = threading.Condition()
        self._writer: threading.Thread | None = None
        self._trouble: Exception | None = None
        self._closing = False
        self._urged = False
        self._tries = 0
        self._failed = 0
        self._dropped = 0

    def __call__(self, record: AuditRecord) -> None:
        """Take a record; never waits for the store."""
        with self._changed:
            if len(self._waiting) >= self._room or self._closing:
                self._dropped += 1
                self.lost += 1
                return
            self._waiting.append(record)
            if self._writer is None:
                self._writer = threading.Thread(
                    target=self._write, name="packetflow-audit", daemon=True
                )
                self._writer.start()
            if len(self._waiting) in (1, _BATCH):
                # Else the thread is at work or lingers, and will see it anyway.
                self._changed.notify_all()

    def flush(self, patience: float = _PATIENCE) -> None:
        """Wait until all that was taken is durable; raises StoreError if it fails."""
        with self._changed:
            # A try that has begun may still fail of what has been mended since.
            begun = self._tries
            self._urged = bool(self._waiting)
            self._changed.notify_all()
            done = self._changed.wait_for(
                lambda: not self._waiting or self._failed > begun, patience
            )
            if self._waiting and self._failed > begun:
                raise StoreError("the audit log is not written") from self._trouble
            if not done:
                raise StoreError(f"the audit log was not written in {patience:g} s")

    def close(self) -> None:
        """Write what waits, once, and end; the store stays open."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            writer = self._writer
        if writer is not None:
            writer.join(_PATIENCE)

    def find(
        self,
        *,
        who: str | None = None,
        what: str | None = None,
        verdict: str | None = None,
        kind: Kind | str | None = None,
        since: datetime | None = None,
        before: datetime | None = None,
        after: int = 0,
        limit: int | None = None,
    ) -> list[AuditEntry]:
        """Entries that are all of what is given, in order; `before` is exclusive.

        `after` is the number of an entry: only later ones. Raises StoreError.
        """
        name = kind.name if isinstance(kind, Kind) else kind
        given = {"who": who, "what": what, "verdict": verdict, "kind": name}
        keys = [_key(one, value) for one, value in given.items() if value is not None]
        lines = self.ledger.read(
            keys=keys, since=since, before=before, after=after, limit=limit
        )
        return [_decoded(line) for line in lines]

    def head(self) -> Head:
        """The end of the log; noted elsewhere, it shows later that lines were cut."""
        return self.ledger.head()

    def broken(self, head: Head | None = None) -> int | None:
        """The number of the first entry that is not as it was written, or None."""
        return self.ledger.broken(head)

    def _write(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing)
                self._changed.wait_for(self._hurried, _LINGER)
                batch = list(islice(self._waiting, _BATCH))
                dropped = self._dropped
                closing = self._closing
                self._tries += 1
            if not batch and not (dropped and closing):
                return
            if self._kept(batch, dropped):
                continue
            with self._changed:
                if closing:
                    self.lost += len(self._waiting)
                    self._waiting.clear()
                    return
                # Who flushes meanwhile is not kept waiting for the next try.
                self._changed.wait_for(lambda: self._urged or self._closing, _PAUSE)
                self._urged = False

    def _hurried(self) -> bool:
        return self._urged or self._closing or len(self._waiting) >= _BATCH

    def _kept(self, batch: list[AuditRecord], dropped: int) -> bool:
        try:
            entries = [_encoded(_entry(record)) for record in batch]
            if dropped:
                why = f"{dropped} records found no room"
                lost = AuditEntry(at=datetime.now(UTC), verdict="lost", why=why)
                entries.append(_encoded(lost))
            self.ledger.append(entries)
        except Exception as error:
            # Told before whoever waits is woken: they find the report.
            self._report(error)
            with self._changed:
                self._trouble = error
                self._failed = self._tries
                self._changed.notify_all()
            return False
        with self._changed:
            for _ in batch:
                self._waiting.popleft()
            self._dropped -= dropped
            self._trouble = None
            if not self._waiting:
                self._urged = False
            self._changed.notify_all()
        return True

    def _report(self, error: Exception) -> None:
        logger.error("the audit log is not written: %s", error)
        if self._on_trouble is not None:
            try:
                self._on_trouble(error)
            except Exception:
                logger.exception("who is told of audit troubles broke")


def _entry(record: AuditRecord) -> AuditEntry:
    caller = record.caller
    concerned = (*record.needs, *record.missing)
    return AuditEntry(
        at=record.at,
        verdict=record.verdict,
        who=_clean(_who(record)),
        what=_clean(record.subject),
        why=_clean(record.why),
        missing=tuple(_clean(str(one)) for one in record.missing),
        kinds=tuple(dict.fromkeys(one.kind.name for one in concerned)),
        request_id=caller.request_id,
        trace=caller.trace,
    )


def _who(record: AuditRecord) -> str:
    try:
        return who(record.caller)
    except Exception as error:  # a field whose `repr` breaks
        return f"{type(record.caller).__name__}: {error!r}"


def _clean(text: str) -> str:
    # What cannot be encoded would keep everything behind it out of the log.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _key(name: str, value: str) -> str:
    key = f"{name}:{_clean(value)}"
    encoded = key.encode()
    if len(encoded) > MOST_NAME:
        return f"{key[:_SHORT]}...{blake2b(encoded, digest_size=16).hexdigest()}"
    return key


def _encoded(entry: AuditEntry) -> Entry:
    keys = [
        _key("who", entry.who),
        _key("what", entry.what),
        _key("verdict", entry.verdict),
        *(_key("kind", name) for name in entry.kinds),
    ]
    return Entry(entry.at, tuple(keys), msgspec.json.encode(entry))


def _decoded(line: Line) -> AuditEntry:
    entry = msgspec.json.decode(line.body, type=AuditEntry)
    return msgspec.structs.replace(entry, number=line.number)
