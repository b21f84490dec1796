"""`pfc explain`: what a diagnostic means, with an example and its repair."""

from __future__ import annotations

import click

from pfc.cli.app import Unanswerable
from pfc.cli.reporting import colourful
from pfc.diagnostics import TABLE, suggest


@click.command(
    "explain",
    epilog="""\b
Examples:
  pfc explain PF301    the page of one diagnostic
  pfc explain          all codes and what they are called
""",
)
@click.argument("code", required=False)
def command(code: str | None) -> None:
    """Explain a diagnostic by its code, such as PF301."""
    if code is None:
        lines = (f"{entry.code}  {entry.title}" for entry in TABLE.values())
        click.echo("\n".join(lines))
        return
    name = code.upper() if code.upper().startswith("PF") else f"PF{code}"
    if name not in TABLE:
        found = suggest(name, TABLE)
        hint = f" Did you mean {found}?" if found else ""
        raise Unanswerable(
            f"There is no diagnostic {code!r}.{hint} `pfc explain` lists all."
        )
    _show(name)


def _show(code: str) -> None:
    from pfc.diagnostics.pages import page

    text = page(code)
    if not colourful():
        click.echo(text, nl=False)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(width=min(Console().width, 100))
    console.print(Markdown(text))
