"""`pfc store accept`: what stores may hold from now on, written to the lock file."""

from __future__ import annotations

from dataclasses import replace

import click

from pfc.cli.app import Unanswerable
from pfc.cli.checking import Checked, check
from pfc.cli.durable_lock import Facts, Lock, LockError, read_lock, write_lock
from pfc.cli.keeping import lasting
from pfc.cli.lasting_changes import GONE, Accepted, Judged, judge
from pfc.cli.objections import objections
from pfc.cli.reporting import report
from pfc.cli.skeleton import module_of, name_of, skeleton
from pfc.project import LOCK_FILE, shown


def accept(path: str, accepted: Accepted, *, draft: bool) -> None:
    """Write the lock file of a project, and say what has changed in it.

    With `draft`, only print what migrations there are to write.
    """
    checked, now = _read(path)
    project = checked.project
    try:
        lock = read_lock(project.root)
    except LockError as problem:
        raise Unanswerable(f"{LOCK_FILE}: {problem}") from problem
    before = lock or Lock()
    _check_names(before, now, accepted)
    judged = judge(before, now, whole=True, accepted=accepted)
    if draft:
        _print_drafts(before, now, judged)
        return
    if judged.stops:
        told = [*checked.diagnostics, *objections(judged, now)]
        report([replace(checked, diagnostics=told)], "text")
        raise Unanswerable(f"{LOCK_FILE} is as it was: what was kept would be lost.")
    where = shown(project.root / LOCK_FILE)
    if lock is not None and judged.lock.text() == lock.text():
        click.echo(f"{where} is as it was")
        return
    try:
        write_lock(project.root, judged.lock)
    except OSError as problem:
        raise Unanswerable(f"{where}: {problem.strerror}") from problem
    for name in sorted({*now["reactors"], *judged.told}):
        click.echo(f"{name}: {judged.told.get(name, 'as it was')}")
    click.echo(f"written to {where}")


def _read(path: str) -> tuple[Checked, Facts]:
    (checked,) = check([path], kept=False)
    if not checked.passes(strict=False):
        report([checked], "text")
        raise SystemExit(1)
    if not checked.project.whole:
        raise Unanswerable(f"{path} is not a whole project: give its folder.")
    return checked, lasting(checked)


def _check_names(before: Lock, now: Facts, accepted: Accepted) -> None:
    """Refuse what would say nothing: names that nobody knows, or that are taken."""
    known = [*before.reactors, *now["reactors"]]
    for name in accepted.forget:
        if name not in known:
            listed = ", ".join(sorted(set(known))) or "none"
            raise Unanswerable(f"There is no {name} to forget; there are: {listed}.")
    messages = [*before.messages, *(n.partition(" ")[2] for n in before.messages)]
    for name in accepted.drained:
        if name not in messages:
            listed = ", ".join(sorted(before.messages)) or "none"
            raise Unanswerable(f"There is no message {name}; there are: {listed}.")
    name = accepted.migration or ""
    taken = [one for kept in before.reactors.values() for one in kept.names]
    if name and name in taken:
        raise Unanswerable(f"There is a migration {name} already: name it anew.")


def _print_drafts(before: Lock, now: Facts, judged: Judged) -> None:
    drafts = {name: told for name, told in judged.states.items() if told != [GONE]}
    if not drafts:
        raise Unanswerable("Nothing needs a migration.")
    click.echo("from typing import Any")
    for reactor, told in drafts.items():
        name = name_of(reactor, now["reactors"][reactor])
        click.echo(f'\n\n# In {reactor}: migrate "{module_of(reactor)}:{name}"')
        both = (before.reactors[reactor].shape, now["reactors"][reactor]["shape"])
        click.echo(skeleton(reactor, name, both, told), nl=False)
