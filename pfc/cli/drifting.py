"""`pfc build --check`: is the output what a build would write?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from pfc.cli.checking import Checked
from pfc.cli.reporting import counted, report, tell
from pfc.diagnostics import diagnostic
from pfc.output import Difference, drift
from pfc.project import shown
from pfc.span import Span


def tell_drift(
    checked: Sequence[Checked], out: str | None, format: str, *, strict: bool
) -> None:
    """Say what is missing, changed or left over; ends with 1 if anything is."""
    judged = [_judged(one, out, strict=strict) for one in checked]
    found = [
        {"path": f"{shown(where.absolute())}/{each.path}", "kind": each.kind}
        for _, where, differences in judged
        for each in differences
    ]
    extra = {"drift": found} if format == "json" else {}
    report([one for one, _, _ in judged], format, **extra)
    if not all(one.passes(strict=strict) for one, _, _ in judged):
        raise SystemExit(1)
    for one, where, differences in judged:
        _tell(one, where, differences, format)
    if found:
        raise SystemExit(1)


def _judged(
    checked: Checked, out: str | None, *, strict: bool
) -> tuple[Checked, Path, list[Difference]]:
    where = checked.project.out if out is None else Path(out)
    if not checked.passes(strict=strict):
        return checked, where, []
    try:
        partial = not checked.project.whole
        return checked, where, drift(where, checked.files, partial=partial)
    except OSError as problem:
        name = shown(where.absolute())
        reason = problem.strerror or str(problem)
        span = Span(name, 0, 0)
        unread = diagnostic("PF904", span, path=f"`{name}`", reason=reason)
        return checked.with_finding(unread), where, []


def _tell(
    checked: Checked, where: Path, differences: Sequence[Difference], format: str
) -> None:
    name = shown(where.absolute())
    for each in differences:
        if format == "github":
            click.echo(f"::error file={name}/{each.path}::{each.kind}: run `pfc build`")
        tell(format, f"{each.kind:<8}{name}/{each.path}")
        for line in each.diff:
            tell(format, f"    {line}")
    if not differences:
        files = counted(len(checked.files), "file")
        tell(format, f"{files} in {name}, as a build would write them")
        return
    kinds = Counter(each.kind for each in differences)
    told = ", ".join(f"{kinds[kind]} {kind}" for kind in sorted(kinds))
    tell(format, f"{name} is not what a build would write: {told}")
