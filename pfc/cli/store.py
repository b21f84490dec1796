"""`pfc store`: look into the store of an app, check it, and make it smaller."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from pfc.cli.app import Unanswerable

if TYPE_CHECKING:
    from datetime import datetime

    from packetflow.store import Store

_where = click.argument("address", metavar="STORE")
_json = click.option("--json", "as_json", is_flag=True, help="For tools.")
_schema = click.option(
    "--schema",
    default="packetflow",
    show_default=True,
    help="The schema of the tables in PostgreSQL.",
)
_key = click.option(
    "--key-file",
    type=click.Path(exists=True, dir_okay=False),
    help="The key of the ledgers, if they have one: the bytes of this file.",
)


@click.group(
    "store",
    epilog="""\b
STORE is a file, sqlite:FILE, or postgres:URL.

\b
Examples:
  pfc store inspect shop.db              what is in it
  pfc store export shop.db --log audit   its lines, as JSON
  pfc store verify shop.db               exit code 1 if something was changed
  pfc store compact shop.db --log audit --keep-days 90
  pfc store accept                       what reactors keep, into durable.lock.json
  pfc store accept --skeleton            a draft of a migration that is needed
  pfc store reshard                      another number of shards
  pfc store inspect postgresql://shop@db.example/shop
""",
)
def command() -> None:
    """Look into a store: what it holds, and whether it is whole."""


@command.command("inspect")
@_where
@_schema
@_json
def inspect(address: str, schema: str, as_json: bool) -> None:
    """Say which logs and spaces there are, and which messages are on their way."""
    from pfc.cli.store_text import survey_json, survey_text
    from pfc.cli.store_waiting import waiting, waiting_json, waiting_text

    with _opened(address, schema) as store:
        survey = store.survey()
        found = waiting(store, survey)
    if as_json:
        told = {**survey_json(survey), "waiting": waiting_json(found)}
        click.echo(json.dumps(told, indent=2))
    else:
        parts = (survey_text(survey), waiting_text(found))
        click.echo("\n\n".join(part for part in parts if part))


@command.command("export")
@_where
@click.option("--log", "logs", multiple=True, help="Only this log; may be repeated.")
@click.option("--space", "spaces", multiple=True, help="Only this space of values.")
@_schema
def export(
    address: str, logs: tuple[str, ...], spaces: tuple[str, ...], schema: str
) -> None:
    """Print lines and values as JSON, one a line."""
    from pfc.cli.store_text import exported

    with _opened(address, schema) as store:
        for one in exported(store, logs, spaces):
            click.echo(json.dumps(one, ensure_ascii=False))


@command.command("verify")
@_where
@click.option(
    "--head",
    "heads",
    multiple=True,
    metavar="LOG=NUMBER:DIGEST",
    help="The end of a ledger as `verify` told it before: finds lines cut off since.",
)
@_key
@_schema
@_json
def verify(
    address: str,
    heads: tuple[str, ...],
    key_file: str | None,
    schema: str,
    as_json: bool,
) -> None:
    """Check the database, the numbers, checksums and chains; 1 if any is broken."""
    from pfc.cli.store_verify import head_of, verified

    noted = dict(head_of(text) for text in heads)
    with _opened(address, schema) as store:
        found = verified(store, _bytes(key_file), noted)
    if as_json:
        click.echo(json.dumps(found.as_json(), indent=2))
    else:
        click.echo(found.as_text())
    if found.broken:
        raise SystemExit(1)


@command.command("compact")
@_where
@click.option("--log", help="Also forget old lines of this log.")
@click.option(
    "--keep-days",
    type=click.FloatRange(min=0),
    help="Lines that are older are forgotten.",
)
@_key
@_schema
@_json
def compact(
    address: str,
    log: str | None,
    keep_days: float | None,
    key_file: str | None,
    schema: str,
    as_json: bool,
) -> None:
    """Give back room, and forget old lines of a log if asked to.

    What reactors need to start again is never forgotten.
    """
    from datetime import UTC, datetime, timedelta

    if (log is None) != (keep_days is None):
        raise click.UsageError("--log and --keep-days go together")
    with _opened(address, schema) as store:
        if faults := store.faults():
            raise Unanswerable(
                f"The store is damaged ({faults[0]}): it is left as it is. `pfc store"
                " verify` tells more."
            )
        forgotten = 0
        if log is not None and keep_days is not None:
            before = datetime.now(UTC) - timedelta(days=keep_days)
            forgotten = _forget(store, log, before, _bytes(key_file))
        store.compact()
    if as_json:
        click.echo(json.dumps({"forgotten": forgotten}))
    else:
        lines = "1 line" if forgotten == 1 else f"{forgotten} lines"
        click.echo(f"{lines} forgotten, room given back")


@command.command("accept")
@click.argument("path", default=".")
@click.option("--skeleton", is_flag=True, help="Only print a draft of the migration.")
@click.option(
    "--migration",
    metavar="NAME",
    help="A function that is given to the app in Python, not named by `migrate`.",
)
@click.option(
    "--forget",
    multiple=True,
    metavar="REACTOR",
    help="One that is gone, or whose state need not be read any more.",
)
@click.option(
    "--drained",
    multiple=True,
    metavar="MESSAGE",
    help="An intent, event, effect or context that is not on its way in any store.",
)
def accept(
    path: str,
    skeleton: bool,
    migration: str | None,
    forget: tuple[str, ...],
    drained: tuple[str, ...],
) -> None:
    """Write to durable.lock.json what the reactors of a project keep and send.

    `pfc build` does so, too, unless a store could hold what the program cannot read:
    that has to be said here, or needs a `migrate` clause. PATH is the folder of the
    project, without one the current one.
    """
    from pfc.cli import store_accept
    from pfc.cli.lasting_changes import Accepted

    accepted = Accepted(migration, forget, drained)
    store_accept.accept(path, accepted, draft=skeleton)


@command.command("reshard")
@click.argument("path", default=".")
@click.option("--app", metavar="NAME", help="Which app, if there are several.")
@click.option("--out", metavar="FOLDER", help="Where the generated code goes.")
@click.option("--store", "address", metavar="STORE", help="Else the one of the app.")
@click.option(
    "--keyed",
    multiple=True,
    metavar="REACTOR.FIELD",
    help="A map of what the shards are told apart by, where that cannot be seen.",
)
@click.option(
    "--with",
    "functions",
    multiple=True,
    metavar="REACTOR=MODULE:FUNCTION",
    help="What divides the state of a reactor.",
)
def reshard(
    path: str,
    app: str | None,
    out: str | None,
    address: str | None,
    keyed: tuple[str, ...],
    functions: tuple[str, ...],
) -> None:
    """Move what shards keep, after their number was changed in the program.

    The app must not run meanwhile. All of it is moved, or nothing.
    """
    from pfc.cli import store_reshard

    store_reshard.reshard(path, out, app, address, keyed, functions)


def _forget(store: Store, log: str, before: datetime, key: bytes) -> int:
    """Forget the lines up to the first that is not older; how many there were."""
    from packetflow.store import Ledger, Trim
    from pfc.cli.store_text import LEDGERS
    from pfc.cli.store_verify import needed

    if needed(log):
        raise Unanswerable(f"{log} is needed whole: nothing of it can be forgotten.")
    known = {one.log: one for one in store.survey().logs}
    if log not in known:
        raise Unanswerable(f"There is no log {log!r}. There are: {', '.join(known)}.")
    first = store.read(log, since=before, limit=1)
    upto = first[0].number - 1 if first else store.end(log)
    if log in LEDGERS:
        ledger = Ledger(store, log, key=key)
        if (broken := ledger.broken()) is not None:
            raise Unanswerable(
                f"{log} is broken at line {broken}, or --key-file is another's:"
                " nothing was forgotten."
            )
        ledger.trim(upto)
    else:
        store.commit([Trim(log, upto)])
    left = {one.log: one for one in store.survey().logs}
    return known[log].lines - left[log].lines


def _bytes(path: str | None) -> bytes:
    from pathlib import Path

    return b"" if path is None else Path(path).read_bytes()


@contextmanager
def _opened(address: str, schema: str) -> Iterator[Any]:
    from packetflow.store import StoreError
    from packetflow.store.opening import open_store

    try:
        store = open_store(address, schema=schema, existing=True)
        try:
            yield store
        finally:
            store.close()
    except StoreError as error:
        raise Unanswerable(str(error)) from None
