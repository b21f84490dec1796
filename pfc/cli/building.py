"""Checking a project and writing what it generates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pfc.cli.checking import Checked
from pfc.diagnostics import diagnostic
from pfc.output import OutputError, Written, write_output
from pfc.project import shown
from pfc.span import Span


@dataclass(frozen=True)
class Built:
    """A checked project, and what was written, if anything could be."""

    checked: Checked
    out: Path
    written: Written | None


def build(checked: Checked, out: Path, *, strict: bool = False) -> Built:
    """Write the generated files of a project without findings."""
    if not checked.passes(strict=strict):
        return Built(checked, out, None)
    partial = not checked.project.whole
    try:
        written = write_output(out, checked.files, partial=partial)
    except OutputError as problem:
        where = shown(problem.path)
        found = diagnostic(
            "PF904", Span(where, 0, 0), path=f"`{where}`", reason=problem.reason
        )
        return Built(checked.with_finding(found), out, None)
    return Built(checked, out, written)
