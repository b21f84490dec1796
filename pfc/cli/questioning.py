"""From the paths of a command line to questions about one project."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, cast

import click

from pfc.cli import compiler
from pfc.cli.checking import Checked
from pfc.cli.reporting import report
from pfc.diagnostics import Severity
from pfc.project import read_projects

if TYPE_CHECKING:
    from pfc.authority.analyses.questions import Questions
    from pfc.ir.program import Program


def program_of(path: str) -> Program:
    """The typed program of a project.

    What does not run yet (PF901) can be asked about all the same; other errors are shown
    and end the command.
    """
    projects = read_projects([path])
    if len(projects) != 1:
        raise click.UsageError(f"{path} holds {len(projects)} projects; name one.")
    project = projects[0]
    if project.diagnostics:
        _end(Checked(project, project.diagnostics))
    found = compiler.load_whole()(project.texts, project.python)
    errors = [
        each
        for each in found.diagnostics
        if each.severity is Severity.ERROR and each.code != "PF901"
    ]
    if errors or found.ir is None:
        _end(Checked(project, errors))
    return cast("Program", found.ir)


def _end(checked: Checked) -> NoReturn:
    report([checked], "text")
    raise SystemExit(1)


def questions_about(path: str) -> Questions:
    """The questions that can be asked of the project at a path."""
    from pfc.authority.analyses.questions import Questions
    from pfc.authority.check import judged

    return Questions(judged(program_of(path)))
