"""PF3xx: authority that is used and not had."""

from __future__ import annotations

from typing import Final

from pfc.diagnostics.entry import error

AUTHORITY: Final = (
    error("PF301", "authority not covered", "{action} needs `{needed}`; {reason}"),
    error(
        "PF302",
        "argument without a bound",
        "{action} needs `{needed}`; `{argument}` has no {bound}",
    ),
    error(
        "PF303",
        "check of an old value",
        "{action} needs `{needed}`; what was checked is the old value of `{name}`",
    ),
    error(
        "PF304",
        "held, but not used",
        "{action} needs `{needed}`; here it runs with the caller's authority",
    ),
    error(
        "PF305",
        "attenuated too far",
        "`{intent}` needs `{needed}`; `only {given}` leaves less",
    ),
    error(
        "PF306", "rows not proven", "this {query} does not prove `{needed}`: {reason}"
    ),
    error(
        "PF310",
        "confused deputy",
        "`{reactor}` would use {whose} `{needed}` on `{argument}`, {origin}",
    ),
    error(
        "PF311",
        "plugin changes an authority field",
        "`{plugin}` changes `{field}` of `{intent}`, which decides what is allowed",
    ),
    error(
        "PF320",
        "principal lacks it",
        "{action} needs `{needed}`; {reason}",
    ),
    error(
        "PF321",
        "held, but not granted",
        "`{reactor}` holds `{capability}`; `{app}` does not grant it",
    ),
    error("PF330", "tool without a ceiling", "the tool `{tool}` has no ceiling"),
    error("PF331", "entry without a context", "{entry} does not say who is asking"),
)
