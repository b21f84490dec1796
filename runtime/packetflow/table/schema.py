"""The tables of a program in a database, and the way there from what was before.

What can be read is brought to the present form by itself, in one transaction. What
would lose anything is refused: nothing is ever dropped.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final, cast

import msgspec

from packetflow.actor.reactor import State
from packetflow.actor.shaped import shape_of
from packetflow.errors import Violation
from packetflow.shape import differences
from packetflow.store.interface import StoreError
from packetflow.table.declared import ROW, AnyTable
from packetflow.table.dialect import quoted
from packetflow.table.link import Link, Taken

_CATALOGUE: Final = '"$tables"'
_MOST: Final = 1_000


def prepare(link: Link, tables: Sequence[AnyTable]) -> tuple[()]:
    """Make the tables that are not there and change those that are; raises StoreError."""
    kinds = link.dialect.types
    link.run(
        f"CREATE TABLE IF NOT EXISTS {_CATALOGUE}"
        f" (name {kinds['text']} PRIMARY KEY, shape TEXT NOT NULL)"
    )
    for table in tables:
        before = _known(link, table)
        now = _shape(table)
        if before == now:
            continue
        if before is None:
            _make(link, table, table.place)
        else:
            _change(link, table, before, now)
        _note(link, table, now)
    return ()


def _shape(table: AnyTable) -> dict[str, Any]:
    return {
        "columns": [[c.name, c.kind, c.optional] for c in table.columns.values()],
        "key": table.key,
        "indexes": [list(names) for names in table.indexes],
        "uniques": [list(names) for names in table.uniques],
        "row": shape_of(cast("type[State]", table.row)),
    }


def _known(link: Link, table: AnyTable) -> dict[str, Any] | None:
    ask = f"SELECT shape FROM {_CATALOGUE} WHERE name = ?"
    rows = link.ask(ask, [_name(link, table)])
    return json.loads(rows[0][0]) if rows else None


def _note(link: Link, table: AnyTable, shape: dict[str, Any]) -> None:
    name = _name(link, table)
    link.run(f"DELETE FROM {_CATALOGUE} WHERE name = ?", [name])
    values = [name, json.dumps(shape)]
    link.run(f"INSERT INTO {_CATALOGUE} VALUES (?, ?)", values)


def _name(link: Link, table: AnyTable) -> str | bytes:
    return table.name.encode() if link.dialect.is_postgres else table.name


def _make(link: Link, table: AnyTable, place: str) -> None:
    kinds = link.dialect.types
    columns = [
        f"{quoted(one.name)} {kinds[one.storage]}{'' if one.optional else ' NOT NULL'}"
        for one in table.columns.values()
    ]
    columns.append(f"{ROW} {kinds['row']} NOT NULL")
    columns.append(f"PRIMARY KEY ({quoted(table.key)})")
    link.run(f"CREATE TABLE {place} ({', '.join(columns)})")
    if place == table.place:
        for kind, names in _indexes(_shape(table)):
            _make_index(link, table, kind, names)


def _indexes(shape: dict[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (kind, tuple(names))
        for kind, many in (("INDEX", "indexes"), ("UNIQUE INDEX", "uniques"))
        for names in shape[many]
    ]


def _index(table: AnyTable, kind: str, names: Sequence[str]) -> str:
    return quoted(f"{table.name} {kind.lower()} {', '.join(names)}")


def _make_index(link: Link, table: AnyTable, kind: str, names: tuple[str, ...]) -> None:
    columns = ", ".join(map(quoted, names))
    name = _index(table, kind, names)
    try:
        link.run(f"CREATE {kind} {name} ON {table.place} ({columns})")
    except Taken:
        what = ", ".join(names)
        raise StoreError(
            f"{table.name}: `unique {what}` does not hold of the rows that are there"
        ) from None


def _change(
    link: Link, table: AnyTable, before: dict[str, Any], now: dict[str, Any]
) -> None:
    if before["key"] != now["key"]:
        raise StoreError(
            f"{table.name}: the key was `{before['key']}` and is `{now['key']}`:"
            " that needs a migration, and rows are as they were"
        )
    found = differences(before["row"], now["row"])
    if found:
        listed = "; ".join(map(str, found))
        raise StoreError(
            f"{table.name}: the rows that are there do not fit this program: {listed}."
            " That needs a migration, and rows are as they were"
        )
    if before["columns"] != now["columns"]:
        _rebuild(link, table)
        return
    old, new = _indexes(before), _indexes(now)
    for kind, names in old:
        if (kind, names) not in new:
            link.run(f"DROP INDEX {_index(table, kind, names)}")
    for kind, names in new:
        if (kind, names) not in old:
            _make_index(link, table, kind, names)


def _rebuild(link: Link, table: AnyTable) -> None:
    """Write every row anew, with the columns of now."""
    fresh = quoted(f"{table.name} new")
    _make(link, table, fresh)
    insert = table.inserting.replace(table.place, fresh, 1)
    key = quoted(table.key)
    row = f"{ROW}::text" if link.dialect.is_postgres else ROW
    ask = f"SELECT {key}, {row} FROM {table.place}"
    more, values = "", list[Any]()
    while rows := link.ask(f"{ask}{more} ORDER BY {key} LIMIT {_MOST}", values):
        for _, body in rows:
            try:
                made = table.made(body)
            except (msgspec.DecodeError, Violation) as error:
                raise StoreError(
                    f"{table.name}: a row cannot be read: {error}"
                ) from error
            link.run(insert, table.values(made, link.dialect))
        more, values = f" WHERE {key} > ?", [rows[-1][0]]
    link.run(f"DROP TABLE {table.place}")
    link.run(f"ALTER TABLE {fresh} RENAME TO {table.place}")
    for kind, names in _indexes(_shape(table)):
        _make_index(link, table, kind, names)
