"""Comparing what reactors keep with what was accepted: nothing is lost by a build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from packetflow.shape import Difference, Shape, differences
from pfc.cache.folder import cache_folder
from pfc.cache.store import Store, key_of
from pfc.cli import compiler
from pfc.cli.checking import Checked
from pfc.cli.durable_lock import Kept, Lock, LockError, read_lock
from pfc.collecting import without_collector
from pfc.diagnostics import Diagnostic, Severity, diagnostic
from pfc.incremental.fingerprint import compiler_fingerprint
from pfc.project import LOCK_FILE, Project, shown
from pfc.span import Span

if TYPE_CHECKING:
    from pfc.ir import declarations as d
    from pfc.ir.program import Program

_KIND = "keeping"
_GONE = Difference(
    "its state",
    "kept",
    "nothing",
    "the reactor was removed or renamed, or has no journal any more",
)


def compared(checked: Checked) -> Checked:
    """The same, with what the lock file of the project objects to."""
    project = checked.project
    try:
        lock = read_lock(project.root)
    except LockError as problem:
        where = shown(project.root / LOCK_FILE)
        span = Span(where, 0, 0)
        found = diagnostic("PF928", span, path=f"`{where}`", reason=str(problem))
        return checked.with_finding(found)
    if lock is None:
        return checked
    store = Store(cache_folder())
    texts = [part for pair in project.texts.items() for part in pair]
    key = key_of(compiler_fingerprint(), str(project.whole), lock.text(), *texts)
    if checked.ir is None and store.get(_KIND, key) is not None:
        return checked
    told = sorted(
        _objections(project, lock, program_of(checked)), key=lambda one: one.span
    )
    if not told:
        store.put(_KIND, key, b"{}")
    elif any(one.severity is Severity.ERROR for one in told):
        return replace(
            checked, diagnostics=[*checked.diagnostics, *told], files={}, ir=None
        )
    return replace(checked, diagnostics=[*checked.diagnostics, *told])


def program_of(checked: Checked) -> Program:
    """The typed program of a project without errors."""
    from pfc.ir.program import Program

    if isinstance(checked.ir, Program):
        return checked.ir
    project = checked.project
    with without_collector():
        made = compiler.load_whole()(project.texts, project.python)
    assert isinstance(made.ir, Program)
    return made.ir


def changes(
    lock: Lock, present: Mapping[str, Shape], *, whole: bool
) -> dict[str, list[Difference]]:
    """For each reactor that was accepted, what it could not read or would lose."""
    found: dict[str, list[Difference]] = {}
    for name, kept in lock.reactors.items():
        if name in present:
            found[name] = differences(kept.shape, present[name])
        elif whole:
            found[name] = [_GONE]
    return {name: told for name, told in found.items() if told}


def _objections(project: Project, lock: Lock, program: Program) -> Iterator[Diagnostic]:
    from pfc.semantics.shapes import shapes

    present = shapes(program)
    found = changes(lock, present, whole=project.whole)
    for name, told in found.items():
        for one in told:
            yield diagnostic(
                "PF926",
                _place(program, name, one),
                notes=_advice(name, one),
                reactor=name,
                place=one.place,
                before=one.before,
                after=one.after,
                why=one.why,
            )
    for name, shape in present.items():
        kept = lock.reactors.get(name, Kept({}))
        if name not in found and kept.shape != shape:
            span = _place(program, name, None)
            yield diagnostic("PF927", span, reactor=name, file=LOCK_FILE)


def _advice(name: str, one: Difference) -> list[str]:
    if one is _GONE:
        forget = f"pfc store accept --forget {name}"
        return [f"if nothing of it is needed any more, run `{forget}`"]
    if one.after == "nothing" and one.place.startswith("state."):
        field = one.place.removeprefix("state.")
        body = f'old = state.pop("{field}"); ...; return state'
    else:
        body = "...; return state"
    return [
        "what is kept needs a migration, a Python function from the old state to the "
        f"new one: `def migrate(state): {body}`",
        f'give it to the app, as in `App(migrations={{"{name}": [migrate]}})`, then '
        "run `pfc store accept --migration migrate`",
    ]


def _place(program: Program, name: str, one: Difference | None) -> Span:
    """The field or variant it is about if it is still there, else the reactor."""
    from pfc.ir import declarations as d

    reactor = program.by_id.get(name)
    if not isinstance(reactor, d.Reactor):
        return Span(LOCK_FILE, 0, 0)
    parts = one.place.split(".") if one is not None else []
    if len(parts) > 1:
        for declared in _declared(program, reactor, parts[0]):
            for member in declared:
                if member.name == parts[1]:
                    return member.span
    return reactor.name_span


def _declared(
    program: Program, reactor: d.Reactor, name: str
) -> Iterator[tuple[d.Field, ...] | tuple[d.Variant, ...]]:
    from pfc.ir import declarations as d

    if name == "state":
        yield reactor.state
        return
    for one in program.by_id.values():
        if isinstance(one, d.Record) and one.name == name:
            yield one.fields
        elif isinstance(one, d.UnionDecl) and one.name == name:
            yield one.variants
