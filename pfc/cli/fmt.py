"""`pfc fmt`: sources in their canonical layout."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable
from dataclasses import dataclass

import click

from pfc.cli import options
from pfc.cli.checking import Checked
from pfc.cli.reporting import counted, report, tell
from pfc.diagnostics import Diagnostic, diagnostic
from pfc.diagnostics.places import Places
from pfc.diagnostics.text import render_text
from pfc.output.source_file import replace_text
from pfc.project import Project, read_projects, shown
from pfc.span import Source, Span

_STDIN = "-"


@click.command(
    "fmt",
    epilog="""\b
Examples:
  pfc fmt                  format the project of the current folder
  pfc fmt shop.pf          format one file
  pfc fmt --check          change nothing; exit code 1 if a file is not formatted
  pfc fmt --diff           show what would change
  pfc fmt - < shop.pf      from standard input to standard output
""",
)
@options.paths
@click.option("--check", is_flag=True, help="Write nothing; list what would change.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@options.format
def command(paths: tuple[str, ...], check: bool, diff: bool, format: str) -> None:
    """Format .pf files.

    PATH is a file or a folder, or - for standard input; without one it is the current
    folder. A file with syntax errors stays as it is. With --check or --diff the exit
    code is 1 if anything would change.
    """
    if _STDIN in paths:
        if len(paths) > 1:
            raise click.UsageError("- cannot stand beside other paths.")
        raise SystemExit(_standard_input(check=check, diff=diff))
    writes = not (check or diff)
    done = [_formatted(project, writes) for project in read_projects(paths or ["."])]
    report((each.checked for each in done), format)
    changed = [change for each in done for change in each.changes]
    if diff and format == "text":
        click.echo("".join(change.diff for change in changed), nl=False)
    _tell(format, changed, sum(each.files for each in done), writes)
    failed = any(each.checked.diagnostics for each in done)
    raise SystemExit(1 if failed or (changed and not writes) else 0)


@dataclass(frozen=True)
class _Change:
    """A file that was not in the canonical layout."""

    path: str
    old: str
    new: str

    @property
    def diff(self) -> str:
        """Both texts as a unified diff."""
        rows = difflib.unified_diff(
            self.old.splitlines(keepends=True),
            self.new.splitlines(keepends=True),
            self.path,
            self.path,
        )
        return "".join(
            row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n"
            for row in rows
        )


@dataclass(frozen=True)
class _Done:
    """What became of the files of a project."""

    checked: Checked
    changes: list[_Change]
    files: int


def _formatted(project: Project, writes: bool) -> _Done:
    from pfc.format import format_source  # lark, which no other path here needs

    found: list[Diagnostic] = list(project.diagnostics)
    unreadable = {each.span.path for each in found}
    changes: list[_Change] = []
    names = [name for name in dict.fromkeys(project.chosen) if name in project.sources]
    for name in names:
        if name in unreadable:
            continue
        result = format_source(project.sources[name])
        if result.text is None:
            found.extend(result.diagnostics)
            continue
        path = project.root / name
        old = path.read_bytes().decode("utf-8")  # with the mark that sources lack
        if result.text == old:
            continue
        if writes:
            try:
                replace_text(path, result.text)
            except OSError as problem:
                found.append(_not_written(shown(path), problem))
                continue
        changes.append(_Change(shown(path), old, result.text))
    return _Done(Checked(project, found), changes, len(names))


def _not_written(path: str, problem: OSError) -> Diagnostic:
    reason = problem.strerror or str(problem)
    return diagnostic("PF904", Span(path, 0, 0), path=f"`{path}`", reason=reason)


def _tell(format: str, changed: list[_Change], files: int, writes: bool) -> None:
    for change in changed:
        tell(format, f"{'formatted' if writes else 'would format'} {change.path}")
    if not changed:
        tell(format, f"{counted(files, 'file')} checked, none to format")


def _standard_input(*, check: bool, diff: bool) -> int:
    from pfc.format import format_source

    try:
        old = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise click.UsageError(f"standard input is not UTF-8: {problem}") from problem
    source = Source("<stdin>", old)
    result = format_source(source)
    if result.text is None:
        _complain(source, result.diagnostics)
        return 1
    if diff:
        click.echo(_Change("<stdin>", old, result.text).diff, nl=False)
    elif not check:
        sys.stdout.buffer.write(result.text.encode("utf-8"))
    return int((check or diff) and result.text != old)


def _complain(source: Source, found: Iterable[Diagnostic]) -> None:
    """Findings on standard error: standard output is for the text."""
    told = render_text(list(found), Places({source.path: source}), colour=False)
    click.echo(told, err=True)
