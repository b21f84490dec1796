"""The table of words: in which positions each is a keyword, and where it is no name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pfc.highlight.ebnf import Literal, Node, read_rules
from pfc.highlight.readable import inner, title
from pfc.highlight.rules import SOFT, name_words
from pfc.syntax.grammar import grammar_text
from pfc.syntax.words import RESERVED

PAGE = "docs/reference/words.md"
_POSITIONS = {
    "arm_name": "first word of a match arm",
    "child_name": "element of a page",
    "child_ref": "supervised reactor",
    "table_name": "table after `find`",
    "tool_name": "tool",
    "operation_name": "capability operation",
}
_OPENING = """\
# Words

What a word is depends on where it stands. The *reserved* words are keywords everywhere:
{reserved}.

Every other word of the language is a keyword in the clauses that the table names, and a
name wherever a name may stand, but for the positions in the last columns: there a `✗`
marks that the word is a keyword unless it stands in back-quotes or before `=>`. The table
is made from the grammar.

"""


def page() -> str:
    """The text of the page."""
    reserved = ", ".join(f"`{word}`" for word in sorted(RESERVED))
    head = ["word", "keyword in", *_POSITIONS.values()]
    rows = [head, ["---"] * len(head), *map(_row, SOFT)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return _OPENING.format(reserved=reserved) + table + "\n"


def _row(word: str) -> list[str]:
    places = sorted({title(rule) for rule in _rules_with(word)})
    names = name_words()
    marks = ["" if word in names[position] else "✗" for position in _POSITIONS]
    return [f"`{word}`", ", ".join(places), *marks]


def _rules_with(word: str) -> Iterator[str]:
    """The rules in which a word stands as a keyword."""
    for rule, words in _words_of_rules().items():
        if rule not in name_words() and word in words:
            yield "endpoint" if rule.isupper() or rule == "http_method" else rule


@cache
def _words_of_rules() -> dict[str, set[str]]:
    return {rule: _words(node) for rule, node in read_rules(grammar_text()).items()}


def _words(node: Node) -> set[str]:
    if isinstance(node, Literal):
        return {node.text}
    return {word for part in inner(node) for word in _words(part)}
