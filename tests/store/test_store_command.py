"""`pfc store`, as people call it."""

from __future__ import annotations

import asyncio
import io
import json
import sqlite3
import subprocess
import sys
from contextlib import closing, redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from packetflow.actor import journal
from packetflow.store import Append, Entry, Ledger, Put
from packetflow.store.sqlite import SqliteStore
from pfc.cli.app import run
from pfc.cli.store_verify import verified
from tests.durable.bank import ANN, Bank, BankApp, Deposit
from tests.store.postgres_server import PostgresServer

ROOT = Path(__file__).parents[2]
NOW = datetime.now(UTC)
JOURNAL = "journal:shop.Stock"


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


def pfc(*arguments: object) -> Done:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(["store", *map(str, arguments)])
    return Done(code, out.getvalue(), err.getvalue())


def answer(*arguments: object, code: int = 0) -> Any:
    done = pfc(*arguments, "--json")
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def fill(store: Any, key: bytes = b"") -> None:
    ledger = Ledger(store, "audit", key=key)
    ledger.append(
        [Entry(NOW - timedelta(days=9 - n), (f"who:{n}",), b"{}") for n in range(10)]
    )
    lines = [
        Entry(NOW, (), journal.seal(JOURNAL, number, f'["{number}"]'.encode()))
        for number in (1, 2, 3)
    ]
    picture = journal.seal(JOURNAL, 0, b"{}")
    store.commit(
        [
            Append(JOURNAL, lines, 0),
            Put("snapshot", JOURNAL, picture),
            Put("bytes", "k", b"\xff"),
        ]
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "s.db"
    with closing(SqliteStore(path)) as store:
        fill(store)
    return path


def change(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement)


def test_inspect_tells_what_there_is(file: Path) -> None:
    found = answer("inspect", file)
    audit, stock = found["logs"]
    assert (audit["log"], audit["lines"], audit["end"]) == ("audit", 10, 10)
    assert audit["until"] == NOW.isoformat()
    assert (stock["log"], stock["lines"]) == (JOURNAL, 3)
    assert [one["space"] for one in found["spaces"]] == ["bytes", "snapshot"]
    text = pfc("inspect", f"sqlite:{file}").stdout
    assert "audit" in text
    assert "1-10" in text


def test_the_command_in_a_process_of_its_own(file: Path) -> None:
    change(file, "UPDATE line SET body = x'00' WHERE log = 'audit' AND number = 3")
    command = [sys.executable, "-m", "pfc", "store", "verify", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 1, done.stderr
    assert "broken: audit: line 3 is not as it was written" in done.stdout


def test_export_prints_lines_and_values(file: Path) -> None:
    lines = [json.loads(line) for line in pfc("export", file).stdout.splitlines()]
    assert len(lines) == 10 + 3 + 2
    assert lines[0]["number"] == 1
    assert lines[0]["keys"] == ["who:0"]
    assert lines[0]["body"] == "{}"
    assert len(lines[0]["seal"]) == 64
    assert lines[10]["body"] == '["1"]'
    assert {"space": "bytes", "key": "k", "base64": "/w=="} in lines
    only = pfc("export", file, "--log", JOURNAL, "--space", "bytes").stdout
    assert len(only.splitlines()) == 4


def test_a_whole_store_is_whole(file: Path) -> None:
    found = answer("verify", file)
    assert found["whole"]
    assert (found["lines"], found["values"]) == (13, 2)
    head = found["heads"]["audit"]
    assert answer("verify", file, "--head", f"audit={head}")["whole"]
    assert "all is whole" in pfc("verify", file).stdout


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE line SET body = body || x'00' WHERE log = 'audit'", "audit: line 1"),
        ("DELETE FROM line WHERE log = 'audit' AND number = 10", "audit: line 10"),
        ("DELETE FROM line WHERE log = 'audit' AND number = 4", "audit: line 4"),
        ("UPDATE line SET body = x'00' WHERE log LIKE 'j%'", f"{JOURNAL}: line 1"),
        ("UPDATE value SET value = x'00' WHERE space = 'snapshot'", "snapshot: "),
    ],
)
def test_what_is_broken_is_told(file: Path, statement: str, words: str) -> None:
    change(file, statement)
    found = answer("verify", file, code=1)
    assert any(one.startswith(words) for one in found["broken"])


def test_lines_cut_off_with_all_their_traces_are_found_with_a_head(file: Path) -> None:
    head = answer("verify", file)["heads"]["audit"]
    change(file, "DELETE FROM line WHERE log = 'audit' AND number > 8")
    change(file, "UPDATE log SET last = 8 WHERE name = 'audit'")
    assert answer("verify", file)["whole"]
    found = answer("verify", file, "--head", f"audit={head}", code=1)
    assert found["broken"] == ["audit: line 9 is not as it was written"]


