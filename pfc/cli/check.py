"""`pfc check`: what is wrong with these sources?"""

from __future__ import annotations

import sys
import time

import click

from pfc.cli import options, unchanged
from pfc.cli.checking import check, late, recheck
from pfc.cli.python_check import python_checked
from pfc.cli.reporting import counted, report, tell
from pfc.project import project_of_text

_STDIN = "-"


@click.command(
    "check",
    epilog="""\b
Examples:
  pfc check                          the project of the current folder
  pfc check shop.pf                  one file and what it imports
  pfc check - --stdin-path shop.pf   what an editor has of a file, from standard input
  pfc check --watch                  again whenever a source changes
  pfc check --format json > out.json for tools
  pfc check --format github          annotations on a pull request
  pfc check --format sarif > pf.sarif  for code scanning
""",
)
@options.paths
@click.option(
    "--stdin-path",
    metavar="FILE",
    default="",
    help="Which file standard input is the text of; it need not be saved.",
)
@options.format
@options.strict
@options.mypy
@options.watch
@options.no_cache
def command(
    paths: tuple[str, ...],
    stdin_path: str,
    format: str,
    strict: bool,
    mypy: bool,
    watch: bool,
) -> None:
    """Check .pf files and write nothing.

    PATH is a file or a folder, or - for standard input; without one it is the current
    folder.
    """
    if _STDIN in paths:
        if len(paths) > 1:
            raise click.UsageError("- cannot stand beside other paths.")
        if watch:
            raise click.UsageError("standard input cannot be watched.")
        _check_text(stdin_path, format, strict, mypy)
    elif stdin_path:
        raise click.UsageError("--stdin-path is for `pfc check -`.")
    elif watch:
        from pfc.cli import watching

        watching.watch(paths, lambda: _check(paths, format, strict, mypy))
    else:
        _check(paths, format, strict, mypy)


def _check_text(path: str, format: str, strict: bool, mypy: bool) -> None:
    project = project_of_text(sys.stdin.buffer.read(), path)
    checked = python_checked([recheck(project)], mypy=mypy)
    report(checked, format, strict=strict)
    if not all(one.passes(strict=strict) for one in checked):
        raise SystemExit(1)
    tell(format, "checked standard input: no errors")


def _check(paths: tuple[str, ...], format: str, strict: bool, mypy: bool) -> None:
    began = time.time_ns()
    checked = python_checked([late(one) for one in check(paths)], mypy=mypy)
    report(checked, format, strict=strict)
    if not all(one.passes(strict=strict) for one in checked):
        raise SystemExit(1)
    files = sum(len(one.project.sources) for one in checked)
    message = f"checked {counted(files, 'file')}: no errors"
    tell(format, message)
    if format == "text" and not any(one.diagnostics for one in checked):
        looked_at = [
            str(p) for one in checked for p in one.project.looked_at(one.python)
        ]
        paths_ = [*unchanged.own_files(), *looked_at]
        unchanged.remember(sys.argv[1:], began, f"{message}\n", paths_)
