"""`pfc store accept`: what reactors keep from now on, written to the lock file."""

from __future__ import annotations

import click

from pfc.cli.app import Unanswerable
from pfc.cli.checking import check
from pfc.cli.durable_lock import Kept, Lock, LockError, read_lock, write_lock
from pfc.cli.keeping import changes, program_of
from pfc.cli.reporting import report
from pfc.project import LOCK_FILE, shown
from pfc.semantics.shapes import shapes


def accept(path: str, migration: str | None, forget: tuple[str, ...]) -> None:
    """Write the lock file of a project, and say what has changed in it."""
    (checked,) = check([path], ir=True, kept=False)
    if not checked.passes(strict=False):
        report([checked], "text")
        raise SystemExit(1)
    project = checked.project
    if not project.whole:
        raise Unanswerable(f"{path} is not a whole project: give its folder.")
    try:
        before = read_lock(project.root) or Lock()
    except LockError as problem:
        raise Unanswerable(f"{LOCK_FILE}: {problem}") from problem
    present = shapes(program_of(checked))
    kept = {n: one for n, one in before.reactors.items() if n not in forget}
    changed = changes(Lock(kept), present, whole=True)
    gone = [name for name in changed if name not in present]
    if gone:
        names = " ".join(f"--forget {name}" for name in gone)
        raise Unanswerable(f"{', '.join(gone)}: not there any more; {names} forgets it")
    if changed and migration is None:
        told = [f"  {n}: {one}" for n, many in changed.items() for one in many]
        listed = "\n".join(told)
        raise Unanswerable(
            f"what is kept needs a migration:\n{listed}\n"
            "Write it, give it to the app, and name it: --migration NAME."
        )
    made = Lock(
        {
            name: Kept(shape, _migrations(kept.get(name), name in changed, migration))
            for name, shape in present.items()
        }
    )
    where = shown(project.root / LOCK_FILE)
    if made.text() == before.text() and (project.root / LOCK_FILE).exists():
        click.echo(f"{where} is as it was")
        return
    try:
        write_lock(project.root, made)
    except OSError as problem:
        raise Unanswerable(f"{where}: {problem.strerror}") from problem
    for name in sorted({*made.reactors, *before.reactors}):
        click.echo(f"{name}: {_told(before, made, name)}")
    click.echo(f"written to {where}")


def _migrations(
    kept: Kept | None, is_changed: bool, migration: str | None
) -> tuple[str, ...]:
    before = () if kept is None else kept.migrations
    if not is_changed or migration is None:
        return before
    if migration in before:
        raise Unanswerable(f"There is a migration {migration} already: name it anew.")
    return (*before, migration)


def _told(before: Lock, after: Lock, name: str) -> str:
    if name not in after.reactors:
        return "forgotten"
    if name not in before.reactors:
        return "new"
    one, other = before.reactors[name], after.reactors[name]
    if len(one.migrations) < len(other.migrations):
        return f"changed, by the migration {other.migrations[-1]}"
    return "as it was" if one == other else "changed, reads what was kept"