def test_pages_that_are_damaged_are_found(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    file.write_bytes(content)
    assert answer("verify", file, code=1)["broken"]


def test_compact_forgets_old_lines_of_a_ledger_that_stays_whole(file: Path) -> None:
    assert answer("compact", file, "--log", "audit", "--keep-days", 3.5) == {
        "forgotten": 6
    }
    found = answer("verify", file)
    assert found["whole"]
    assert found["lines"] == 4 + 3
    with closing(SqliteStore(file)) as store:
        Ledger(store, "audit").append([Entry(NOW, (), b"{}")])
    assert answer("compact", file, "--log", "audit", "--keep-days", 0)["forgotten"] == 5
    with closing(SqliteStore(file)) as store:
        Ledger(store, "audit").append([Entry(NOW, (), b"{}")])
        assert store.end("audit") == 12
    assert answer("verify", file)["whole"]
    # Where it begins now is bound too.
    change(file, "DELETE FROM value WHERE space = 'packetflow.ledger'")
    assert answer("verify", file, code=1)["broken"]


def test_compact_makes_the_file_smaller(file: Path) -> None:
    with closing(SqliteStore(file)) as store:
        store.commit([Put("big", str(n), b"x" * 10_000) for n in range(200)])
        store.commit([Put("big", str(n), b"") for n in range(200)])
    before = file.stat().st_size
    assert pfc("compact", file).returncode == 0
    assert file.stat().st_size < before / 10


def test_a_ledger_with_a_key_needs_it(tmp_path: Path) -> None:
    file, key = tmp_path / "s.db", tmp_path / "key"
    key.write_bytes(b"secret")
    with closing(SqliteStore(file)) as store:
        fill(store, b"secret")
    assert answer("verify", file, "--key-file", key)["whole"]
    assert answer("verify", file, code=1)["broken"]
    days = ("--log", "audit", "--keep-days", "5")
    refused = pfc("compact", file, *days)
    assert refused.returncode == 2
    assert "nothing was forgotten" in refused.stderr
    assert pfc("compact", file, *days, "--key-file", key).returncode == 0
    assert answer("verify", file, "--key-file", key)["whole"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["inspect", "{}/none.db"], "there is no file"),
        # Without its driver that is what is told.
        (["inspect", "postgresql://nobody@/none?host=/none"], "PostgreSQL"),
        (["compact", "{}/s.db", "--log", "none", "--keep-days", "1"], "no log 'none'"),
        (["compact", "{}/s.db", "--log", JOURNAL, "--keep-days", "1"], "needed whole"),
        (["compact", "{}/s.db", "--log", "audit"], "go together"),
        (["verify", "{}/s.db", "--head", "audit=x"], "LOG=NUMBER:DIGEST"),
    ],
)
def test_what_cannot_be_done_is_told(
    file: Path, arguments: list[str], words: str
) -> None:
    done = pfc(*(one.format(file.parent) for one in arguments))
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (file.parent / "none.db").exists()


@pytest.mark.slow
@pytest.mark.xdist_group("postgres")
def test_stores_in_postgres(postgres: PostgresServer) -> None:
    from packetflow.store.postgres import PostgresStore

    with closing(PostgresStore(postgres.url, schema="commands")) as store:
        fill(store)
    where = (f"postgres:{postgres.url}", "--schema", "commands")
    assert len(answer("inspect", *where)["logs"]) == 2
    assert len(pfc("export", *where).stdout.splitlines()) == 15
    days = ("--log", "audit", "--keep-days", "3.5")
    assert answer("compact", *where, *days) == {"forgotten": 6}
    assert answer("verify", *where)["whole"]
    none = pfc("inspect", postgres.url, "--schema", "none")
    assert none.returncode == 2
    assert "holds no store" in none.stderr


def journalled(file: Path) -> int:
    """A journal with a snapshot and lines behind it; the number of the first."""

    async def live() -> int:
        store = SqliteStore(file)
        async with BankApp(store=store) as app:
            for _ in range(3):
                await app.ask(Deposit("a", 1), ANN)
            await app.system._quiet()
            cell = app.system.cell(Bank)
            cell.painter.since = 10_000
            await app.ask(Deposit("a", 1), ANN)
            await app.system._quiet()
        first = store.read("journal:bank.Bank")[0].number
        store.close()
        return first

    return asyncio.run(live())


def test_lines_behind_a_snapshot_that_are_gone(tmp_path: Path) -> None:
    file = tmp_path / "s.db"
    first = journalled(file)
    assert pfc("verify", file).returncode == 0
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("DELETE FROM line WHERE log = 'journal:bank.Bank'")
    done = pfc("verify", file)
    assert done.returncode == 1
    assert f"journal:bank.Bank: line {first} is gone" in done.stdout


async def test_a_store_is_whole_while_an_app_works_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Bank.journal, "snapshot_every", 3)
    file = tmp_path / "s.db"
    store = SqliteStore(file)
    async with BankApp(store=store) as app:
        checks = asyncio.create_task(asyncio.to_thread(_verified_often, file))
        while not checks.done():
            await app.ask(Deposit("a", 1), ANN)
        assert await checks == []
    store.close()


def _verified_often(file: Path) -> list[str]:
    with closing(SqliteStore(file, existing=True)) as store:
        found = [verified(store, b"", {}).broken for _ in range(20)]
    return [one for broken in found for one in broken]


def test_a_damaged_store_is_not_written_anew(tmp_path: Path) -> None:
    file = tmp_path / "s.db"
    journalled(file)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'line_key_number'")
    done = pfc("compact", file)
    assert done.returncode == 2
    assert "it is left as it is" in done.stderr
