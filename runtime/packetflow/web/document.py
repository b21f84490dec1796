"""The document around a page: head, bar, messages; and the page for errors."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from packetflow.web.escape import attribute, text
from packetflow.web.form import TOKEN_FIELD
from packetflow.web.problem import Problem, sentence

__all__ = ["STYLE", "STYLE_PATH", "Frame", "document", "error_body"]

STYLE: Final = files("packetflow.web").joinpath("style.css").read_bytes()
STYLE_PATH: Final = "/_pf/style.css"
STYLE_VERSION: Final = hashlib.sha256(STYLE).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page of a site, for one visitor."""

    brand: str
    language: str
    subject: str | None = None
    sign_out_token: str = ""
    sign_in: bool = False


def document(
    frame: Frame,
    title: str,
    body: Sequence[str],
    *,
    flashes: Sequence[str] = (),
    alert: str = "",
) -> bytes:
    """Put a page's markup into a whole document, encoded."""
    named = f"{title} · {frame.brand}" if title != frame.brand else title
    pieces = [
        f'<!doctype html>\n<html lang="{attribute(frame.language)}">'
        '<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{text(named)}</title>"
        f'<link rel="stylesheet" href="{STYLE_PATH}?v={STYLE_VERSION}"></head><body>',
        _bar(frame),
        '<main id="main">',
    ]
    pieces += (
        f'<p class="pf-flash" role="status">{text(each)}</p>' for each in flashes
    )
    pieces.append(alert)
    pieces += body
    pieces.append("</main></body></html>\n")
    return "".join(pieces).encode("utf-8", "replace")


def _bar(frame: Frame) -> str:
    user = ""
    if frame.subject is not None:
        user = (
            f'<span class="pf-user">{text(frame.subject)}</span>'
            '<form method="post" action="/sign-out">'
            f'<input type="hidden" name="{TOKEN_FIELD}" value="{frame.sign_out_token}">'
            '<button class="quiet">Sign out</button></form>'
        )
    elif frame.sign_in:
        user = '<a href="/sign-in">Sign in</a>'
    return (
        '<a class="pf-skip" href="#main">Skip to content</a>'
        f'<header class="pf-bar"><a class="pf-brand" href="/">{text(frame.brand)}</a>'
        f'<div class="pf-who">{user}</div></header>'
    )


def error_body(problem: Problem, *, trace: str = "") -> list[str]:
    """Write the page for a problem; `trace` is for the eyes of developers only."""
    body = [
        f'<section class="pf-error"><p class="pf-status">{problem.status}</p>'
        f"<h1>{text(problem.title)}</h1>"
    ]
    if problem.detail:
        body.append(f"<p>{text(sentence(problem))}</p>")
    if problem.extra:
        body.append("<dl>")
        for name, value in problem.extra.items():
            body.append(f"<dt>{text(name)}</dt><dd>{text(str(value))}</dd>")
        body.append("</dl>")
    if trace:
        body.append(f"<pre>\n{text(trace)}</pre>")
    body.append('<p><a href="/">Back to the start</a></p></section>')
    return body
