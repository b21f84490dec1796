"""What can be said of a program when some of its declarations could not be read.

Nothing is known of them but their names. So what is reported must not depend on what they
would have said: a declaration is judged if it mentions none of them, and nothing that does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from pfc.diagnostics import Diagnostic, Severity
from pfc.span import Source, Span
from pfc.syntax.ast import apps, tests
from pfc.syntax.ast.module import Module

_WHOLE: Final = frozenset({"PF205", "PF206", "PF215", "PF216", "PF253", "PF254"})
"""What is said of several declarations together."""

_WORD: Final = re.compile(r"[^\W\d]\w*")
_DECLARED: Final = re.compile(
    r"\b(?:type|record|union|fn|config|interface|capability|context|principal|intent"
    r"|effect|event|reactor|table|stream|calendar|schedule|workflow|component|as|plugin"
    r"|fails)\s+`?([^\W\d]\w*)"
)


def of_sound_declarations(
    found: Iterable[Diagnostic], trees: Iterable[tuple[Source, Module]]
) -> Iterator[Diagnostic]:
    """The errors that say something whatever the declarations that are missing say."""
    sound = _sound(list(trees))
    for each in found:
        types = each.code.startswith(("PF1", "PF2")) and each.code not in _WHOLE
        if not types or each.severity is not Severity.ERROR:
            continue
        spans = [each.span, *(label.span for label in each.related)]
        if all(any(_within(span, whole) for whole in sound) for span in spans):
            yield each


def _sound(trees: list[tuple[Source, Module]]) -> list[Span]:
    """Where the declarations stand that depend on nothing that is missing."""
    missing = {name for _, tree in trees for name in tree.broken}
    unsure = [
        (source.text[node.span.start : node.span.end], node.span)
        for source, tree in trees
        for node in tree.declarations
        # what these say depends on the whole program
        if not isinstance(node, apps.App | tests.Test)
    ]
    words = [(set(_WORD.findall(text)), text, span) for text, span in unsure]
    while True:
        kept = [each for each in words if missing.isdisjoint(each[0])]
        if len(kept) == len(words):
            return [span for _, _, span in kept]
        for used, text, _ in words:
            if not missing.isdisjoint(used):
                missing |= set(_DECLARED.findall(text))
        words = kept


def _within(span: Span, whole: Span) -> bool:
    same = span.path == whole.path
    return same and whole.start <= span.start and span.end <= whole.end
