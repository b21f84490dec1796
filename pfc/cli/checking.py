"""From the paths of a command line to checked projects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pfc.cli import compiler
from pfc.collecting import without_collector
from pfc.diagnostics import Diagnostic, Severity
from pfc.diagnostics.places import Places
from pfc.installed import joining_packages
from pfc.project import LOCK_FILE, Project, read_projects, shown
from pfc.span import Source

if TYPE_CHECKING:
    from pfc.cli.keeping import Behind


@dataclass(frozen=True)
class Checked:
    """A project and what the compiler made of it.

    `files` and `ir` are empty if there are errors, `ir` also if nobody asked for it.
    """

    project: Project
    diagnostics: list[Diagnostic]
    files: Mapping[str, str] = field(default_factory=dict)
    ir: object = None
    python: Iterable[str] = ()
    """The linked Python modules that the compiler looked for."""
    others: Mapping[str, Source] = field(default_factory=dict)
    """Python files that diagnostics point into."""
    lasting: tuple[Mapping[str, Any], ...] | None = None
    """What stores may hold, by parts; none if the typed program has to be asked."""
    behind: Behind | None = None
    """What the lock file does not say yet."""
    kept: str = ""
    """What the lock file was told in this run."""

    @property
    def places(self) -> Places:
        """Where the diagnostics are."""
        root = self.project.root
        if not self.others:
            return Places(self.project.sources, self.project.display, self._uri)
        sources = {**self.others, **self.project.sources}
        return Places(sources, lambda path: shown(root / path), self._uri)

    def _uri(self, path: str) -> str | None:
        named = path in self.project.sources and path not in self.project.unnamed
        known = named or path in self.others
        return (self.project.root / path).as_uri() if known else None

    def passes(self, *, strict: bool) -> bool:
        """Whether there are no errors; when strict, no warnings either."""
        return not any(
            strict or found.severity is Severity.ERROR for found in self.diagnostics
        )

    def with_finding(self, found: Diagnostic) -> Checked:
        """The same, and one more finding."""
        return replace(self, diagnostics=[*self.diagnostics, found], files={}, ir=None)


def check(
    paths: Iterable[str], *, ir: bool = False, kept: bool = True
) -> list[Checked]:
    """Read and compile the projects of these files and folders; none: the current one.

    With `ir` they are compiled as a whole, for those who read the typed program.
    Sources that could not be read are not compiled: what is missing would only be
    reported a second time. With `kept`, what stores may hold is compared with the lock
    file.
    """
    checked = [_checked(project, ir) for project in read_projects(paths or ["."])]
    return [_compared(one) for one in checked] if kept else checked


def late(checked: Checked) -> Checked:
    """The same, with what a lock file that is there does not say."""
    behind = checked.behind
    if behind is None or behind.is_new:
        return checked
    return replace(checked, diagnostics=[*checked.diagnostics, *behind.findings])


def recheck(project: Project) -> Checked:
    """A project that has been read, with other texts than those on disk."""
    return _checked(project, False)


def _compared(checked: Checked) -> Checked:
    lock = checked.project.root / LOCK_FILE
    if not checked.passes(strict=False):
        return checked
    if not lock.exists() and checked.lasting == ():
        return checked
    # Imported late: few projects need what it brings.
    from pfc.cli.keeping import compared

    return compared(checked)


def _checked(project: Project, ir: bool) -> Checked:
    if project.diagnostics:
        return Checked(project, project.diagnostics)
    with without_collector():
        load = compiler.load_whole if ir else compiler.load
        compilation = load()(project.texts, project.python)
    found = [*project.warnings, *compilation.diagnostics]
    if any(one.severity is Severity.ERROR for one in found):
        return Checked(project, found)
    python = getattr(compilation, "python", ())
    files = {**compilation.files, **joining_packages(compilation.files)}
    lasting = getattr(compilation, "lasting", None)
    return Checked(project, found, files, compilation.ir, python, lasting=lasting)
