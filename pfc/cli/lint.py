"""`pfc lint`: ambient authority in embedded and linked Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

from pfc.cli import compiler, options
from pfc.cli.checking import Checked
from pfc.cli.reporting import report, tell
from pfc.diagnostics import Severity
from pfc.project import read_projects

if TYPE_CHECKING:
    from pfc.ir.program import Program


@click.command(
    "lint",
    epilog="""\b
Examples:
  pfc lint               the project of the current folder
  pfc lint --strict      for CI: findings make the exit code 1
""",
)
@options.paths
@options.format
@options.strict
def command(paths: tuple[str, ...], format: str, strict: bool) -> None:
    """Look for authority that Python takes without asking.

    Files, sockets, processes and the like in fences and linked functions, where no
    `requires` explains them. A tripwire, not a sandbox.
    """
    from pfc.authority.ambient import ambient

    linted = []
    for project in read_projects(paths or ["."]):
        if project.diagnostics:
            linted.append(Checked(project, project.diagnostics))
            continue
        found = compiler.load_whole()(project.texts, project.python)
        errors = [
            each
            for each in found.diagnostics
            if each.severity is Severity.ERROR and each.code != "PF901"
        ]
        if not errors and found.ir is not None:
            errors = ambient(cast("Program", found.ir), project.python)
        linted.append(Checked(project, errors))
    report(linted, format)
    if not all(one.passes(strict=strict) for one in linted):
        raise SystemExit(1)
    if not any(one.diagnostics for one in linted):
        tell(format, "no ambient authority found")
