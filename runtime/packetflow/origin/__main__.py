"""`python -m packetflow.origin [-m MODULE | FILE] [ARGUMENTS]`: run in `.pf` coordinates."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

from packetflow.origin import debugger
from packetflow.origin.hook import install


def main() -> None:
    """Run a script or a module, as Python itself would, with the import hook."""
    arguments = sys.argv[1:]
    install()
    debugger.install()
    match arguments:
        case ["-m", module, *_]:
            sys.argv = arguments[1:]
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        case [file, *_] if not file.startswith("-"):
            sys.argv = arguments
            sys.path[0] = str(Path(file).resolve().parent)
            runpy.run_path(file, run_name="__main__")
        case _:
            sys.exit(f"usage: {(__doc__ or '').partition('`')[2].partition('`')[0]}")


main()
