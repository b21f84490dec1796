"""Comparing what stores may hold with what was accepted: nothing is lost by a build."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from pfc.cli.checking import Checked
from pfc.cli.durable_lock import (
    Lock,
    LockError,
    merged,
    read_lock,
    says_all,
    write_lock,
)
from pfc.diagnostics import Diagnostic, Severity, diagnostic
from pfc.project import LOCK_FILE, shown
from pfc.span import Span


@dataclass(frozen=True)
class Behind:
    """A lock file that does not say all; `told` is what, by name, `is_new` if there is none.

    `findings` say so to who does not write it.
    """

    lock: Lock
    told: dict[str, str]
    is_new: bool
    findings: tuple[Diagnostic, ...]


def compared(checked: Checked) -> Checked:
    """The same, with what the lock file of the project objects to."""
    now = lasting(checked)
    project = checked.project
    try:
        lock = read_lock(project.root)
    except LockError as problem:
        where = shown(project.root / LOCK_FILE)
        span = Span(where, 0, 0)
        found = diagnostic("PF928", span, path=f"`{where}`", reason=str(problem))
        return checked.with_finding(found)
    if lock is None and not now["reactors"]:
        return checked
    if lock is not None and says_all(lock, now):
        return checked
    # Imported late: it brings the runtime.
    from pfc.cli.lasting_changes import judge
    from pfc.cli.objections import late, objections

    judged = judge(lock or Lock(), now, whole=project.whole)
    told = sorted(objections(judged, now), key=lambda one: one.span)
    if any(one.severity is Severity.ERROR for one in told):
        told = [*checked.diagnostics, *told]
        return replace(checked, diagnostics=told, files={}, ir=None)
    if lock is not None and judged.lock.text() == lock.text():
        return checked
    behind = Behind(judged.lock, judged.told, lock is None, tuple(late(judged, now)))
    return replace(checked, diagnostics=[*checked.diagnostics, *told], behind=behind)


def lasting(checked: Checked) -> dict[str, Any]:
    """What stores may hold of a program without errors."""
    if checked.lasting is not None:
        return merged(checked.lasting)
    # Compiled as a whole: what compiles is loaded anyway.
    from pfc.ir.program import Program
    from pfc.semantics.lasting import facts

    found = facts(checked.ir) if isinstance(checked.ir, Program) else {}
    return merged([found] if found else [])


def written(checked: Checked, *, strict: bool) -> Checked:
    """The same, once the lock file says all; what it says is then in `kept`.

    When strict, a file that is there is not changed: that is somebody's decision.
    """
    behind = checked.behind
    if behind is None:
        return checked
    if strict and not behind.is_new:
        found = [*checked.diagnostics, *behind.findings]
        return replace(checked, diagnostics=found)
    root = checked.project.root
    try:
        write_lock(root, behind.lock)
    except OSError as problem:
        how = f"it cannot be written: {problem.strerror or problem}"
        span = behind.findings[0].span if behind.findings else Span(LOCK_FILE, 0, 0)
        late = diagnostic(
            "PF927", span, file=LOCK_FILE, what=_listed(behind.told), how=how
        )
        return replace(checked, diagnostics=[*checked.diagnostics, late])
    return replace(checked, kept=_told(checked, behind))


def _told(checked: Checked, behind: Behind) -> str:
    where = shown(checked.project.root / LOCK_FILE)
    if behind.is_new:
        return f"wrote {where}, what is kept in stores: commit it with the sources"
    told = [f"  {name}: {how}" for name, how in sorted(behind.told.items())]
    return "\n".join([f"wrote {where}:", *told])


def _listed(names: dict[str, str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))
