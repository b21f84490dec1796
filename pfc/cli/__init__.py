"""The command line: one file for each verb, around the pure compiler."""

from __future__ import annotations

import sys

from pfc import __version__


def main() -> None:
    """The entry point `pfc`; ends the process with 0, 1 (findings) or 2 (failure)."""
    if sys.argv[1:] == ["--version"]:  # needs none of what the verbs import
        print(f"pfc {__version__}")
        return
    from pfc.cli.unchanged import is_unchanged

    if is_unchanged(sys.argv[1:]):
        return
    from pfc.cli.app import run

    sys.exit(run())
