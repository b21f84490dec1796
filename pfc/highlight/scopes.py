"""The tokens of the TextMate grammar: their scopes, and the pieces inside of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pfc.highlight import classes, patterns
from pfc.highlight.machine import Step
from pfc.highlight.rules import NAMES, Leaf
from pfc.syntax.words import RESERVED

Json = dict[str, object]

SCOPES: Final = {
    classes.KEYWORD: "keyword.control.packetflow",
    classes.CONSTANT: "constant.language.packetflow",
    classes.NAME: "variable.other.packetflow",
    classes.TYPE: "entity.name.type.packetflow",
    classes.DECLARED: "entity.name.function.packetflow",
    classes.TAG: "entity.name.tag.packetflow",
    classes.NUMBER: "constant.numeric.packetflow",
    classes.STRING: "string.quoted.double.packetflow",
    classes.ESCAPE: "constant.character.escape.packetflow",
    classes.HOLE: "punctuation.section.embedded.packetflow",
    classes.OPERATOR: "keyword.operator.packetflow",
    classes.PUNCTUATION: "punctuation.packetflow",
    classes.COMMENT: "comment.line.number-sign.packetflow",
    classes.DOC: "comment.line.documentation.packetflow",
    classes.FENCE: "punctuation.definition.fence.packetflow",
    classes.PYTHON: "meta.embedded.block.python",
}
"""The scope of each class, which themes colour."""

IN_HOLE: Final = "meta.embedded.line.packetflow"
RECOVERY: Final = f"(?={patterns.LINE_OF_DECLARATION})"
_UPPER_NAME: Final = r"`?\p{Lu}\w*`?"
_ANY_NAME: Final = rf"{patterns.NAME}|`{patterns.NAME}`"
_NAMED: Final = (classes.NAME, classes.TAG)
_FALLBACK: Final = "anything"


def include(name: str) -> Json:
    """A reference to a rule of the repository, or another grammar."""
    return {"include": f"#{name}"}


def captured(steps: Iterable[Step]) -> tuple[str, Json]:
    """The tokens of some steps as one expression, and the scope of each group in it."""
    texts: list[str] = []
    captures: Json = {}
    for step in steps:
        leaf = step.leaf
        group = len(captures) + 1
        if leaf.kind == NAMES and leaf.class_ in _NAMED:
            taken = "|".join([*sorted(RESERVED), *leaf.text.split()])
            names = f"(?:({_UPPER_NAME})|({_ANY_NAME}))"
            texts.append(rf"(?!(?:{taken})\b){names}{patterns.ahead(step)}")
            captures[str(group)] = {"name": SCOPES[classes.TYPE]}
            captures[str(group + 1)] = {"name": SCOPES[leaf.class_]}
        else:
            texts.append(f"({patterns.token(leaf)}){patterns.ahead(step)}")
            captures[str(group)] = _capture(leaf)
    return "|".join(texts), captures


def _capture(leaf: Leaf) -> Json:
    if leaf.kind != NAMES and leaf.class_ == classes.NAME:
        return {"patterns": [include("name")]}
    scope: Json = {"name": SCOPES[leaf.class_]}
    if leaf.kind in ("STRING", "PLAIN"):
        inside = "text" if leaf.kind == "STRING" else "string"
        scope["patterns"] = [include(inside)]
    return scope


FENCE: Final[Json] = {
    "begin": r"```py[ \t]*\r?$",
    "end": "```",
    "beginCaptures": {"0": {"name": SCOPES[classes.FENCE]}},
    "endCaptures": {"0": {"name": SCOPES[classes.FENCE]}},
    "contentName": SCOPES[classes.PYTHON],
    "patterns": [{"include": "source.python"}],
}


def repository(in_hole: Json) -> dict[str, Json]:
    """The rules that do not depend on the place: `in_hole` is what stands in a text's hole."""
    return {
        "comment": {
            "patterns": [
                {"match": r"^[ \t]*(##.*)", "captures": {"1": _scope(classes.DOC)}},
                {"match": "#.*", **_scope(classes.COMMENT)},
            ]
        },
        "string": {"patterns": [{"match": patterns.ESCAPE, **_scope(classes.ESCAPE)}]},
        "text": {
            "patterns": [
                {
                    "match": f"{patterns.ESCAPE}|{patterns.DOUBLED}",
                    **_scope(classes.ESCAPE),
                },
                {
                    "begin": rf"(\{{)(?={patterns.IN_HOLE}\}})",
                    "beginCaptures": {"1": _scope(classes.HOLE)},
                    "contentName": IN_HOLE,
                    **in_hole,
                },
            ]
        },
        "name": {"patterns": _names()},
        _FALLBACK: {"patterns": _anything()},
    }


def _anything() -> list[Json]:
    """A token where none is expected."""
    string = {"name": SCOPES[classes.STRING], "patterns": [include("string")]}
    brackets = (("(", ")"), ("[", "]"), ("{", "}"))
    return [
        {"match": f"({patterns.terminal('STRING')})", "captures": {"1": string}},
        {"match": '"[^"]*$', **_scope(classes.STRING)},
        {"match": patterns.terminal("NUMBER"), **_scope(classes.NUMBER)},
        *(_bracket(opener, closer) for opener, closer in brackets),
        {"match": rf"(?:{'|'.join(sorted(RESERVED))})\b", **_scope(classes.KEYWORD)},
        *_names(),
        {"match": r"[)\]},.:]", **_scope(classes.PUNCTUATION)},
        {"match": r"[^\s\w#]", **_scope(classes.OPERATOR)},
    ]


def _names() -> list[Json]:
    return [
        {"match": _UPPER_NAME, **_scope(classes.TYPE)},
        {"match": _ANY_NAME, **_scope(classes.NAME)},
    ]


def _bracket(opener: str, closer: str) -> Json:
    return {
        "begin": rf"\{opener}",
        "end": rf"{RECOVERY}|(\{closer})",
        "beginCaptures": {"0": _scope(classes.PUNCTUATION)},
        "endCaptures": {"1": _scope(classes.PUNCTUATION)},
        "patterns": [include("comment"), include(_FALLBACK)],
    }


def _scope(class_: str) -> Json:
    return {"name": SCOPES[class_]}
