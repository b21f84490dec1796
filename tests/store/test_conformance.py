"""Every store answers as the model does, and one that loses something is found."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from packetflow.store import MemoryStore, Put, Remove, Store, StoreError, Trim, Write
from packetflow.store.sqlite import SqliteStore
from tests.store.conformance import conforms


class Files:
    """Stores in a folder: a new file for each start, the same one when reopened."""

    def __init__(self, folder: Path) -> None:
        self._numbers = itertools.count()
        self._folder = folder
        self._file = folder

    def new(self) -> Store:
        self._file = self._folder / f"{next(self._numbers)}.db"
        return SqliteStore(self._file)

    def again(self) -> Store:
        return SqliteStore(self._file)


def test_memory() -> None:
    conforms(MemoryStore, examples=40)


def test_sqlite_in_a_file(tmp_path: Path) -> None:
    files = Files(tmp_path)
    conforms(files.new, files.again, examples=30)


def test_sqlite_in_memory() -> None:
    conforms(lambda: SqliteStore(":memory:"), examples=20)


class DropsRemovals(MemoryStore):
    def commit_all(self, batches: Sequence[Sequence[Write]]) -> list[StoreError | None]:
        return super().commit_all(
            [[one for one in batch if not isinstance(one, Remove)] for batch in batches]
        )


class DropsTheLastOfMany(MemoryStore):
    def commit_all(self, batches: Sequence[Sequence[Write]]) -> list[StoreError | None]:
        if len(batches) < 3:
            return super().commit_all(batches)
        return [*super().commit_all(batches[:-1]), None]


class KeepsHalfOfABatch(MemoryStore):
    def commit_all(self, batches: Sequence[Sequence[Write]]) -> list[StoreError | None]:
        for batch in batches:
            super().commit_all([[one] for one in batch if isinstance(one, Put)])
        return super().commit_all(batches)


class ForgetsToTrim(MemoryStore):
    def commit_all(self, batches: Sequence[Sequence[Write]]) -> list[StoreError | None]:
        return super().commit_all(
            [[one for one in batch if not isinstance(one, Trim)] for batch in batches]
        )


@pytest.mark.parametrize(
    "broken", [DropsRemovals, DropsTheLastOfMany, KeepsHalfOfABatch, ForgetsToTrim]
)
def test_a_store_that_breaks_its_promise_is_found(
    broken: Callable[[], Store],
) -> None:
    with pytest.raises(AssertionError):
        conforms(broken, shrink=False)


def test_a_store_that_forgets_when_it_is_closed_is_found() -> None:
    with pytest.raises(AssertionError):
        conforms(MemoryStore, MemoryStore, shrink=False)
