"""PF601 to PF610: the web rules W1 to W9, and parameters of pages."""

from __future__ import annotations

from typing import Final

from pfc.diagnostics.entry import error, warning

WEB: Final = (
    error("PF601", "sends what does not fit", "`sends: {intent}` is wrong: {reason}"),
    error(
        "PF602",
        "offers what may be denied",
        "this offers `{intent}`, which needs `{needed}`; {reason}",
    ),
    warning("PF603", "dead part of a page", "{what} is dead: {reason}"),
    warning("PF604", "page or intent not offered", "`{name}` is not offered: {reason}"),
    error("PF605", "link not safe", "this link is wrong: {reason}"),
    error("PF606", "cannot stand here", "{reason}"),
    error(
        "PF607",
        "changes something while reading",
        "{place} only reads, and `{intent}` {action}",
    ),
    error(
        "PF608",
        "guarded field shown",
        "`{field}` is shown only to those who have `{needed}`; {reason}",
    ),
    error("PF609", "not accessible", "not everybody can use this: {reason}"),
    warning(
        "PF610",
        "query parameter without a default",
        "`{name}` is not in the route and has no default: an address of `{page}`"
        " without it is refused",
    ),
)
