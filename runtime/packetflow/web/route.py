"""Where a page is: its parameters as a value, and that value as a URL."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar
from urllib.parse import quote, urlencode

import msgspec

from packetflow.capability import Capability
from packetflow.context import Context
from packetflow.web.wire import field_texts

__all__ = ["Route", "query", "rest", "segment"]


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """The parameters of a page, checked; `url()` is a link to it.

    Generated code makes a subclass per page. A link, a redirect and a request for the
    page are all the same value, so a URL that the page would refuse cannot be linked.
    """

    pattern: ClassVar[str]
    context: ClassVar[type[Context] | None] = None

    def missing(self, caller: Context) -> tuple[Capability, ...]:
        """Give what the caller lacks to see the page; nothing lacks by default."""
        return ()

    def url(self) -> str:
        """Give the path and query of the page, percent-encoded."""
        return self.pattern


def segment(value: object) -> str:
    """Encode a value as one segment of a path."""
    return quote("".join(field_texts(value)), safe="")


def rest(path: str) -> str:
    """Encode an absolute `Path` as the rest of a URL, without its leading slash."""
    return quote(path.lstrip("/"), safe="/")


def query(*parameters: tuple[str, object]) -> str:
    """Encode query parameters with their `?`; `None` is left out, lists repeat."""
    pairs: Iterable[tuple[str, str]] = (
        (name, text) for name, value in parameters for text in field_texts(value)
    )
    encoded = urlencode(list(pairs))
    return f"?{encoded}" if encoded else ""
