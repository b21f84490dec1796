"""The tables of a PostgreSQL store, and the way there from every earlier version.

They are in a schema of their own, with one row that tells their version. All steps of
a migration are one transaction, and only one process makes it.
"""

from __future__ import annotations

from typing import Any, Final

import psycopg
from psycopg import sql

from packetflow.store.interface import StoreError

# Names are bytes: any text is one, and they are ordered alike under every collation.
_FIRST: Final = (
    "CREATE TABLE version (version integer NOT NULL)",
    "CREATE TABLE log (name bytea PRIMARY KEY, last bigint NOT NULL)",
    "CREATE TABLE line (log bytea NOT NULL, number bigint NOT NULL,"
    " at bigint NOT NULL, body bytea NOT NULL, PRIMARY KEY (log, number))",
    "CREATE INDEX line_at ON line (log, at)",
    "CREATE TABLE line_key (log bytea NOT NULL, key bytea NOT NULL,"
    " number bigint NOT NULL, place integer NOT NULL,"
    " PRIMARY KEY (log, key, number, place))",
    "CREATE INDEX line_key_number ON line_key (log, number, place)",
    "CREATE TABLE value (space bytea NOT NULL, key bytea NOT NULL,"
    " value bytea NOT NULL, PRIMARY KEY (space, key))",
    # The last commit of each store that is open: whoever loses the connection while it
    # commits finds here what became of it.
    "CREATE TABLE writer (id text PRIMARY KEY, commit bigint NOT NULL,"
    " seen timestamptz NOT NULL) WITH (fillfactor = 50)",
)

STEPS: Final = (_FIRST,)
"""What makes version n + 1 of version n; version 0 is an empty schema."""

_LOCK: Final = 0x50464C57

Connection = psycopg.Connection[tuple[Any, ...]]


def migrate(connection: Connection, schema: str, *, change: bool = True) -> None:
    """Bring a schema to the present version, wholly or not at all, and use it.

    Raises StoreError for a version that this release does not know, and if something
    is to be done and `change` is false.
    """
    name = sql.Identifier(schema)
    connection.execute(sql.SQL("SET search_path TO {}").format(name))
    if _version(connection, schema) == len(STEPS):
        return
    if not change:
        raise StoreError(f"PostgreSQL: schema {schema} holds no store of this version")
    with connection.transaction():
        # Another process may have been quicker.
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if not _one(
            connection, "SELECT to_regnamespace(quote_ident(%s)) IS NOT NULL", schema
        ):
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(name))
        version = _version(connection, schema)
        if version == len(STEPS):
            return
        for step in STEPS[version:]:
            for statement in step:
                connection.execute(statement)
        connection.execute("DELETE FROM version")
        connection.execute("INSERT INTO version VALUES (%s)", [len(STEPS)])


def _version(connection: Connection, schema: str) -> int:
    exists = "SELECT to_regclass(quote_ident(%s) || '.version') IS NOT NULL"
    if not _one(connection, exists, schema):
        return 0
    version = _one(connection, "SELECT max(version) FROM version")
    if not isinstance(version, int) or version > len(STEPS):
        raise StoreError(
            f"PostgreSQL: schema {schema} has version {version} of a store's tables,"
            f" and this release knows them up to {len(STEPS)}: use a newer release"
        )
    return version


def _one(connection: Connection, question: str, *values: object) -> object:
    row = connection.execute(question.encode(), values or None).fetchone()
    return None if row is None else row[0]
