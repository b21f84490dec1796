"""`pfc ir`: the typed intermediate representation, for tools and the curious."""

from __future__ import annotations

import json

import click

from pfc.cli import options
from pfc.cli.checking import check
from pfc.cli.plain import plain
from pfc.cli.reporting import report


@click.command(
    "ir",
    epilog="""\b
Examples:
  pfc ir --json counter.pf          what pfc has understood
  pfc ir --json | jq '.projects'    for other tools
""",
)
@options.paths
@click.option("--json", "as_json", is_flag=True, help="As JSON; the only form so far.")
@options.format
def command(paths: tuple[str, ...], as_json: bool, format: str) -> None:
    """Print what the emitters are given.

    Every decision is made there, and every type is known.
    """
    if not as_json:
        raise click.UsageError("Say --json: it is the only form so far.")
    checked = check(paths, ir=True)
    if not all(one.passes(strict=False) for one in checked):
        report(checked, format)
        raise SystemExit(1)
    projects = [plain(one.ir) for one in checked]
    click.echo(json.dumps({"version": 1, "projects": projects}, indent=2))
