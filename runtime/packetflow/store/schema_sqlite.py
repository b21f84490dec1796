"""The tables of a SQLite store, and the way there from every earlier version.

The version is the file's `user_version`; a file that has tables of a store and no
version is of version 1. All steps of a migration are one transaction.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from packetflow.store.interface import StoreError

OURS: Final = 0x50464C57  # "PFLW": tells our files from those of other programs

# Keys stand in their own table only, so that there is one truth about them: a line
# whose keys were changed there is another line.
_LOGS: Final = (
    "CREATE TABLE line ("
    " log TEXT NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL,"
    " body BLOB NOT NULL, PRIMARY KEY (log, number)) WITHOUT ROWID",
    "CREATE INDEX line_at ON line (log, at)",
    "CREATE TABLE line_key ("
    " log TEXT NOT NULL, key TEXT NOT NULL, number INTEGER NOT NULL,"
    " place INTEGER NOT NULL, PRIMARY KEY (log, key, number, place)) WITHOUT ROWID",
    "CREATE INDEX line_key_number ON line_key (log, number, place)",
)
# The end of a log is kept apart from its lines, because lines can be trimmed.
_VALUES: Final = (
    "CREATE TABLE log (name TEXT NOT NULL PRIMARY KEY, last INTEGER NOT NULL)"
    " WITHOUT ROWID",
    "INSERT INTO log SELECT log, max(number) FROM line GROUP BY log",
    "CREATE TABLE value (space TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,"
    " PRIMARY KEY (space, key)) WITHOUT ROWID",
    f"PRAGMA application_id = {OURS}",
)

# Lines are found by their numbers, also those of a time: no question ever used this,
# and keeping it was a fifth of what a line costs.
_TIMES: Final = ("DROP INDEX line_at",)

STEPS: Final = (_LOGS, _VALUES, _TIMES)
"""What makes version n + 1 of version n; version 0 is an empty file."""


def version_of(connection: sqlite3.Connection) -> int:
    """The version of a file; raises StoreError if it is not one that we can use."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if owner not in (0, OURS) or (owner == 0 and version != 0):
        raise _foreign(connection)
    if version > len(STEPS):
        raise StoreError(
            f"{_file(connection)} has version {version} of a store's tables, and this"
            f" release knows them up to {len(STEPS)}: use a newer release"
        )
    if version == 0 and names:
        if "line" not in names:
            raise _foreign(connection)
        return 1
    return int(version)


def migrate(connection: sqlite3.Connection, *, change: bool = True) -> None:
    """Bring a file to the present version, wholly or not at all.

    Raises StoreError if something is to be done and `change` is false.
    """
    version = version_of(connection)
    if version == len(STEPS):
        return
    if not change:
        raise StoreError(
            f"{_file(connection)} has version {version} of a store's tables, not"
            f" {len(STEPS)}: it is migrated when an app opens it"
        )
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have been quicker.
        for step in STEPS[version_of(connection) :]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(STEPS)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _foreign(connection: sqlite3.Connection) -> StoreError:
    return StoreError(
        f"{_file(connection)} belongs to another program. Use another path"
    )


def _file(connection: sqlite3.Connection) -> str:
    _, _, path = connection.execute("PRAGMA database_list").fetchone()
    return f"SQLite: the file {path}"
