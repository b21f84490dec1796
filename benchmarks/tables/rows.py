"""A table with a reactor that finds and inserts a hundred rows at a time."""

from __future__ import annotations

import random
import sqlite3
import uuid
from pathlib import Path
from typing import ClassVar, Final

import msgspec

from packetflow import (
    AnyHandler,
    App,
    Child,
    Failure,
    Intent,
    Reactor,
    State,
    Supervise,
    Turn,
)
from packetflow.table import Arg, Col, Column, Compare, Query, RowHandler, Rows, Table

MANY: Final = 100
ROWS: Final = 10_000


class Book(msgspec.Struct, frozen=True):
    """A row."""

    id: uuid.UUID
    shelf: str
    title: str
    left: float


class Duplicate(Failure):
    """The key is taken."""


Books: Final[Table[Book]] = Table(
    "bench.Books",
    Book,
    Column("id", "uuid"),
    Column("shelf", "string"),
    Column("title", "string"),
    Column("left", "float"),
    key="id",
    indexes=(("shelf",),),
)
_BY_KEY: Final = Query(Books, Compare(Col("id"), "==", Arg(0)))


def books(count: int) -> list[Book]:
    """Random rows."""
    rng = random.Random()
    return [
        Book(uuid.uuid4(), f"shelf {rng.randrange(100)}", f"title {number}", 1.5)
        for number in range(count)
    ]


class Find(Intent[int], frozen=True):
    """Find rows by their keys, one after another."""

    keys: tuple[uuid.UUID, ...]


class Insert(Intent[None], frozen=True):
    """Insert rows, all in one transaction."""

    rows: tuple[Book, ...]


class Nothing(State):
    """The rows are in the table."""


class Shelf(Reactor[Nothing]):
    """Finds and inserts."""

    def on_find(self, turn: Turn[Nothing], intent: Find, rows: Rows) -> int:
        """Find."""
        found = 0
        for key in intent.keys:
            found += rows.find_one(_BY_KEY, key) is not None
        return found

    def on_insert(self, turn: Turn[Nothing], intent: Insert, rows: Rows) -> None:
        """Insert."""
        for row in intent.rows:
            rows.insert(Books, row, Duplicate)

    name: ClassVar[str] = "bench.Shelf"
    state_type: ClassVar[type[State]] = Nothing
    handlers: ClassVar[tuple[AnyHandler, ...]] = (
        RowHandler(Find, on_find, Books, reads_only=True),
        RowHandler(Insert, on_insert, Books, writes=True),
    )


class Library(App):
    """Nothing but the shelf."""

    name: ClassVar[str] = "bench.Library"
    tree: ClassVar[Supervise] = Supervise(children=(Child(Shelf),))


class ByHand:
    """The same rows in SQL that somebody wrote, each column with a type of its own."""

    def __init__(self, file: Path) -> None:
        self.connection = sqlite3.connect(file, isolation_level=None)
        for statement in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "CREATE TABLE book (id TEXT PRIMARY KEY, shelf TEXT NOT NULL,"
            " title TEXT NOT NULL, left REAL NOT NULL)",
            "CREATE INDEX book_shelf ON book (shelf)",
        ):
            self.connection.execute(statement)

    def find(self, keys: tuple[uuid.UUID, ...]) -> int:
        """Find rows by their keys, each as a `Book`."""
        found = 0
        for key in keys:
            row = self.connection.execute(
                "SELECT id, shelf, title, left FROM book WHERE id = ?", (str(key),)
            ).fetchone()
            found += Book(uuid.UUID(row[0]), *row[1:]) is not None
        return found

    def insert(self, rows: tuple[Book, ...]) -> None:
        """Insert rows, all in one transaction."""
        self.connection.execute("BEGIN IMMEDIATE")
        for row in rows:
            self.connection.execute(
                "INSERT INTO book VALUES (?, ?, ?, ?)",
                (str(row.id), row.shelf, row.title, row.left),
            )
        self.connection.execute("COMMIT")
