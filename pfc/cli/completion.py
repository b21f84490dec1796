"""`pfc completion`: the script that lets a shell complete verbs and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

_VARIABLE = "_PFC_COMPLETE"


@click.command(
    "completion",
    epilog="""\b
Examples:
  pfc completion bash >> ~/.bashrc
  pfc completion zsh >> ~/.zshrc
  pfc completion fish > ~/.config/fish/completions/pfc.fish
""",
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print a shell's completion script."""
    from pfc.cli.app import commands

    made = get_completion_class(shell)
    assert made is not None  # click knows the shells of the choice
    click.echo(made(commands, {}, "pfc", _VARIABLE).source())
