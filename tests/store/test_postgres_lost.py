"""PostgreSQL lost: what was under way is done once or not at all, and told truly."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from packetflow.store import Append, Conflict, Entry, Put, StoreError, Uncertain
from tests.store.conformance import NOON
from tests.store.cutting_proxy import Cut, CuttingProxy, cutting
from tests.store.postgres_server import PostgresServer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("postgres")]

_numbers = itertools.count()


@pytest.fixture
def schema() -> str:
    return f"lost {next(_numbers)}"


@pytest.fixture
def proxy(postgres: PostgresServer, tmp_path: Path) -> Iterator[CuttingProxy]:
    with cutting(str(postgres.folder), tmp_path) as made:
        yield made


def body(text: object) -> Entry:
    return Entry(NOON, (), str(text).encode())


@pytest.mark.parametrize("cut", ["before", "after", "meanwhile"])
def test_a_commit_whose_end_was_not_heard_is_done_once(
    proxy: CuttingProxy, schema: str, cut: Cut
) -> None:
    from packetflow.store.postgres import PostgresStore

    store = PostgresStore(proxy.url, schema=schema)
    proxy.cut = cut
    refused = store.commit_all(
        [[Append("a", [body(1)], 0), Put("s", "k", b"1")], [Append("a", [body(2)], 0)]]
    )
    assert proxy.cuts == 1
    assert refused[0] is None
    assert isinstance(refused[1], Conflict)
    store.append("a", [body(2)], after=1)
    assert [line.body for line in store.read("a")] == [b"1", b"2"]
    store.close()


SLOW = """
SET search_path TO "{schema}";
CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON line
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait();
"""


def test_a_commit_that_still_runs_is_waited_for(
    postgres: PostgresServer, proxy: CuttingProxy, schema: str
) -> None:
    import psycopg

    from packetflow.store.postgres import PostgresStore

    store = PostgresStore(proxy.url, schema=schema)
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(SLOW.format(schema=schema).encode())
    proxy.cut = "meanwhile"
    store.append("a", [body(1)], after=0)
    assert proxy.cuts == 1
    assert [line.body for line in store.read("a")] == [b"1"]
    store.close()


def test_without_asking_what_became_of_it_the_answer_is_wrong(
    proxy: CuttingProxy, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from packetflow.store.postgres import PostgresStore

    store = PostgresStore(proxy.url, schema=schema)
    monkeypatch.setattr(store, "_settle", lambda connection, *, number: False)
    proxy.cut = "after"
    with pytest.raises(Conflict):
        store.append("a", [body(1)], after=0)
    assert store.end("a") == 1
    store.close()


def test_who_cannot_hear_what_became_of_it_is_told_so(
    postgres: PostgresServer, tmp_path: Path, schema: str
) -> None:
    from packetflow.store.postgres import PostgresStore

    with cutting(str(postgres.folder), tmp_path) as proxy:
        store = PostgresStore(proxy.url, schema=schema, patience=0.2)
        proxy.cut = "after"
        proxy.refuse()
        with pytest.raises(Uncertain):
            store.append("a", [body(1)], after=0)
        with pytest.raises(StoreError) as told:
            store.append("a", [body(2)], after=1)
        assert not isinstance(told.value, Uncertain)
        store.close()


def test_a_network_that_loses_all_without_a_word_is_not_waited_for(
    proxy: CuttingProxy, schema: str
) -> None:
    from packetflow.store.postgres import PostgresStore

    store = PostgresStore(proxy.url, schema=schema, patience=0.2)
    store.append("a", [body(1)], after=0)
    proxy.flows.clear()
    began = time.monotonic()
    with pytest.raises(StoreError, match="nothing was heard from the server") as told:
        store.append("a", [body(2)], after=1)
    assert time.monotonic() - began < 10
    # It had not come to its last step.
    assert not isinstance(told.value, Uncertain)
    proxy.flows.set()
    store.append("a", [body(3)], after=1)
    assert [line.body for line in store.read("a")] == [b"1", b"3"]
    store.close()


def test_a_server_that_only_works_long_is_waited_for(
    postgres: PostgresServer, schema: str
) -> None:
    from packetflow.store.postgres_link import Link

    link = Link(postgres.url, schema, 0.2, change=True)
    sleep = "SELECT pg_sleep(3.2)"
    link.run(lambda connection: connection.execute(sleep), bounded=False)
    link.close()


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """One that may be restarted: nobody else uses it."""
    made = PostgresServer()
    yield made
    made.remove()


def test_a_disk_that_is_full_inside_the_server_and_has_room_again(
    server: PostgresServer, schema: str
) -> None:
    from packetflow.store.postgres import PostgresStore

    store = PostgresStore(server.url, schema=schema)
    large = Entry(NOON, (), random.Random(1).randbytes(1 << 20))
    server.limit_files(16 << 20)
    end = 0
    with pytest.raises(StoreError, match="could not extend file"):
        while True:
            store.commit([Append("a", [large], end), Put("s", str(end), b"")])
            end += 1
    assert end > 3
    assert store.end("a") == end == len(store.read("a"))
    refused = store.commit_all([[Append("b", [body(1)], 0)]])
    assert refused == [None]  # a small line finds room in a file that is there
    server.limit_files(None)
    store.commit([Append("a", [large], end), Put("s", str(end), b"")])
    assert len(store.scan("s")) == end + 1
    assert not store.faults()
    store.close()


def test_a_server_that_restarts_under_load_loses_and_doubles_nothing(
    server: PostgresServer, schema: str
) -> None:
    from packetflow.store.postgres import PostgresStore

    stores = [PostgresStore(server.url, schema=schema, patience=60) for _ in range(3)]
    enough = threading.Event()
    acknowledged: list[list[bytes]] = [[] for _ in stores]
    reads: list[int] = []

    def write(number: int) -> None:
        store, kept = stores[number], acknowledged[number]
        while not enough.is_set():
            text = f"{number}-{len(kept)}"
            store.commit(
                [Append(str(number), [body(text)], len(kept)), Put("s", text, b"")]
            )
            kept.append(text.encode())

    def read() -> None:
        while not enough.wait(0.01):
            reads.append(stores[0].end("1"))

    threads = [
        threading.Thread(target=write, args=(number,), daemon=True)
        for number in range(len(stores))
    ]
    threads.append(threading.Thread(target=read, daemon=True))
    for thread in threads:
        thread.start()
    for ending in ("fast", "immediate", "kill", "immediate"):
        seen = [len(kept) for kept in acknowledged]
        _until(partial(_all_grew, seen, acknowledged))
        if ending == "kill":
            server.kill()
        else:
            server.stop(ending)
        server.start()
    seen = [len(kept) for kept in acknowledged]
    _until(partial(_all_grew, seen, acknowledged))
    enough.set()
    for thread in threads:
        thread.join()
    for number, kept in enumerate(acknowledged):
        assert [line.body for line in stores[0].read(str(number))] == kept
    assert len(stores[0].scan("s")) == sum(map(len, acknowledged))
    assert reads == sorted(reads)
    for store in stores:
        store.close()


def _until(true: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.001)


def _all_grew(seen: list[int], acknowledged: list[list[bytes]]) -> bool:
    return all(
        len(kept) > before + 10 for before, kept in zip(seen, acknowledged, strict=True)
    )
