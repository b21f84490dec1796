"""What earlier releases wrote is read: the bytes that bind a line stay as they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from packetflow.actor.journal import opened, seal
from packetflow.store import Entry, Ledger, MemoryStore

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
AWAY = datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=timezone(timedelta(hours=2)))


def test_a_ledger_is_bound_as_ever() -> None:
    ledger = Ledger(MemoryStore(), "a", key=b"k")
    ledger.append([Entry(NOON, ("who:ä", "what"), b"body"), Entry(AWAY, (), b"")])
    assert ledger.head().digest.hex() == (
        "032c1ae20028031b856af4f682eda1eff422648e8444f83cf5bd4a0289f407f8"
    )
    assert ledger.broken() is None


def test_a_line_of_a_journal_is_sealed_as_ever() -> None:
    sealed = seal("journal:bank.Bänk", 12, b'{"x":1}')
    assert sealed.hex() == "53b8997bc13f40bf7b2278223a317d"
    assert opened("journal:bank.Bänk", 12, sealed) == b'{"x":1}'


@pytest.mark.parametrize(
    ("log", "number", "change"),
    [("journal:b", 12, b""), ("journal:a", 13, b""), ("journal:a", 12, b" ")],
)
def test_a_line_that_was_moved_or_changed_is_no_line(
    log: str, number: int, change: bytes
) -> None:
    sealed = seal("journal:a", 12, b"{}")
    assert opened("journal:a", 12, sealed) == b"{}"
    assert opened(log, number, sealed + change) is None
