"""The verbs together, and what happens when pfc itself fails."""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Final

import click

from pfc import __version__
from pfc.diagnostics.suggest import suggest

FAILURE: Final = 2
"""The exit code when pfc could not do its work."""


class Unanswerable(click.ClickException):
    """A command line that is right, about something that is not there: no usage is told."""

    exit_code = FAILURE


VERBS: Final = {
    "new": "Start a small project.",
    "check": "Check .pf files and write nothing.",
    "build": "Check .pf files and write typed Python packages.",
    "run": "Build a project, serve its app, and follow changes.",
    "test": "Run the `test` blocks.",
    "fmt": "Format .pf files.",
    "fix": "Repair .pf files.",
    "explain": "Explain a diagnostic by its code, such as PF301.",
    "lint": "Look for authority that Python takes without asking.",
    "caps": "Ask who can do what.",
    "graph": "Draw who sends what to whom, with which authority.",
    "eject": "Write the generated packages as ordinary Python of your own.",
    "ir": "Print what the emitters are given.",
    "top": "Watch the reactors of a running app.",
    "store": "Look into an app's store: inspect, export, verify, compact.",
    "completion": "Print a shell's completion script.",
}
"""Each verb and the first line of its help, so that listing them imports none."""


class _Verbs(click.Group):
    """Imports a verb only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        command = import_module(f"pfc.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            found = suggest(args[0], VERBS)
            hint = f" Did you mean {found!r}?" if found else ""
            raise click.UsageError(f"No such command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Verbs,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
Examples:
  pfc new shop && cd shop   start a project
  pfc check                 check the project of the current folder
  pfc run                   build it, serve it, and follow changes
  pfc explain PF301         what a diagnostic means, and how to repair it

\b
Exit codes:
  0  all is well
  1  there are findings; a path that is missing, or cannot be read or written, is one
  2  the command line makes no sense, or pfc failed
""",
)
@click.version_option(__version__, message="pfc %(version)s")
def commands() -> None:
    """PacketFlow: describe a system by who may do what, and have it proven.

    Every verb has its own --help with examples.
    """


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        commands.main(arguments, prog_name="pfc")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception as problem:
        return _failed(problem)


def _failed(problem: Exception) -> int:
    """Tell of a mistake in pfc itself, in a few lines."""
    if os.environ.get("PFC_TRACEBACK") == "1":
        traceback.print_exception(problem)
        return FAILURE
    told = traceback.format_exception_only(problem)[-1].strip()
    frames = traceback.extract_tb(problem.__traceback__)
    where = f" (at {frames[-1].name}, line {frames[-1].lineno})" if frames else ""
    click.echo(
        f"pfc failed: {told[:500]}{where}\n"
        "This is a mistake in pfc, not in your files. Please report it, with the input"
        " that shows it;\nPFC_TRACEBACK=1 shows where it happened.",
        err=True,
    )
    return FAILURE
