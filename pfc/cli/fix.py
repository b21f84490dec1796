"""`pfc fix`: makes the repairs that diagnostics offer."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from pfc.cli import options
from pfc.cli.checking import Checked, recheck
from pfc.cli.fixing import Fixed, Texts, Wanted, fix
from pfc.cli.reporting import counted, report, tell
from pfc.diagnostics import TABLE, Diagnostic, Severity, diagnostic, suggest
from pfc.diagnostics.changes import unified
from pfc.output.source_file import replace_text
from pfc.project import Project, read_projects, shown
from pfc.span import Source, Span

_STDIN = "-"
_MARK = "\ufeff"


def _codes(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> list[str]:
    """The codes that were given, in full; one that does not exist is a usage error."""
    codes = []
    for one in given:
        code = one.upper() if one.upper().startswith("PF") else f"PF{one}"
        if code not in TABLE:
            found = suggest(code, TABLE)
            hint = f" Did you mean {found}?" if found else ""
            raise click.BadParameter(f"There is no diagnostic {one!r}.{hint}")
        codes.append(code)
    return codes


@click.command(
    "fix",
    epilog="""\b
Examples:
  pfc fix                    make all safe repairs in the project of this folder
  pfc fix shop.pf --diff     show what would change in one file
  pfc fix --only PF407       say `requires nothing` wherever that is meant
  pfc fix --unsafe           those too that guess, take away, or change authority
  pfc fix - < shop.pf        from standard input to standard output
  pfc fix --requires --diff  show what intents and pages should require
