"""What editors need beside colours: brackets, comments, folding, indentation, words."""

from __future__ import annotations

import json
from typing import Final

_PAIRS: Final = (("{", "}"), ("[", "]"), ("(", ")"))
_QUOTES: Final = ('"', "`")


def configuration() -> str:
    """The text of VS Code's `language-configuration.json`."""
    in_code = ["string", "comment"]
    quotes = [{"open": q, "close": q, "notIn": in_code} for q in _QUOTES]
    brackets = [{"open": opener, "close": closer} for opener, closer in _PAIRS]
    fence = {"open": "```py", "close": "\n```", "notIn": in_code}
    found = {
        "comments": {"lineComment": "#"},
        "brackets": [list(pair) for pair in _PAIRS],
        "autoClosingPairs": [fence, *brackets, *quotes],
        "surroundingPairs": [list(p) for p in (*_PAIRS, *((q, q) for q in _QUOTES))],
        "wordPattern": r"`?[\p{L}_][\p{L}\p{N}_]*`?|[0-9][\p{L}\p{N}_.:-]*",
        "folding": {
            "markers": {"start": r"^\s*#\s*region\b", "end": r"^\s*#\s*endregion\b"}
        },
        "indentationRules": {
            "increaseIndentPattern": r"^((?!#).)*[{(\[]\s*(#.*)?$",
            "decreaseIndentPattern": r"^\s*[})\]]",
        },
        "onEnterRules": [
            {
                "beforeText": r"^\s*##\s",
                "action": {"indent": "none", "appendText": "## "},
            },
            {
                "beforeText": r"\{\s*$",
                "afterText": r"^\s*\}",
                "action": {"indent": "indentOutdent"},
            },
        ],
    }
    found["wordPattern"] = {"pattern": found["wordPattern"], "flags": "u"}
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
