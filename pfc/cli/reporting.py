"""Showing findings in the format that was asked for."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from itertools import chain

import click

from pfc import __version__
from pfc.cli.checking import Checked
from pfc.diagnostics import Diagnostic
from pfc.diagnostics.github import render_github
from pfc.diagnostics.json_report import VERSION, json_report
from pfc.diagnostics.places import Places
from pfc.diagnostics.text import render_text, summary

_LINKING = frozenset({"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby"})
_LINKING_VARIABLES = ("KITTY_WINDOW_ID", "WT_SESSION", "KONSOLE_VERSION", "DOMTERM")


def colourful() -> bool:
    """Whether standard output shows colours: https://no-color.org."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def hyperlinks() -> bool:
    """Whether standard output is a terminal that is known to show hyperlinks (OSC 8).

    There is no way to ask; `FORCE_HYPERLINK` decides where it is set.
    """
    forced = os.environ.get("FORCE_HYPERLINK")
    if forced:
        return forced != "0"
    if not sys.stdout.isatty() or not colourful() or os.environ.get("CI"):
        return False
    vte = os.environ.get("VTE_VERSION", "")
    if vte.isdigit():
        return int(vte) >= 5000
    known = os.environ.get("TERM_PROGRAM") in _LINKING
    return known or any(os.environ.get(name) for name in _LINKING_VARIABLES)


def report(
    checked: Iterable[Checked], format: str, *, strict: object = False, **more: object
) -> None:
    """Print all findings to standard output; `more` is added to the JSON document.

    When `strict` is true, warnings are failures in JUnit. (It is an `object` so that
    callers can pass any mapping on as `more`.)
    """
    checked = list(checked)
    match format:
        case "json":
            _report_json(checked, more)
        case "sarif":
            from pfc.diagnostics.sarif import sarif_report

            document = sarif_report(_reports(checked), __version__)
            _print(json.dumps(document, indent=2))
        case "junit":
            from pfc.diagnostics.junit import render_junit

            _print(render_junit(_reports(checked), strict=bool(strict)))
        case "plain":
            _report_plain(checked)
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


def _reports(checked: Iterable[Checked]) -> list[tuple[list[Diagnostic], Places]]:
    return [(one.diagnostics, one.places) for one in checked]


def _report_plain(checked: list[Checked]) -> None:
    from pfc.diagnostics.plain import render_plain

    parts = [render_plain(one.diagnostics, one.places) for one in checked]
    if any(parts):
        found = list(chain.from_iterable(one.diagnostics for one in checked))
        _print("\n\n".join([*filter(None, parts), f"{summary(found)}."]))


def _report_text(checked: list[Checked]) -> None:
    colour, links = colourful(), hyperlinks()
    blocks = (
        render_text(
            one.diagnostics, one.places, colour=colour, links=links, read=_pieces
        )
        for one in checked
    )
    text = "\n\n".join(filter(None, blocks))
    if text:
        found = list(chain.from_iterable(one.diagnostics for one in checked))
        _print(f"{text}\n\n{summary(found)}")


def _pieces(text: str) -> Iterable[tuple[int, str, str]]:
    from pfc.highlight.reader import read  # only where colours are shown

    return read(text)


def tell(format: str, message: str) -> None:
    """Say how it went, to people only."""
    if format in ("text", "plain"):
        _print(message)


def counted(count: int, word: str) -> str:
    """Such as "1 file" or "3 files"."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _print(text: str) -> None:
    if text:
        click.echo(text, color=True)
