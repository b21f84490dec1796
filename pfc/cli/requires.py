"""`pfc fix --requires` on the projects of a command line, and its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TypeAlias

import click

from pfc.cli.checking import Checked, recheck
from pfc.cli.reporting import counted, report, tell
from pfc.cli.requiring import Change, Refusal, Required, compiled, require
from pfc.diagnostics.changes import unified
from pfc.project import Project
from pfc.span import Source

Display: TypeAlias = Callable[[str], str]


@dataclass(frozen=True)
class Done:
    """What became of a project: its clauses, and what is found afterwards."""

    project: Project
    required: Required
    checked: Checked

    @property
    def changed(self) -> list[str]:
        """The files whose text is another now."""
        before = self.project.texts
        return [p for p, text in self.required.texts.items() if text != before[p]]

    @property
    def diff(self) -> str:
        """What would change, as a unified diff."""
        before, display = self.project.texts, self.project.display
        return "".join(
            unified(display(path), before[path], self.required.texts[path])
            for path in self.changed
        )


def required(project: Project, *, least: bool) -> Done:
    """The clauses that the intents and pages of a project need; nothing is written."""
    texts = project.texts
    if project.diagnostics:
        left = list(project.diagnostics)
        return Done(project, Required(texts), Checked(project, left))
    found = require(
        texts,
        lambda each: compiled(each, project.python),
        frozenset(project.chosen),
        least=least,
    )
    if found.errors:
        return Done(project, found, Checked(project, list(found.errors)))
    sources = {path: Source(path, text) for path, text in found.texts.items()}
    return Done(project, found, recheck(replace(project, sources=sources)))


def tell_all(done: Sequence[Done], format: str, *, diff: bool, writes: bool) -> int:
    """Report what was done; the exit code."""
    if diff and format == "text":
        click.echo("".join(each.diff for each in done), nl=False)
    report(
        (each.checked for each in done),
        format,
        requires=[_change(c, e) for e in done for c in e.required.changes],
        refused=[_refusal(r, e) for e in done for r in e.required.refused],
    )
    for each in done:
        for line in _told(each):
            tell(format, line)
    count = sum(len(each.required.changes) for each in done)
    files = counted(sum(len(each.changed) for each in done), "file")
    verb = "wrote" if writes else "would write"
    clauses = f"{verb} {counted(count, '`requires` clause')} in {files}"
    tell(format, clauses if count else "no `requires` to write")
    failed = any(not each.checked.passes(strict=False) for each in done)
    return int(failed or (count > 0 and not writes))


def _told(done: Done) -> Iterator[str]:
    display = done.project.display
    yield from _changes(done.required.changes, display)
    yield from _refusals(done.required.refused, display)
    if done.required.problem:
        yield f"nothing was changed: {done.required.problem}"


def _change(change: Change, done: Done) -> dict[str, object]:
    display = done.project.display
    because = [
        {"action": action, "path": display(path), "line": line}
        for action, path, line in change.because
    ]
    return {**asdict(change), "path": display(change.path), "because": because}


def _refusal(refusal: Refusal, done: Done) -> dict[str, object]:
    return {**asdict(refusal), "path": done.project.display(refusal.path)}


def _changes(changes: Sequence[Change], display: Display) -> Iterator[str]:
    for each in changes:
        yield f"{display(each.path)}:{each.line}: {each.kind} `{each.name}`: {each.after}"
        if each.before not in ("", each.after):
            yield f"  instead of: {each.before}"
        for action, path, line in each.because:
            yield f"  for {action} ({display(path)}:{line})"
        yield from _meaning(each)
        for note in each.notes:
            yield f"  note: {note}"


def _meaning(change: Change) -> Iterator[str]:
    if change.admits_more:
        yield "  admits more callers than before: less is asked of them"
    if change.locked_out:
        yield f"  locked out now: {', '.join(change.locked_out)}"
    else:
        yield "  locked out now: callers who do not hold it"
    if change.let_in:
        yield f"  still let in: {', '.join(change.let_in)}"
    if change.entries:
        yield f"  asked at: {', '.join(change.entries)}"


def _refusals(refused: Sequence[Refusal], display: Display) -> Iterator[str]:
    for each in refused:
        yield (
            f"{display(each.path)}:{each.line}: {each.action} needs `{each.needed}`, which no "
            f"`requires` can say: {each.reason}"
        )
