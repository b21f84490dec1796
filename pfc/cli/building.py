"""Checking a project and writing what it generates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click

from pfc.cli import unchanged
from pfc.cli.checking import Checked
from pfc.diagnostics import diagnostic
from pfc.output import OutputError, Written, write_output
from pfc.output.manifest import NAME as MANIFEST
from pfc.project import shown
from pfc.span import Span


@dataclass(frozen=True)
class Built:
    """A checked project, and what was written, if anything could be."""

    checked: Checked
    out: Path
    written: Written | None

    @property
    def among_sources(self) -> bool:
        """Whether the packages stand in a folder that has sources of its own."""
        project, out = self.checked.project, self.out.resolve()
        own = (project.root / name for name in project.chosen)
        return any(path.resolve().is_relative_to(out) for path in own)

    @property
    def is_unchanged(self) -> bool:
        """Whether there was nothing to say and nothing to write."""
        if self.written is None or self.checked.diagnostics:
            return False
        if self.checked.kept:
            return False
        return not (self.written.changed or self.written.removed)


def build(
    checked: Checked, out: Path, *, strict: bool = False, keeps: bool = False
) -> Built:
    """Write the generated files of a project without findings.

    With `keeps`, what its reactors may leave in a store goes to the lock file first:
    what was built may be run.
    """
    checked = _kept(checked, strict=strict) if keeps else checked
    if not checked.passes(strict=strict):
        return Built(checked, out, None)
    partial = not checked.project.whole
    try:
        written = write_output(
            out, checked.files, partial=partial, on_wait=lambda: _waiting(out)
        )
    except OutputError as problem:
        where = shown(problem.path)
        found = diagnostic(
            "PF904", Span(where, 0, 0), path=f"`{where}`", reason=problem.reason
        )
        return Built(checked.with_finding(found), out, None)
    return Built(checked, out, written)


def _kept(checked: Checked, *, strict: bool) -> Checked:
    if checked.behind is None or not checked.passes(strict=strict):
        return checked
    # Imported late: few projects need what it brings.
    from pfc.cli.keeping import written

    return written(checked, strict=strict)


def looked_at(built: Iterable[Built]) -> list[str]:
    """Every file and folder that decides what a build would do, there or not."""
    found = [str(path) for path in unchanged.own_files()]
    for one in built:
        out = one.out.resolve()
        files = [out / path for path in (MANIFEST, *one.checked.files)]
        folders = {folder for file in files for folder in (file.parent, out)}
        sources = one.checked.project.looked_at(one.checked.python)
        found += [str(path) for path in (*sources, *sorted(folders), *files)]
    return found


def _waiting(out: Path) -> None:
    where = shown(out.absolute())
    click.echo(f"another build is writing to {where}: waiting for its end", err=True)
