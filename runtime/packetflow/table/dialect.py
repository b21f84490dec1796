"""What SQLite and PostgreSQL say differently."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final, final

_MOST_NAME: Final = 60  # bytes; PostgreSQL cuts longer names, SQLite takes any


@final
class Dialect:
    """A kind of SQL. Text is compared byte by byte, so by code points, in both."""

    __slots__ = ("is_postgres", "types")

    def __init__(self, *, is_postgres: bool) -> None:
        self.is_postgres = is_postgres
        self.types = _POSTGRES_TYPES if is_postgres else _SQLITE_TYPES

    def same(self, left: str, right: str, *, nullable: bool, bare: bool) -> str:
        """Equality that is true or false; `bare`: the right side is never null."""
        if not nullable:
            return f"{left} = {right}"
        if not self.is_postgres:
            return f"{left} IS {right}"
        if bare:
            return f"({left} IS NOT NULL AND {left} = {right})"
        return f"{left} IS NOT DISTINCT FROM {right}"

    def inside(self, column: str) -> str:
        """Whether a column's text has a part, `?` as bytes."""
        if self.is_postgres:
            return f"position(? in {column}) > 0"
        return f"instr(CAST({column} AS BLOB), ?) > 0"

    def starts(self, column: str) -> str:
        """Whether a column's text starts with bytes: their number, and they."""
        if self.is_postgres:
            return f"substr({column}, 1, ?) = ?"
        # Of nothing, `substr` gives null.
        return f"coalesce(substr(CAST({column} AS BLOB), 1, ?), x'') = ?"

    def ends(self, column: str) -> str:
        """Whether a column's text ends with bytes: their number, and they."""
        if self.is_postgres:
            return f"substr({column}, greatest(length({column}) - ? + 1, 1)) = ?"
        whole = f"CAST({column} AS BLOB)"
        part = f"substr({whole}, max(length({whole}) - ? + 1, 1))"
        return f"coalesce({part}, x'') = ?"

    def order(self, column: str, *, descending: bool, nullable: bool) -> str:
        """An order in which none comes first, or last if it descends."""
        text = f"{column} DESC" if descending else column
        if nullable and self.is_postgres:
            return f"{text} NULLS {'LAST' if descending else 'FIRST'}"
        return text


_SQLITE_TYPES: Final = {
    "text": "TEXT",
    "integer": "INTEGER",
    "real": "REAL",
    "blob": "BLOB",
    "row": "TEXT",
}
# Any text is a value, also with NUL in it, and none depends on a collation.
_POSTGRES_TYPES: Final = {
    "text": "bytea",
    "integer": "bigint",
    "real": "double precision",
    "blob": "bytea",
    "row": "json",
}

SQLITE: Final = Dialect(is_postgres=False)
POSTGRES: Final = Dialect(is_postgres=True)


def quoted(name: str) -> str:
    """A name in SQL; one that is too long is cut, and told apart by a checksum."""
    encoded = name.encode()
    if len(encoded) > _MOST_NAME:
        digest = blake2b(encoded, digest_size=8).hexdigest()
        name = encoded[: _MOST_NAME - 17].decode(errors="ignore") + f"~{digest}"
    return '"' + name.replace('"', '""') + '"'
