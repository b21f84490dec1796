"""The audit log: complete, found by what one asks for, and never in the way."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from packetflow import Capability, Denied, System, VirtualClock
from packetflow.audit import AuditRecord
from packetflow.store import Entry, MemoryStore, StoreError, audit_log
from packetflow.store.audit_log import AuditLog
from packetflow.store.sqlite import SqliteStore
from tests.runtime.handwritten.store import (
    ADMIN,
    READ,
    WRITE,
    Caller,
    Get,
    Missing,
    Put,
    StoreApp,
)

HOUR = timedelta(hours=1)


def record(name: str = "ann", at: datetime | None = None) -> AuditRecord:
    when = VirtualClock().now() if at is None else at
    return AuditRecord(when, "allowed", "Put", Caller(name=name), "x")


async def test_20_who_did_what_and_why_survives_a_restart(tmp_path: Path) -> None:
    clock = VirtualClock()
    store = SqliteStore(tmp_path / "audit.db")
    async with StoreApp(clock=clock, store=store) as app:
        ann = Caller(capabilities=[Capability(ADMIN)]).identified("ann", 0)
        await app.ask(Put("/a", 1), ann)
        await clock.advance(HOUR)
        with pytest.raises(Denied):
            await app.ask(Put("/a", 1), Caller(name="bob", capabilities=[READ("/a")]))
        with pytest.raises(Missing):
            await app.ask(Get("/none"), ann)
    store.close()
    store = SqliteStore(tmp_path / "audit.db")
    log = AuditLog(store)
    put, denied, get = log.find()
    assert (put.who, put.what, put.verdict) == ("ann", "Put", "allowed")
    assert put.why == 'Cap.write("/a") by Cap.admin'
    assert put.request_id == ann.request_id
    assert denied.who == "Caller(name='bob')"
    assert denied.missing == ('Cap.write("/a")',)
    assert get.number == 3
    assert log.find(who="ann") == [put, get]
    assert log.find(verdict="denied") == [denied]
    assert log.find(kind=WRITE) == [put, denied]
    assert log.find(kind="store.Cap.read", who="ann") == [get]
    assert log.find(before=put.at + HOUR) == [put]
    assert log.find(since=put.at + HOUR) == [denied, get]
    assert log.find(what="Get", limit=1) == [get]
    assert log.find(who="ann' OR 1=1 --") == []
    assert log.broken(log.head()) is None
    store.close()


async def test_delegations_and_revocations_are_in_the_log() -> None:
    clock, store = VirtualClock(), MemoryStore()
    async with StoreApp(clock=clock, store=store) as app:
        held = (Capability(ADMIN), System.delegate, System.revoke)
        ann = Caller(capabilities=held).identified("ann", 0)
        await app.delegate(READ("/a"), "bob", clock.now() + HOUR, ann)
        await app.revoke("bob", ann)
    given, taken = AuditLog(store).find(who="ann")
    assert (given.verdict, given.kinds) == ("delegated", ("store.Cap.read",))
    assert 'Cap.read("/a") until' in given.why
    assert given.why.endswith("to bob")
    assert (taken.verdict, taken.why) == ("revoked", "bob; delegations ended: 1")


class Broken(MemoryStore):
    """Fails until it is mended; may be held up."""

    def __init__(self) -> None:
        super().__init__()
        self.works = False
        self.gate = threading.Event()
        self.gate.set()

    def append(self, log: str, entries: Sequence[Entry], *, after: int) -> None:
        self.gate.wait(10)
        if not self.works and log == "audit":
            raise StoreError("the disk is full")
        super().append(log, entries, after=after)


class Counting(MemoryStore):
    """Counts its commits, and lets a test hold the first of them."""

    def __init__(self) -> None:
        super().__init__()
        self.groups: list[int] = []
        self.gate = threading.Event()

    def append(self, log: str, entries: Sequence[Entry], *, after: int) -> None:
        assert self.gate.wait(20)
        self.groups.append(len(entries))
        super().append(log, entries, after=after)


def test_records_go_together_and_a_flush_does_not_wait_for_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # For ever, as far as this test goes: only a flush or many records end it.
    monkeypatch.setattr(audit_log, "_LINGER", 600.0)
    store = Counting()
    store.gate.set()
    log = AuditLog(store)
    for number in range(100):
        log(record(str(number)))
    assert store.groups == []
    log.flush(patience=20)
    assert store.groups == [100]
    for number in range(audit_log._BATCH):
        log(record(str(number)))
    log.flush(patience=20)
    assert store.groups == [100, audit_log._BATCH]
    # After a flush they wait for each other again.
    log(record())
    assert len(store.groups) == 2
    log.close()
    assert store.groups == [100, audit_log._BATCH, 1]
    assert [entry.number for entry in log.find()] == list(range(1, 602))


def test_a_batch_that_is_full_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log, "_LINGER", 600.0)
    kept = threading.Event()

    class Telling(Counting):
        def append(self, log: str, entries: Sequence[Entry], *, after: int) -> None:
            super().append(log, entries, after=after)
            kept.set()

    store = Telling()
    store.gate.set()
    log = AuditLog(store)
    for number in range(audit_log._BATCH):
        log(record(str(number)))
    assert kept.wait(20)
    log.close()


async def test_a_store_that_fails_is_reported_and_handling_goes_on() -> None:
    store = Broken()
    async with StoreApp(clock=VirtualClock(), store=store) as app:
        ann = Caller(capabilities=[Capability(ADMIN)])
        assert await app.ask(Put("/a", 1), ann) == 1
        assert app.audit_log is not None
        with pytest.raises(StoreError):
            app.audit_log.flush()
        assert any(isinstance(one, StoreError) for one in app.system.reports)
        assert await app.ask(Put("/b", 1), ann) == 2
        store.works = True
        # What failed before is written now, with what came since, in order.
    whys = [one.why for one in AuditLog(store).find()]
    assert whys == ['Cap.write("/a") by Cap.admin', 'Cap.write("/b") by Cap.admin']


async def test_a_store_that_hangs_holds_up_no_handler() -> None:
    store = Broken()
    store.works = True
    async with StoreApp(clock=VirtualClock(), store=store) as app:
        store.gate.clear()
        ann = Caller(capabilities=[Capability(ADMIN)])
        for number in range(1, 20):
            assert await app.ask(Put(f"/{number}", 1), ann) == number
        assert AuditLog(store).find() == []
        store.gate.set()
    assert len(AuditLog(store).find()) == 19


def test_records_without_room_are_counted_in_the_log_itself() -> None:
    store = Broken()
    log = AuditLog(store, room=3)
    for _ in range(5):
        log(record())
    with pytest.raises(StoreError):
        log.flush()
    assert log.lost == 2
    store.works = True
    log.flush()
    log.close()
    verdicts = [one.verdict for one in log.find()]
    assert verdicts == ["allowed"] * 3 + ["lost"]
    assert log.find(verdict="lost")[0].why == "2 records found no room"
    assert log.broken() is None


def test_hostile_names_are_kept_and_keep_nothing_out() -> None:
    for store in (MemoryStore(), SqliteStore(":memory:")):
        log = AuditLog(store)
        names = ["\ud800", "a\0b", "'; DROP TABLE line; --", "x" * 100_000, "ann"]
        names.append("\N{PARTY POPPER}" * 450)
        for name in names:
            log(record(name))
        log.close()
        assert len(log.find()) == len(names)
        assert len(log.find(who="Caller(name='ann')")) == 1
        assert len(log.find(who=log.find()[-1].who)) == 1
        assert all(len(one.who) <= 500 for one in log.find())
        assert log.broken() is None


async def test_who_is_told_of_trouble_may_break() -> None:
    def tell(error: Exception) -> None:
        raise RuntimeError

    log = AuditLog(Broken(), on_trouble=tell)
    log(record())
    with pytest.raises(StoreError):
        log.flush()
    log.close()
    assert log.lost == 1


async def test_the_amplification_of_a_reactor_is_audited_with_its_reason() -> None:
    seen: list[AuditRecord] = []
    async with StoreApp() as app:
        app.on_audit(seen.append)
        app.system.audited(
            "authority", "store.Store", Caller(), "the log is ours", needs=(READ("/l"),)
        )
    assert [(one.verdict, one.why, one.needs) for one in seen] == [
        ("authority", "the log is ours", (READ("/l"),))
    ]
