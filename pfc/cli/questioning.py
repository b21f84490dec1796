"""From the paths of a command line to questions about one project."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NoReturn, cast

import click

from pfc.cli import compiler
from pfc.cli.checking import Checked
from pfc.cli.reporting import report
from pfc.diagnostics import Severity
from pfc.project import Project, read_projects
from pfc.span import Source

if TYPE_CHECKING:
    from pfc.authority.analyses.questions import Questions
    from pfc.ir.program import Program

# Before it are comments only; a wrong guess is told as any wrong name is.
_MODULE: Final = re.compile(r"^module\s+([\w`]+(?:\s*\.\s*[\w`]+)*)", re.M)


def program_of(path: str, *, alone: bool = False) -> Program:
    """The typed program of a project.

    `alone` takes a single file for the module that it says it is, whatever the file is
    called. What does not run yet (PF901) can be asked about all the same; other errors are shown
    and end the command.
    """
    projects = read_projects([path])
    if len(projects) != 1:
        raise click.UsageError(f"{path} holds {len(projects)} projects; name one.")
    project = _as_it_says(projects[0]) if alone else projects[0]
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


def _as_it_says(project: Project) -> Project:
    """A project of one file, under the name that its `module` clause has."""
    if project.whole or len(project.chosen) != 1:
        return project
    (path,) = project.chosen
    source = project.sources.get(path)
    clause = None if source is None else _MODULE.search(source.text)
    if source is None or clause is None:
        return project
    name = "/".join(re.split(r"\s*\.\s*", clause[1].replace("`", ""))) + ".pf"
    if name in project.sources:
        return project
    sources = {each: text for each, text in project.sources.items() if each != path}
    return replace(
        project,
        sources={**sources, name: Source(name, source.text)},
        chosen=[name],
        installed={**project.installed, name: project.file(path)},
    )


def _end(checked: Checked) -> NoReturn:
    report([checked], "text")
    raise SystemExit(1)


def questions_about(path: str, *, alone: bool = False) -> Questions:
    """The questions that can be asked of the project at a path; `alone` as above."""
    from pfc.authority.analyses.questions import Questions
    from pfc.authority.check import judged

    return Questions(judged(program_of(path, alone=alone)))
