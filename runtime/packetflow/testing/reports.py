"""Reports of tests: JUnit XML for build servers, HTML for people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final
from xml.sax.saxutils import escape as escape_xml
from xml.sax.saxutils import quoteattr

from packetflow.testing.outcome import Outcome

# What XML 1.0 cannot say, not even escaped: https://www.w3.org/TR/xml/#charsets.
_UNSAYABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_STYLE: Final = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0 }
tr + tr { border-top: 1px solid #8884 }
pre { margin: .3rem 0; white-space: pre-wrap }
.passed { color: light-dark(#116329, #7ee787) }
.failed { color: light-dark(#a40e26, #ff7b72); font-weight: 600 }
"""


def junit(outcomes: Mapping[str, Sequence[Outcome]]) -> str:
    """JUnit XML, a suite for each module (https://github.com/testmoapp/junitxml)."""
    every = [outcome for found in outcomes.values() for outcome in found]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites {_counts(every)}>"]
    for module, found in outcomes.items():
        lines += suite(module, found)
    return "\n".join([*lines, "</testsuites>", ""])


def suite(module: str, outcomes: Sequence[Outcome]) -> Iterable[str]:
    """The lines of a suite in JUnit XML."""
    yield f"  <testsuite name={_attribute(module)} {_counts(outcomes)}>"
    for outcome in outcomes:
        path, _, line = outcome.at.rpartition(":")
        place = f" file={_attribute(path)} line={_attribute(line)}" if path else ""
        head = (
            f"    <testcase classname={_attribute(module)} "
            f'name={_attribute(outcome.name)}{place} time="{outcome.seconds:.3f}"'
        )
        if outcome.passed:
            yield f"{head}/>"
            continue
        message = _message(outcome)
        text = f"{outcome.at}: {message}" if outcome.at else message
        yield f"{head}>"
        yield f"      <failure message={_attribute(message)}>{_text(text)}</failure>"
        yield "    </testcase>"
    yield "  </testsuite>"


def html(outcomes: Mapping[str, Sequence[Outcome]]) -> str:
    """A page that needs nothing else; failed tests stand first in each module."""
    every = [outcome for found in outcomes.values() for outcome in found]
    failed = sum(not outcome.passed for outcome in every)
    title = f"{len(every) - failed} passed" + (f", {failed} failed" if failed else "")
    parts = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>",
        f'<h1 class="{"failed" if failed else "passed"}">{title}</h1>',
    ]
    for module, found in outcomes.items():
        parts.append(f"<h2>{_html(module)}</h2>\n<table>")
        parts.append("<tr><th>Test<th>Result<th>Seconds<th>Place</tr>")
        parts += map(_row, sorted(found, key=lambda outcome: outcome.passed))
        parts.append("</table>")
    return "\n".join([*parts, "</body>\n</html>\n"])


def _row(outcome: Outcome) -> str:
    kind = "passed" if outcome.passed else "failed"
    why = "" if outcome.passed else f"<pre>{_html(_message(outcome))}</pre>"
    return (
        f'<tr><td>{_html(outcome.name)}{why}<td class="{kind}">{kind}'
        f"<td>{outcome.seconds:.3f}<td>{_html(outcome.at)}</tr>"
    )


def _message(outcome: Outcome) -> str:
    return outcome.message or "failed"


def _counts(outcomes: Sequence[Outcome]) -> str:
    failures = sum(not outcome.passed for outcome in outcomes)
    seconds = sum(outcome.seconds for outcome in outcomes)
    return (
        f'tests="{len(outcomes)}" failures="{failures}" errors="0" time="{seconds:.3f}"'
    )


def _attribute(text: str) -> str:
    return quoteattr(_said(text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _text(text: str) -> str:
    return escape_xml(_said(text), {"\r": "&#13;"})


def _html(text: str) -> str:
    return escape(_said(text))


def _said(text: str) -> str:
    return _UNSAYABLE.sub("\ufffd", text)
