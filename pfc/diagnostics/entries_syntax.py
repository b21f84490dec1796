"""PF1xx: what cannot be read."""

from __future__ import annotations

from typing import Final

from pfc.diagnostics.entry import error

SYNTAX: Final = (
    error("PF101", "unexpected token", "unexpected {found}; expected {expected}"),
    error("PF102", "string never closed", "this string is never closed"),
    error("PF103", "Python fence never closed", "this Python fence is never closed"),
    error("PF104", "bracket never closed", "this `{opener}` is never closed"),
    error("PF105", "character out of place", "{character} cannot stand here"),
    error(
        "PF106",
        "nested too deeply",
        "this is nested too deeply: more than {limit} levels",
    ),
    error("PF107", "bad string", "this string cannot be read: {reason}"),
    error("PF108", "bad literal", "`{literal}` cannot be read: {reason}"),
    error(
        "PF109",
        "Python does not parse",
        "the Python in this fence does not parse: {reason}",
    ),
    error(
        "PF110",
        "module and path differ",
        "this file is the module `{expected}`, not `{found}`",
    ),
    error("PF111", "of another language", "{found} is not written here: {instead}"),
    error(
        "PF112",
        "reserved word as a name",
        "`{word}` is a word of the language, so it cannot be a name",
    ),
)
