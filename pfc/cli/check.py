"""`pfc check`: what is wrong with these sources?"""

from __future__ import annotations

import click

from pfc.cli import options
from pfc.cli.checking import check
from pfc.cli.reporting import counted, report, tell


@click.command(
    "check",
    epilog="""\b
Examples:
  pfc check                          the project of the current folder
  pfc check shop.pf                  one file and what it imports
  pfc check --format json > out.json for tools
  pfc check --format github          annotations on a pull request
""",
)
@options.paths
@options.format
@options.strict
def command(paths: tuple[str, ...], format: str, strict: bool) -> None:
    """Check .pf files and write nothing.

    PATH is a file or a folder; without one it is the current folder.
    """
    checked = check(paths)
    report(checked, format)
    if not all(one.passes(strict=strict) for one in checked):
        raise SystemExit(1)
    files = sum(len(one.project.sources) for one in checked)
    tell(format, f"checked {counted(files, 'file')}: no errors")
