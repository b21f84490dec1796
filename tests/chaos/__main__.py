"""`python -m tests.chaos --kills 3000`: what became of the promises, and controls."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tests.chaos.driver import Driver, Outcome
from tests.chaos.faults import FAULTS, Fault

# Each fault shows in every few kills: after so many it was found.
_CONTROL = 200


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--control", nargs="*", choices=FAULTS, default=[*FAULTS])
    given = parser.parse_args()
    with ExitStack() as stack:
        address = given.store
        if address == "postgres":
            # Imported late: its binaries are not there everywhere.
            from tests.store.postgres_server import PostgresServer

            server = PostgresServer()
            stack.callback(server.remove)
            address = server.url

        def driver(fault: Fault | None = None) -> Driver:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            return Driver(folder, address, given.seed, fault=fault)

        outcome = driver().run(given.kills)
        print(_line(given.store, outcome), flush=True)
        missed = [name for name in given.control if not _caught(name, driver)]
    good = outcome.lost == outcome.doubled == 0 < outcome.acknowledged
    return 0 if good and not missed else 1


def _caught(name: str, driver: Callable[[Fault], Driver]) -> bool:
    control = driver(FAULTS[name])
    kills = control.run(_CONTROL).kills
    how = f"caught after {kills} kills" if control.caught else "MISSED"
    print(f"control, {name}: {how}", flush=True)
    return control.caught


def _line(store: str, found: Outcome) -> str:
    return (
        f"{store}: {found.kills} kills, {found.acknowledged} acknowledged, "
        f"{found.lost} lost, {found.doubled} doubled, {found.repeated} repeated with "
        f"a key, {found.performed} performed"
    )


if __name__ == "__main__":
    sys.exit(main())
