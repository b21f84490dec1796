"""PostgreSQL: it conforms, fences writers, and outlives restarts of the server."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from packetflow.store import Append, Conflict, Entry, Put, Store, StoreError
from tests.store.conformance import NOON, conforms
from tests.store.postgres_server import PostgresServer

if TYPE_CHECKING:
    from packetflow.store.postgres import PostgresStore

# One server for all: they run in one process.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("postgres")]

TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' ORDER BY 1"

_numbers = itertools.count()


def opened(
    server: PostgresServer, schema: str, patience: float = 10.0
) -> PostgresStore:
    # Imported here: the driver is not installed on every Python that runs the suite.
    from packetflow.store.postgres import PostgresStore

    return PostgresStore(server.url, schema=schema, patience=patience)


class Schemas:
    """Stores in a database: a new schema for each start, the same one when reopened."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._schema = ""

    def new(self) -> Store:
        self._schema = f"conformance {next(_numbers)}"
        return self.again()

    def again(self) -> Store:
        return opened(self._server, self._schema)


def test_it_conforms(postgres: PostgresServer) -> None:
    schemas = Schemas(postgres)
    conforms(schemas.new, schemas.again, examples=15)


@pytest.fixture
def schema() -> str:
    return f"test {next(_numbers)}"


def body(text: object) -> Entry:
    return Entry(NOON, (), str(text).encode())


def test_writers_on_two_connections_fence_each_other(
    postgres: PostgresServer, schema: str
) -> None:
    one, two = opened(postgres, schema), opened(postgres, schema)
    one.append("a", [body(1)], after=0)
    with pytest.raises(Conflict):
        two.append("a", [body("other")], after=0)
    two.append("a", [body(2)], after=1)
    assert [line.body for line in one.read("a")] == [b"1", b"2"]
    one.close()
    two.close()


def test_of_many_writers_one_at_a_time_goes_on(
    postgres: PostgresServer, schema: str
) -> None:
    stores = [opened(postgres, schema) for _ in range(4)]

    def write(number: int) -> list[bytes]:
        kept: list[bytes] = []
        store = stores[number]
        while len(kept) < 20:
            text = f"{number}-{len(kept)}"
            batch = [
                Append("a", [body(text)], store.end("a")),
                Append(f"own {number % 2}", [], store.end(f"own {number % 2}")),
                Put("s", f"{text} {number}", b""),
            ]
            with suppress(Conflict):
                store.commit(batch)
                kept.append(text.encode())
        return kept

    with ThreadPoolExecutor(4) as pool:
        kept = [one for many in pool.map(write, range(4)) for one in many]
    written = [line.body for line in stores[0].read("a")]
    assert sorted(written) == sorted(kept)
    assert len(stores[0].scan("s")) == 80
    for store in stores:
        store.close()


def test_many_make_the_tables_at_once(postgres: PostgresServer, schema: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: opened(postgres, schema), range(4)))
    for number, store in enumerate(stores):
        store.append("a", [body(number)], after=number)
        store.close()


def test_large_bodies_and_many_lines(postgres: PostgresServer, schema: str) -> None:
    store = opened(postgres, schema)
    large = b"\xff\0" * (6 << 20)
    store.append("a", [Entry(NOON, ("k",), large)] * 3 + [body(1)] * 6_000, after=0)
    store.commit([Put("s", str(number), large) for number in range(3)])
    assert [line.body for line in store.read("a", keys=["k"])] == [large] * 3
    assert store.end("a") == 6_003
    assert store.get("s", "2") == large
    store.close()


def test_a_schema_of_a_newer_release_is_refused(
    postgres: PostgresServer, schema: str
) -> None:
    import psycopg

    opened(postgres, schema).close()
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f'UPDATE "{schema}".version SET version = 99'.encode())
        before = connection.execute(TABLES).fetchall()
        with pytest.raises(StoreError, match="use a newer release"):
            opened(postgres, schema)
        assert connection.execute(TABLES).fetchall() == before


def test_a_migration_that_fails_leaves_nothing(
    postgres: PostgresServer, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    from packetflow.store import schema_postgres

    steps = (*schema_postgres.STEPS, ("CREATE TABLE more ()", "no SQL"))
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        before = connection.execute(TABLES).fetchall()
        monkeypatch.setattr(schema_postgres, "STEPS", steps)
        with pytest.raises(StoreError, match="syntax error"):
            opened(postgres, schema)
        assert connection.execute(TABLES).fetchall() == before
        monkeypatch.undo()
        opened(postgres, schema).close()
        assert len(connection.execute(TABLES).fetchall()) > len(before)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://test@/none?host={0}", "none"),
        ("postgresql://test@/postgres?host=/no/such/folder", "/no/such/folder"),
        ("no url", "the address cannot be read"),
    ],
)
def test_a_server_that_is_not_there_is_an_error_of_the_store(
    postgres: PostgresServer, url: str, words: str
) -> None:
    from packetflow.store.postgres import PostgresStore

    with pytest.raises(StoreError, match=words):
        PostgresStore(url.format(postgres.folder))


def test_who_may_not_make_tables_is_told(postgres: PostgresServer, schema: str) -> None:
    import psycopg

    from packetflow.store.postgres import PostgresStore

    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("CREATE ROLE guest LOGIN")
    with pytest.raises(StoreError, match="permission denied"):
        PostgresStore(postgres.url.replace("test@", "guest@"), schema=schema)


def test_a_closed_store_answers_with_an_error(
    postgres: PostgresServer, schema: str
) -> None:
    store = opened(postgres, schema)
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.get("s", "k")
    with pytest.raises(StoreError, match="closed"):
        store.commit([])
    store.close()


def test_a_name_that_is_none_is_an_error_of_the_store(
    postgres: PostgresServer, schema: str
) -> None:
    store = opened(postgres, schema)
    for ask in (store.read, store.last, store.end, store.scan):
        with pytest.raises(StoreError):
            ask("\ud800")
    store.close()
