"""The short way through a plan comes to the same as the long one, and is held to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packetflow.store import (
    Append,
    Conflict,
    Entry,
    MemoryStore,
    Put,
    Store,
    StoreError,
    Write,
)
from packetflow.store.planning import MOST_NAME, Plan
from packetflow.store.sqlite import SqliteStore
from tests.store.conformance import NOON
from tests.store.postgres_server import PostgresServer

ENDS = {"a": 3, "b": 0}
NAIVE = datetime(2026, 3, 1)


class Bytes(bytes):
    """Bytes of a type of their own."""


ENTRIES = st.builds(
    Entry,
    st.sampled_from([NOON, NOON.replace(year=1), NAIVE]),
    st.sampled_from([(), ("k",), ("k", "x" * (MOST_NAME + 1))]),
    st.sampled_from([b"", b"body", Bytes(b"own"), bytearray(b"array")]),
)
APPENDS = st.builds(
    Append,
    st.sampled_from(["a", "b", "new", "x" * (MOST_NAME + 1)]),
    st.lists(ENTRIES, max_size=2),
    st.integers(0, 5),
)
BATCHES = st.lists(
    st.lists(APPENDS | st.just(Put("s", "k", b"v")), min_size=0, max_size=2),
    max_size=12,
)


def plan(kind: type[Plan] = Plan) -> Plan:
    return kind(lambda log: ENDS.get(log, 0))


def outcome(one: Plan) -> tuple[object, ...]:
    grown = {
        log: (tail.after, tail.end, tail.times, tail.bodies)
        for log, tail in one.grown.items()
    }
    bodies = [body for *_, kept in grown.values() for body in kept]
    assert all(type(body) is bytes for body in bodies)
    return grown, one.keys, one.values, one.trims


def told(error: StoreError | None) -> tuple[object, str]:
    return type(error), str(error)


def one_by_one(batches: Sequence[Sequence[Write]]) -> tuple[object, ...]:
    made = plan()
    refused: list[StoreError | None] = []
    for batch in batches:
        try:
            made.add(batch)
        except StoreError as error:
            refused.append(error)
        else:
            refused.append(None)
    return outcome(made), [told(error) for error in refused]


def alike(batches: Sequence[Sequence[Write]], kind: type[Plan] = Plan) -> bool:
    made = plan(kind)
    refused = made.add_all(batches)
    return (outcome(made), [told(one) for one in refused]) == one_by_one(batches)


@settings(max_examples=300)
@given(BATCHES)
def test_many_batches_come_to_what_they_do_one_by_one(
    batches: list[list[Write]],
) -> None:
    assert alike(batches)


def run(log: str, first: int, count: int) -> list[list[Write]]:
    return [
        [Append(log, [Entry(NOON, (), b"%d" % (first + n))], first + n)]
        for n in range(count)
    ]


class NeverLooks(Plan):
    """Takes every line as the next one."""

    def add_all(self, batches: Sequence[Sequence[Write]]) -> list[StoreError | None]:
        for batch in batches:
            for one in batch:
                assert isinstance(one, Append)
                tail = self.grown.get(one.log)
                end = ENDS.get(one.log, 0) if tail is None else tail.end
                self.add([one._replace(after=end)])
        return [None] * len(batches)


def test_a_plan_that_does_not_look_at_the_end_is_found() -> None:
    batches = [*run("a", 3, 3), *run("a", 3, 1), *run("a", 6, 2)]
    assert alike(batches)
    assert not alike(batches, NeverLooks)


@pytest.fixture(
    params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.slow)]
)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Store]:
    if request.param == "memory":
        return MemoryStore
    if request.param == "sqlite":
        return lambda: SqliteStore(tmp_path / "s.db")
    from packetflow.store.postgres import PostgresStore

    server: PostgresServer = request.getfixturevalue("postgres")
    return lambda: PostgresStore(server.url, schema="long_runs")


@pytest.mark.xdist_group("postgres")
def test_long_runs_and_short_ones_in_one_group(store: Callable[[], Store]) -> None:
    # More than a statement holds, fewer than are worth one, and what is refused.
    lengths = {"long": 301, "sixty-four": 64, "few": 4, "three": 3, "one": 1}
    with closing(store()) as opened:
        for already in (0, 1):
            groups = [
                run(log, already * count, count) for log, count in lengths.items()
            ]
            batches = [batch for group in groups for batch in group]
            batches.insert(200, run("long", 7, 1)[0])
            refused = opened.commit_all(batches)
            assert isinstance(refused.pop(200), Conflict)
            assert refused == [None] * sum(lengths.values())
        for log, count in lengths.items():
            lines = opened.read(log)
            assert [line.number for line in lines] == list(range(1, 2 * count + 1))
            assert [line.body for line in lines] == [
                b"%d" % n for n in range(2 * count)
            ]
            assert {(line.at, line.keys) for line in lines} == {(NOON, ())}
            assert opened.end(log) == 2 * count
