"""Showing findings in the format that was asked for."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from itertools import chain

import click

from pfc.cli.checking import Checked
from pfc.diagnostics.github import render_github
from pfc.diagnostics.json_report import VERSION, json_report
from pfc.diagnostics.text import render_text, summary


def colourful() -> bool:
    """Whether standard output shows colours: https://no-color.org."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def report(checked: Iterable[Checked], format: str, **more: object) -> None:
    """Print all findings to standard output; `more` is added to the JSON document."""
    checked = list(checked)
    match format:
        case "json":
            _report_json(checked, more)
        case "github":
            lines = (render_github(one.diagnostics, one.places) for one in checked)
            _print("\n".join(filter(None, lines)))
        case _:
            _report_text(checked)


def _report_json(checked: list[Checked], more: dict[str, object]) -> None:
    found: list[object] = []
    for one in checked:
        document = json_report(one.diagnostics, one.places)
        diagnostics = document["diagnostics"]
        assert isinstance(diagnostics, list)
        found.extend(diagnostics)
    document = {"version": VERSION, "diagnostics": found, **more}
    _print(json.dumps(document, indent=2))


def _report_text(checked: list[Checked]) -> None:
    colour = colourful()
    blocks = (
        render_text(one.diagnostics, one.places, colour=colour) for one in checked
    )
    text = "\n\n".join(filter(None, blocks))
    if text:
        found = list(chain.from_iterable(one.diagnostics for one in checked))
        _print(f"{text}\n\n{summary(found)}")


def tell(format: str, message: str) -> None:
    """Say how it went, to people only."""
    if format == "text":
        _print(message)


def counted(count: int, word: str) -> str:
    """Such as "1 file" or "3 files"."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _print(text: str) -> None:
    if text:
        click.echo(text, color=True)
