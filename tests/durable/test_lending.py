"""What a journaled reactor gives or takes after its commit is done once, come a crash."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from packetflow import Denied, VirtualClock
from packetflow.authority import Authority
from packetflow.errors import Fault
from packetflow.store import StoreError
from packetflow.store.sqlite import SqliteStore
from tests.durable.lending import (
    END,
    USE,
    Desk,
    Dismiss,
    Lend,
    Lending,
    Slow,
    person,
)

ROOT = Path(__file__).parents[2]


def _killed(path: Path, what: str, when: str) -> None:
    # Not as a main module: what is kept names the types by their modules.
    code = "import sys; from tests.durable.lending import dies; dies(*sys.argv[1:])"
    command = [sys.executable, "-c", code, str(path), what, when]
    done = subprocess.run(command, cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL


async def _started(path: Path) -> tuple[list[str], int, int]:
    """Who uses bob's delegations, his epoch, and what the desk has still to do."""
    store = SqliteStore(path)
    async with Lending(store=store) as app:
        desk = app.system.cell(Desk)
        await desk.idle()
        given = [one.by for one in app.authority.delegations("bob")]
        found = given, app.authority.epoch("bob"), len(desk.undone.open)
    store.close()
    return found


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_delegation_is_made_once_whenever_the_process_dies(
    tmp_path: Path, when: str
) -> None:
    path = tmp_path / "lending.db"
    _killed(path, "give", when)
    before = SqliteStore(path)
    assert before.end("delegations") == (when == "after")
    before.close()
    for _ in range(2):
        assert await _started(path) == (["ann"], 0, 0)
    after = SqliteStore(path)
    assert after.end("delegations") == 1
    after.close()


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_epoch_ends_once_whenever_the_process_dies(
    tmp_path: Path, when: str
) -> None:
    path = tmp_path / "lending.db"
    _killed(path, "take", when)
    for _ in range(2):
        assert await _started(path) == ([], 1, 0)


async def test_what_was_taken_away_meanwhile_is_not_given_again(tmp_path: Path) -> None:
    path = tmp_path / "lending.db"
    _killed(path, "give", "after")
    store = SqliteStore(path)
    async with Lending(store=SqliteStore(tmp_path / "other.db")) as other:
        authority, now = Authority(store), other.clock.now()
        (given,) = authority.delegations("bob")
        authority.revoke(given, person(other, "ann"), now)
    store.close()
    assert await _started(path) == ([], 0, 0)


async def _given(app: Lending, store: Slow, change: asyncio.Future[object]) -> int:
    """How many delegations bob has before and after the change is kept."""
    for _ in range(20):
        await asyncio.sleep(0)
    assert not change.done()
    early = len(app.authority.delegations("bob"))
    store.may.set()
    await change
    return early


async def test_others_go_on_while_authority_is_written(tmp_path: Path) -> None:
    store = Slow(tmp_path / "lending.db")
    async with Lending(store=store) as app:
        ann, bob = person(app, "ann"), person(app, "bob")
        change = asyncio.ensure_future(app.delegate(USE(), "bob", END, ann))
        # Given is what is kept.
        assert await _given(app, store, change) == 0
        assert len(app.authority.delegations("bob")) == 1
        store.may.clear()
        change = asyncio.ensure_future(app.revoke("bob", ann))
        # Taken away is at once.
        assert await _given(app, store, change) == 0
        with pytest.raises(Denied, match="was revoked"):
            await app.ask(Lend("eve"), bob)
        assert app.authority.epoch("bob") == 1
    store.close()
    assert await _started(tmp_path / "lending.db") == ([], 1, 0)


async def test_who_is_revoked_while_a_gift_is_written_gave_nothing(
    tmp_path: Path,
) -> None:
    store = Slow(tmp_path / "lending.db")
    async with Lending(store=store) as app:
        ann = person(app, "ann")
        gift = asyncio.ensure_future(app.delegate(USE(), "bob", END, ann))
        await asyncio.sleep(0)
        epoch = asyncio.ensure_future(app.revoke("ann", ann))
        await asyncio.sleep(0)
        assert app.authority.epoch("ann") == 1
        store.may.set()
        with pytest.raises(Denied, match="just revoked"):
            await gift
        await epoch
        assert app.authority.delegations("bob") == ()
    store.close()
    assert await _started(tmp_path / "lending.db") == ([], 0, 0)


async def test_who_no_longer_waits_does_not_stop_what_is_written(
    tmp_path: Path,
) -> None:
    store = Slow(tmp_path / "lending.db")
    async with Lending(store=store) as app:
        ann = person(app, "ann")
        gift = asyncio.ensure_future(app.delegate(USE(), "bob", END, ann))
        await asyncio.sleep(0)
        gift.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gift
        store.may.set()
    store.close()
    assert await _started(tmp_path / "lending.db") == (["ann"], 0, 0)


async def test_what_cannot_be_kept_is_not_given_but_is_taken(tmp_path: Path) -> None:
    store = Slow(tmp_path / "lending.db")
    store.may.set()
    async with Lending(store=store, clock=VirtualClock()) as app:
        ann = person(app, "ann")
        await app.delegate(USE(), "bob", END, ann)
        store.trouble = StoreError("the disk is full")
        with pytest.raises(StoreError):
            await app.delegate(USE(), "eve", END, ann)
        assert app.authority.delegations("eve") == ()
        with pytest.raises(StoreError):
            await app.revoke("bob", ann)
        assert app.authority.epoch("bob") == 1
        assert app.authority.delegations("bob") == ()
        await app.ask(Dismiss("bob"), ann)
        await app.clock.settle()
        assert app.authority.epoch("bob") == 2
        assert any(isinstance(one, Fault) for one in app.system.reports)
    store.close()