""",
)
@options.paths
@click.option("--check", is_flag=True, help="Write nothing; list what would be fixed.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@click.option(
    "--only",
    multiple=True,
    metavar="CODE",
    callback=_codes,
    help="Repair findings of this code alone; may be given several times.",
)
@click.option(
    "--unsafe",
    is_flag=True,
    help="Make repairs that want to be looked at, too: guesses, removals, authority.",
)
@click.option(
    "--requires",
    is_flag=True,
    help="Write what intents and pages have to require, and nothing else.",
)
@options.format
def command(
    paths: tuple[str, ...],
    check: bool,
    diff: bool,
    only: list[str],
    unsafe: bool,
    requires: bool,
    format: str,
) -> None:
    """Repair .pf files.

    PATH is a file or a folder, or - for standard input; without one it is the current
    folder. A repair is made if its finding is gone afterwards and no error has come.
    The exit code is 1 if errors are left, and with --check or --diff if anything would
    change.

    With --requires the `requires` clauses are written that the bodies need, in terms of
    the fields, and each change is told with whom it locks out. Nobody new is let in;
    with --unsafe clauses that ask for more than is needed are weakened, too.
    """
    if requires and (only or _STDIN in paths):
        raise click.UsageError("--requires goes with neither --only nor -.")
    if _STDIN in paths:
        if len(paths) > 1:
            raise click.UsageError("- cannot stand beside other paths.")
        raise SystemExit(_standard_input(only, unsafe=unsafe))
    writes = not (check or diff)
    projects = read_projects(paths or ["."])
    if requires:
        raise SystemExit(_requires(projects, format, diff, writes, least=unsafe))
    done = [_fixed(each, only, unsafe=unsafe, writes=writes) for each in projects]
    if diff and format == "text":
        click.echo("".join(map(_diff, done)), nl=False)
    made = [told for each in done for told in _told(each)]
    report((each.checked for each in done), format, fixed=made)
    _tell(format, done, len(made), writes)
    failed = any(not each.checked.passes(strict=False) for each in done)
    raise SystemExit(1 if failed or (made and not writes) else 0)


def _requires(
    projects: Sequence[Project], format: str, diff: bool, writes: bool, *, least: bool
) -> int:
    from pfc.cli.requires import required, tell_all

    done = [required(each, least=least) for each in projects]
    if writes:
        for each in done:
            problems = _written(each.project, each.changed, each.required.texts)
            each.checked.diagnostics.extend(problems)
    return tell_all(done, format, diff=diff, writes=writes)


@dataclass(frozen=True)
class _Done:
    """What became of a project; `checked` is what is found after the repairs."""

    before: Texts
    fixed: Fixed
    checked: Checked

    @property
    def changed(self) -> list[str]:
        """The files whose text is another now."""
        return [
            path for path, text in self.fixed.texts.items() if text != self.before[path]
        ]


def _fixed(
    project: Project, codes: Sequence[str], *, unsafe: bool, writes: bool
) -> _Done:
    before = project.texts
    if project.diagnostics:
        left = list(project.diagnostics)
        return _Done(before, Fixed(before, (), left), Checked(project, left))

    def checked(texts: Texts) -> Checked:
        sources = {path: Source(path, text) for path, text in texts.items()}
        return recheck(replace(project, sources=sources))

    wanted = Wanted(frozenset(project.chosen), codes, unsafe)
    fixed = fix(before, lambda texts: checked(texts).diagnostics, wanted)
    done = _Done(before, fixed, checked(fixed.texts))
    if not writes:
        return done
    problems = _written(project, done.changed, done.fixed.texts)
    left = [*done.checked.diagnostics, *problems]
    return replace(done, checked=replace(done.checked, diagnostics=left))


def _written(
    project: Project, changed: Sequence[str], texts: Texts
) -> Sequence[Diagnostic]:
    """Writes what has changed; what cannot be written is reported."""
    problems = []
    for name in changed:
        path = project.root / name
        try:
            mark = path.read_bytes().startswith(_MARK.encode())
            replace_text(path, (_MARK if mark else "") + texts[name])
        except OSError as problem:
            where = shown(path)
            reason = problem.strerror or str(problem)
            span = Span(where, 0, 0)
            problems.append(diagnostic("PF904", span, path=f"`{where}`", reason=reason))
    return problems


def _diff(done: _Done) -> str:
    display = done.checked.project.display
    return "".join(
        unified(display(path), done.before[path], done.fixed.texts[path])
        for path in done.changed
    )


def _told(done: _Done) -> list[dict[str, str | int]]:
    display = done.checked.project.display
    return [
        {
            "code": each.found.code,
            "path": display(min(edit.span for edit in each.fix.edits).path),
            "line": each.line,
            "column": each.column,
            "message": each.found.message,
            "title": each.fix.title,
        }
        for each in done.fixed.made
    ]


def _tell(format: str, done: Sequence[_Done], made: int, writes: bool) -> None:
    for each in done:
        for told in _told(each):
            where = f"{told['path']}:{told['line']}:{told['column']}"
            tell(format, f"{where}: {told['code']}: {told['title']}")
    files = counted(sum(len(each.changed) for each in done), "file")
    verb = "fixed" if writes else "would fix"
    findings = counted(made, "finding")
    tell(format, f"{verb} {findings} in {files}" if made else "nothing to fix")
    more = sum(
        any(not fix.safe for fix in found.fixes)
        for each in done
        for found in each.checked.diagnostics
    )
    if more:
        tell(format, f"{more} more with --unsafe: look at each of them")


def _standard_input(codes: Sequence[str], *, unsafe: bool) -> int:
    """The repaired text on standard output, and what is left on standard error."""
    from pfc.diagnostics.places import Places
    from pfc.diagnostics.text import render_text

    try:
        text = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise click.UsageError(f"standard input is not UTF-8: {problem}") from problem
    name = "stdin.pf"

    def checked(texts: Texts) -> Sequence[Diagnostic]:
        sources = {path: Source(path, each) for path, each in texts.items()}
        return recheck(Project(Path.cwd(), sources=sources)).diagnostics

    fixed = fix({name: text}, checked, Wanted({name}, codes, unsafe))
    click.echo(fixed.texts[name], nl=False)
    places = Places({name: Source(name, fixed.texts[name])})
    told = render_text(fixed.left, places)
    if told:
        click.echo(told, err=True)
    return int(any(one.severity is Severity.ERROR for one in fixed.left))
