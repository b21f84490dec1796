"""`python -m benchmarks NAME --json`: measure one claim, or all of them.

Without a name every claim is measured, a table is printed, and `--write` puts the
results (JSON), pictures (SVG) and a page into docs/; the page has all claims that were
ever written so.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks import peers
from benchmarks.claims import Setting
from benchmarks.registry import CLAIMS
from benchmarks.report import table, write_page
from benchmarks.result import Result


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=[*CLAIMS, "install"])
    parser.add_argument("--json", action="store_true", help="print JSON only")
    parser.add_argument("--lines", type=int, default=10_000, help="of the project")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--write", action="store_true", help="put the page into docs/")
    given = parser.parse_args()
    if given.name == "install":
        peers.install()
        return
    missing = [peer for peer in peers.PACKAGES if peer not in peers.present()]
    for peer in missing:
        print(f"skipped: {peer} is not installed (`make bench`)", file=sys.stderr)
    names = [given.name] if given.name else list(CLAIMS)
    results = [_measured(name, given.lines, given.rounds) for name in names]
    if given.json:
        told = [each.as_json() for each in results]
        print(json.dumps(told[0] if given.name else told, indent=2))
    else:
        print(table(results))
    if given.write:
        write_page(results, list(CLAIMS))


def _measured(name: str, lines: int, rounds: int) -> Result:
    with tempfile.TemporaryDirectory(prefix="pfc-bench-") as folder:
        return CLAIMS[name](Setting(Path(folder), lines, rounds))


if __name__ == "__main__":
    main()
