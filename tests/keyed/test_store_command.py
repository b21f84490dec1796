"""`pfc store` and the journals of keys: shown together, found one by one, checked all."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from packetflow import VirtualClock
from packetflow.store import Put
from packetflow.store.sqlite import SqliteStore
from pfc.cli.store import command
from tests.keyed.carts import ANN, IDLE, Add, Shop, idle_for, settled


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A store with forty carts."""
    made = tmp_path / "shop.db"

    async def fill() -> None:
        store = SqliteStore(made)
        async with Shop(store=store, clock=VirtualClock()) as app:
            for number in range(40):
                await app.ask(Add(f"cart {number}", "x"), ANN)
            await settled(app)
            await idle_for(app, 3 * IDLE)
        store.close()

    asyncio.run(fill())
    return str(made)


def run(*arguments: str) -> str:
    """What the command says."""
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code in (0, 1), done.output
    return done.output


def test_the_journals_of_many_keys_are_one_row(path: str) -> None:
    told = run("inspect", path)
    (row,) = [line for line in told.splitlines() if "carts.Cart" in line]
    assert row.startswith("journal:carts.Cart/* (40 journals)")
    logs = json.loads(run("inspect", path, "--json"))["logs"]
    assert sum(one["log"].startswith("journal:carts.Cart/") for one in logs) == 40


def test_one_of_them_is_exported_by_its_name(path: str) -> None:
    lines = run("export", path, "--log", "journal:carts.Cart/cart 7").splitlines()
    first = json.loads(json.loads(lines[0])["body"])
    assert first["fields"]["items"] == ["x"]


def test_all_are_checked(path: str) -> None:
    assert "all is whole" in run("verify", path)
    store = SqliteStore(Path(path))
    snapshot = store.get("snapshot", "journal:carts.Cart/cart 7")
    assert snapshot is not None
    store.commit([Put("snapshot", "journal:carts.Cart/cart 7", snapshot[:-1] + b" ")])
    store.close()
    assert "the one of journal:carts.Cart/cart 7 is not as it" in run("verify", path)


def test_a_journal_of_a_key_is_never_shortened(path: str) -> None:
    log = "journal:carts.Cart/cart 7"
    done = CliRunner().invoke(command, ["compact", path, "--log", log, "--keep-days=0"])
    assert done.exit_code != 0
    assert "forgotten" in run("compact", path)
