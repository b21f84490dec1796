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
from pfc.project import LOCK_FILE, shown
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
    found += [
        {"path": shown(one.project.root / LOCK_FILE), "kind": kind}
        for one, _, _ in judged
        if (kind := _lock_drift(one))
    ]
    extra = {"drift": found} if format == "json" else {}
    report([one for one, _, _ in judged], format, **extra)
    if not all(one.passes(strict=strict) for one, _, _ in judged):
        raise SystemExit(1)
    for one, where, differences in judged:
        if kind := _lock_drift(one):
            _tell_file(shown(one.project.root / LOCK_FILE), kind, format)
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
        found = drift(where, checked.files, partial=partial)
    except OSError as problem:
        name = shown(where.absolute())
        reason = problem.strerror or str(problem)
        span = Span(name, 0, 0)
        unread = diagnostic("PF904", span, path=f"`{name}`", reason=reason)
        return checked.with_finding(unread), where, []
    return checked, where, found


def _tell(
    checked: Checked, where: Path, differences: Sequence[Difference], format: str
) -> None:
    name = shown(where.absolute())
    for each in differences:
        _tell_file(f"{name}/{each.path}", each.kind, format)
        for line in each.diff:
            tell(format, f"    {line}")
    if not differences:
        files = counted(len(checked.files), "file")
        tell(format, f"{files} in {name}, as a build would write them")
        return
    kinds = Counter(each.kind for each in differences)
    told = ", ".join(f"{kinds[kind]} {kind}" for kind in sorted(kinds))
    tell(format, f"{name} is not what a build would write: {told}")


def _tell_file(path: str, kind: str, format: str) -> None:
    if format == "github":
        click.echo(f"::error file={path}::{kind}: run `pfc build`")
    tell(format, f"{kind:<8}{path}")


def _lock_drift(checked: Checked) -> str:
    """How the lock file differs from what a build would write; "" if it does not."""
    behind = checked.behind
    return "" if behind is None else "missing" if behind.is_new else "changed"
