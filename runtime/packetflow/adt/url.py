"""Urls: absolute, with a scheme that is safe to link to."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from packetflow.errors import Violation

SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})

# Browsers drop or rewrite these before they look at the scheme ("java\tscript:").
_UNSAFE: Final = re.compile(r"[\x00-\x20\x7f-\xa0\\<>\"`\u2028\u2029]")


def checked_url(value: str, field: str, schemes: frozenset[str] = SCHEMES) -> str:
    """The url as it was given; raises Violation if it is not a safe absolute one."""
    if not isinstance(value, str):
        raise Violation(field, "expected a url")
    if _UNSAFE.search(value):
        raise Violation(field, "holds a character that is not allowed in a url")
    try:
        parts = urlsplit(value)
        host = parts.hostname
        _ = parts.port  # raises for a port that is no number
    except ValueError as error:
        raise Violation(field, f"is not a url: {error}") from None
    if parts.scheme not in schemes:
        allowed = ", ".join(sorted(schemes))
        raise Violation(field, f"must be absolute, with one of the schemes {allowed}")
    if parts.scheme in ("http", "https") and not host:
        raise Violation(field, "names no host")
    return value
