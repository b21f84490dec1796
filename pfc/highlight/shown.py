"""Highlighted code as a picture: SVG that follows the reader's light or dark theme."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any, Final

from pygments.token import (
    Comment,
    Keyword,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
)

from pfc.highlight.lexer import PacketFlowLexer

_LIGHT: Final = {
    "k": "#cf222e",
    "c": "#0550ae",
    "t": "#953800",
    "d": "#8250df",
    "g": "#116329",
    "n": "#0550ae",
    "s": "#0a3069",
    "e": "#0550ae",
    "o": "#cf222e",
    "m": "#59636e",
}
_DARK: Final = {
    "k": "#ff7b72",
    "c": "#79c0ff",
    "t": "#ffa657",
    "d": "#d2a8ff",
    "g": "#7ee787",
    "n": "#79c0ff",
    "s": "#a5d6ff",
    "e": "#79c0ff",
    "o": "#ff7b72",
    "m": "#9198a1",
}
_KINDS: Final[tuple[tuple[Any, str], ...]] = (
    (Keyword.Constant, "c"),
    (Keyword, "k"),
    (Name.Class, "t"),
    (Name.Function, "d"),
    (Name.Tag, "g"),
    (Name.Builtin, "c"),
    (Number, "n"),
    (String.Doc, "m"),
    (String.Escape, "e"),
    (String.Interpol, "e"),
    (String, "s"),
    (Operator, "o"),
    (Comment, "m"),
    (Punctuation.Marker, "m"),
)
_LINE: Final = 20
_CHARACTER: Final = 8.43
_MARGIN: Final = 16


def svg(code: str) -> str:
    """The picture of a program."""
    lines = _lines(code.rstrip("\n"))
    width = round(max(len(_plain(line)) for line in lines) * _CHARACTER) + 2 * _MARGIN
    height = len(lines) * _LINE + 2 * _MARGIN
    rows = (
        f'<text x="{_MARGIN}" y="{_MARGIN + _LINE * number + 15}">{_row(line)}</text>'
        for number, line in enumerate(lines)
    )
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
            f' viewBox="0 0 {width} {height}" role="img">',
            f"<style>{_style()}</style>",
            '<rect width="100%" height="100%" rx="6"/>',
            *rows,
            "</svg>\n",
        )
    )


def _style() -> str:
    font = "14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace"
    light = _colours("#f6f8fa", "#1f2328", _LIGHT)
    dark = _colours("#151b23", "#f0f6fc", _DARK)
    return (
        f"text {{ font: {font}; white-space: pre; }} {light} .m {{ font-style: italic; }}"
        f" @media (prefers-color-scheme: dark) {{ {dark} }}"
    )


def _colours(ground: str, text: str, kinds: dict[str, str]) -> str:
    own = " ".join(f".{kind} {{ fill: {colour}; }}" for kind, colour in kinds.items())
    return f"rect {{ fill: {ground}; }} text {{ fill: {text}; }} {own}"


def _lines(code: str) -> list[list[tuple[str, str]]]:
    """Each line as pieces of a kind."""
    lines: list[list[tuple[str, str]]] = [[]]
    for token, value in _tokens(code):
        kind = next((k for known, k in _KINDS if token in known), "")
        for number, part in enumerate(value.split("\n")):
            if number:
                lines.append([])
            if part:
                lines[-1].append((kind, part))
    return lines


def _tokens(code: str) -> Iterator[tuple[Any, str]]:
    return (
        (token, value)
        for _, token, value in PacketFlowLexer().get_tokens_unprocessed(code)
    )


def _row(line: list[tuple[str, str]]) -> str:
    return "".join(
        f'<tspan class="{kind}">{escape(part, quote=False)}</tspan>'
        if kind
        else escape(part, quote=False)
        for kind, part in line
    )


def _plain(line: list[tuple[str, str]]) -> str:
    return "".join(part for _, part in line)
