"""From the paths of a command line to checked projects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pfc.cli import compiler
from pfc.diagnostics import Diagnostic, Severity
from pfc.diagnostics.places import Places
from pfc.project import Project, read_projects


@dataclass(frozen=True)
class Checked:
    """A project and what the compiler made of it.

    `files` and `ir` are empty if there are errors.
    """

    project: Project
    diagnostics: list[Diagnostic]
    files: Mapping[str, str] = field(default_factory=dict)
    ir: object = None

    @property
    def places(self) -> Places:
        """Where the diagnostics are."""
        return Places(self.project.sources, self.project.display)

    def passes(self, *, strict: bool) -> bool:
        """Whether there are no errors; when strict, no warnings either."""
        return not any(
            strict or found.severity is Severity.ERROR for found in self.diagnostics
        )

    def with_finding(self, found: Diagnostic) -> Checked:
        """The same, and one more finding."""
        return Checked(self.project, [*self.diagnostics, found])


def check(paths: Iterable[str]) -> list[Checked]:
    """Read and compile the projects of these files and folders; none: the current one.

    Sources that could not be read are not compiled: what is missing would only be
    reported a second time.
    """
    return [_checked(project) for project in read_projects(paths or ["."])]


def _checked(project: Project) -> Checked:
    if project.diagnostics:
        return Checked(project, project.diagnostics)
    with compiler.without_collector():
        compilation = compiler.load()(project.texts, project.python)
    found = list(compilation.diagnostics)
    if any(one.severity is Severity.ERROR for one in found):
        return Checked(project, found)
    return Checked(project, found, compilation.files, compilation.ir)
