"""The header `Idempotency-Key`: a client that repeats a request says which one it is.

It is read as draft-ietf-httpapi-idempotency-key-header-06 has it: a string of RFC 9651
in quotes. Many clients leave the quotes away, which is taken for the same key.
"""

from __future__ import annotations

import re
from typing import Final

from packetflow.web.http import Request
from packetflow.web.problem import ProblemError, problem

__all__ = ["HEADER", "LONGEST", "key_of"]

HEADER: Final = "Idempotency-Key"
LONGEST: Final = 255
"""How many characters a key may have."""

# The methods that are not for reading; to those a key says nothing.
_METHODS: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})

_NAME: Final = HEADER.lower().encode()
_QUOTED: Final = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])+)"')
_BARE: Final = re.compile(r"[A-Za-z0-9._:/+=~-]+")
_ESCAPED: Final = re.compile(r'\\(["\\])')


def key_of(request: Request) -> str | None:
    """The key of a request, None without one; raises ProblemError (400)."""
    if request.method not in _METHODS:
        return None
    given = [value for name, value in request.scope["headers"] if name == _NAME]
    if not given:
        return None
    written = given[0].decode("latin-1").strip(" \t")
    quoted = _QUOTED.fullmatch(written)
    if quoted is not None:
        key = _ESCAPED.sub(r"\1", quoted[1])
    elif _BARE.fullmatch(written):
        key = written
    else:
        key = ""
    if len(given) > 1 or not 0 < len(key) <= LONGEST:
        raise ProblemError(
            problem(
                400,
                f"{HEADER} is one string in quotes, of 1 to {LONGEST} characters"
                " from ASCII.",
            )
        )
    return key
