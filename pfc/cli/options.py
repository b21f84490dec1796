"""The options that several verbs have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import click

_Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]

# Not click.Path: a path that is missing gets a diagnostic like everything else.
paths: Final[_Decorator] = click.argument("paths", nargs=-1, metavar="[PATH]...")
path: Final[_Decorator] = click.argument("path", default=".", metavar="[PATH]")

format: Final[_Decorator] = click.option(
    "--format",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How to show findings: for people, for tools, or as GitHub annotations.",
)

strict: Final[_Decorator] = click.option(
    "--strict", is_flag=True, help="Warnings count as findings too (exit code 1)."
)

out: Final[_Decorator] = click.option(
    "--out",
    metavar="FOLDER",
    help="Where generated packages go; else [tool.pfc] out, else build.",
)
