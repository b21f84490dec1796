"""The same rows through SQLAlchemy's ORM; run by the Python that has it.

`python orm.py FILE` answers each line `find N` or `insert N` with seconds for a row.
"""

from __future__ import annotations

import random
import sys
import time
import uuid
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

MANY = 100
ROWS = 10_000


class Base(DeclarativeBase):
    """All tables."""


class Book(Base):
    """A row."""

    __tablename__ = "book"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    shelf: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    left: Mapped[float]


def main(file: str) -> None:
    """Answer until there are no more lines."""
    engine = create_engine(f"sqlite:///{file}")

    @event.listens_for(engine, "connect")
    def settings(connection: Any, record: object) -> None:
        del record
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")

    Base.metadata.create_all(engine)
    kept: list[uuid.UUID] = []

    def insert() -> float:
        rows = [
            Book(id=uuid.uuid4(), shelf=f"shelf {n}", title=f"title {n}", left=1.5)
            for n in range(MANY)
        ]
        kept.extend(row.id for row in rows)
        start = time.perf_counter()
        with Session(engine) as session:
            session.add_all(rows)
            session.commit()
        return time.perf_counter() - start

    def find() -> float:
        keys = random.choices(kept, k=MANY)
        start = time.perf_counter()
        with Session(engine) as session:
            found = sum(session.get(Book, key) is not None for key in keys)
        assert found == MANY
        return time.perf_counter() - start

    for _ in range(ROWS // MANY):
        insert()
    print("ready", flush=True)
    for line in sys.stdin:
        word, count = line.split()
        way = find if word == "find" else insert
        print(sum(way() for _ in range(int(count))) / (int(count) * MANY), flush=True)


main(sys.argv[1])
