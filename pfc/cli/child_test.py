"""The process in which `pfc test` runs generated tests.

Arguments: output folder, source root, file for the results, seeds with commas between
(none: the ordinary event loop), modules.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path

from packetflow.testing import run
from pfc.cli.child import enter


def main() -> None:
    """Run the tests of all modules and write the results as JSON."""
    out, root, results, seeds, *modules = sys.argv[1:]
    interleavings = [int(seed) for seed in seeds.split(",") if seed]
    enter(out, root)
    told = []
    for name in modules:
        for outcome in run(import_module(name).SCENARIOS, interleavings=interleavings):
            told.append(
                {
                    "module": name.rpartition(".")[0],
                    "name": outcome.name,
                    "passed": outcome.passed,
                    "message": outcome.message,
                    "at": outcome.at,
                    "seconds": outcome.seconds,
                    "begins": outcome.begins,
                }
            )
    Path(results).write_text(json.dumps(told), "utf-8")


if __name__ == "__main__":
    main()
