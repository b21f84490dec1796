"""The options that several verbs have."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import click

_Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]

# Not click.Path: a path that is missing gets a diagnostic like everything else.
paths: Final[_Decorator] = click.argument("paths", nargs=-1, metavar="[PATH]...")
path: Final[_Decorator] = click.argument("path", default=".", metavar="[PATH]")

format: Final[_Decorator] = click.option(
    "--format",
    type=click.Choice(["text", "plain", "json", "sarif", "junit", "github"]),
    default="text",
    show_default=True,
    help="How to show findings: drawn; in sentences, for screen readers; for tools;"
    " or as GitHub annotations.",
)

strict: Final[_Decorator] = click.option(
    "--strict", is_flag=True, help="Warnings count as findings too (exit code 1)."
)


def _without_cache(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:  # for the processes that this one starts, too
        os.environ["PFC_CACHE_DIR"] = ""


no_cache: Final[_Decorator] = click.option(
    "--no-cache",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_without_cache,
    help="Neither use nor keep what earlier runs made.",
)

watch: Final[_Decorator] = click.option(
    "--watch", is_flag=True, help="Do it again whenever a source changes."
)

mypy: Final[_Decorator] = click.option(
    "--mypy/--no-mypy",
    default=True,
    help="Check embedded and linked Python; else as [tool.pfc] mypy says.",
)


def _folder(ctx: click.Context, _: click.Parameter, value: str | None) -> str | None:
    if value == "":  # a variable of a script that is not set, most likely
        raise click.BadParameter("it is empty; the current folder is `.`", ctx)
    return value


out: Final[_Decorator] = click.option(
    "--out",
    callback=_folder,
    metavar="FOLDER",
    help="Where generated packages go; else [tool.pfc] out, else build.",
)
