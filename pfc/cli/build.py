"""`pfc build`: from `.pf` files to Python packages."""

from __future__ import annotations

from pathlib import Path

import click

from pfc.cli import options
from pfc.cli.building import Built, build
from pfc.cli.checking import check
from pfc.cli.reporting import counted, report, tell
from pfc.project import shown


@click.command(
    "build",
    epilog="""\b
Examples:
  pfc build                     the project of the current folder, into build/
  pfc build examples/notes      another project, into its own build/
  pfc build --out generated     into another folder
""",
)
@options.paths
@options.out
@options.format
@options.strict
def command(paths: tuple[str, ...], out: str | None, format: str, strict: bool) -> None:
    """Check .pf files and write typed Python packages.

    Nothing is written if there are errors. Files that pfc did not write are neither
    changed nor removed, and a build that is interrupted leaves the folder as it was.
    """
    checked = check(paths)
    if out is not None and len(checked) > 1:
        raise click.UsageError("--out takes the packages of one project only.")
    built = [
        build(one, one.project.out if out is None else Path(out), strict=strict)
        for one in checked
    ]
    report((one.checked for one in built), format)
    for one in built:
        tell(format, _told(one))
    if any(one.written is None for one in built):
        raise SystemExit(1)


def _told(built: Built) -> str:
    if built.written is None:
        return "nothing was written"
    where = shown(built.out.absolute())
    changed = counted(len(built.checked.files), "file")
    if not built.written.changed and not built.written.removed:
        return f"{changed} in {where}, none has changed"
    return f"built {changed} in {where}"
