"""`pfc graph`: a picture of who sends what to whom, with which authority."""

from __future__ import annotations

from pathlib import Path

import click

from pfc.cli import options
from pfc.cli.app import Unanswerable


@click.command(
    "graph",
    epilog="""\b
Examples:
  pfc graph --out system.svg          a picture of the project of the current folder
  pfc graph examples/notes --mermaid  for a README or a pull request
""",
)
@options.path
@click.option("--mermaid", "as_mermaid", is_flag=True, help="Mermaid instead of SVG.")
@click.option("--out", metavar="FILE", help="Where to write it; else it is printed.")
def command(path: str, as_mermaid: bool, out: str | None) -> None:
    """Draw who sends what to whom, and with which authority.

    Entries stand at the left, handlers with what each intent requires in the middle,
    effects, events and tables at the right. Dashed arrows use a reactor's own authority.
    """
    from pfc.authority.analyses.graph import graph_of
    from pfc.authority.analyses.mermaid import mermaid
    from pfc.authority.analyses.picture import picture
    from pfc.cli.questioning import questions_about

    graph = graph_of(questions_about(path))
    text = mermaid(graph) if as_mermaid else picture(graph)
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        Path(out).write_text(text, "utf-8")
    except OSError as problem:
        raise Unanswerable(f"{out} cannot be written: {problem.strerror}") from None
