"""`python -m tests.chaos --kills 3000`: one line says what became of the promises."""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.chaos.driver import Driver, Outcome

# An early acknowledgement is lost in every few kills: after so many it was found.
_CONTROL = 200


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    with ExitStack() as stack:
        address = given.store
        if address == "postgres":
            # Imported late: its binaries are not there everywhere.
            from tests.store.postgres_server import PostgresServer

            server = PostgresServer()
            stack.callback(server.remove)
            address = server.url
        folder, other = (
            Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(2)
        )
        outcome = Driver(folder, address, given.seed).run(given.kills)
        control = Driver(other, address, given.seed, early=True)
        found = control.run(_CONTROL, until_lost=True)
    print(_line(given.store, outcome, found))
    good = outcome.lost == outcome.doubled == 0 < outcome.acknowledged
    return 0 if good and found.lost else 1


def _line(store: str, found: Outcome, control: Outcome) -> str:
    caught = "caught" if control.lost else "MISSED"
    return (
        f"{store}: {found.kills} kills, {found.acknowledged} acknowledged, "
        f"{found.lost} lost, {found.doubled} doubled, {found.repeated} repeated with "
        f"a key, {found.performed} performed; control: {caught} after "
        f"{control.kills} kills"
    )


if __name__ == "__main__":
    sys.exit(main())
