"""`pfc build`: from `.pf` files to Python packages."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click

from pfc.cli import options, unchanged
from pfc.cli.building import Built, build, looked_at
from pfc.cli.checking import Checked, check
from pfc.cli.drifting import tell_drift
from pfc.cli.listing import listed
from pfc.cli.python_check import python_checked
from pfc.cli.reporting import counted, report, tell
from pfc.project import shown


@click.command(
    "build",
    epilog="""\b
Examples:
  pfc build                     the project of the current folder, into build/
  pfc build examples/notes      another project, into its own build/
  pfc build --out generated     into another folder
  pfc build --watch             and again whenever a source changes
  pfc build --check             in CI: is what was built still what it should be?
""",
)
@options.paths
@options.out
@options.format
@options.strict
@click.option(
    "--check",
    "drift",
    is_flag=True,
    help="Write nothing; say how the output differs (exit code 1 if it does).",
)
@click.option(
    "--manifest",
    is_flag=True,
    help="Print every generated file with its sources and hashes, as JSON.",
)
@options.mypy
@options.watch
@options.no_cache
def command(
    paths: tuple[str, ...],
    out: str | None,
    format: str,
    strict: bool,
    drift: bool,
    manifest: bool,
    mypy: bool,
    watch: bool,
) -> None:
    """Check .pf files and write typed Python packages.

    Nothing is written if there are errors. Files that pfc did not write are neither
    changed nor removed, and a build that is interrupted leaves the folder as it was.
    """
    if watch:
        if drift or manifest:
            raise click.UsageError("--watch goes with neither --check nor --manifest.")
        from pfc.cli import watching

        watching.watch(paths, lambda: _build(paths, out, format, strict, mypy))
    elif drift:
        tell_drift(_checked(paths, out), out, format, strict=strict)
    elif manifest:
        _print_manifest(_checked(paths, out), out, strict=strict)
    else:
        _build(paths, out, format, strict, mypy)


def _checked(paths: Sequence[str], out: str | None) -> list[Checked]:
    checked = check(paths)
    if out is not None and len(checked) > 1:
        raise click.UsageError("--out takes the packages of one project only.")
    return checked


def _build(
    paths: Sequence[str], out: str | None, format: str, strict: bool, mypy: bool
) -> None:
    began = time.time_ns()
    built = [
        build(
            one,
            one.project.out if out is None else Path(out),
            strict=strict,
            keeps=True,
        )
        for one in python_checked(_checked(paths, out), mypy=mypy)
    ]
    report((one.checked for one in built), format)
    told = [_told(one) for one in built]
    told += [one.checked.kept for one in built if one.checked.kept]
    for message in told:
        tell(format, message)
    if any(one.written is None for one in built):
        raise SystemExit(1)
    if format == "text" and all(one.is_unchanged for one in built):
        message = "".join(f"{each}\n" for each in told)
        unchanged.remember(sys.argv[1:], began, message, looked_at(built))


def _print_manifest(
    checked: Sequence[Checked], out: str | None, *, strict: bool
) -> None:
    built = [
        build(
            one,
            one.project.out if out is None else Path(out),
            strict=strict,
            keeps=True,
        )
        for one in checked
    ]
    if any(one.written is None for one in built):
        report((one.checked for one in built), "text")
        raise SystemExit(1)
    click.echo(listed(built))


def _told(built: Built) -> str:
    if built.written is None:
        return "nothing was written"
    where = shown(built.out.absolute())
    changed = counted(len(built.checked.files), "file")
    if not built.written.changed and not built.written.removed:
        return f"{changed} in {where}, none has changed"
    told = f"built {changed} in {where}"
    if built.written.changed and built.among_sources:
        told += (
            f"\nnote: sources are in {where} too, so what is generated stands between them;"
            f" without --out it is in {shown(built.checked.project.out)}"
        )
    return told
