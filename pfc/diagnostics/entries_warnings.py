"""PF4xx: legal, and probably not meant."""

from __future__ import annotations

from typing import Final

from pfc.diagnostics.entry import warning

WARNINGS: Final = (
    warning("PF401", "unusual name", "{kind} is written like `{suggestion}`"),
    warning(
        "PF402",
        "requirement never used",
        "`{intent}` requires `{capability}`, and nothing that it does needs it",
    ),
    warning(
        "PF403",
        "held authority never used",
        "`{reactor}` holds `{capability}`, and never uses it",
    ),
    warning("PF404", "intent never sent", "`{intent}` cannot be reached: {reason}"),
    warning(
        "PF405",
        "check with one outcome",
        "`can {capability}` is always {outcome} here",
    ),
    warning(
        "PF406",
        "needless authority",
        "this `with authority` is not needed: the caller's authority is enough",
    ),
    warning(
        "PF407",
        "public intent",
        "everybody may send `{intent}`: it does not say what it requires",
    ),
    warning("PF408", "asks in a circle", "these ask each other: {cycle}"),
    warning(
        "PF420",
        "ambient authority",
        "the {kind} `{name}` {does} with `{python}`, and no `requires` explains it",
    ),
    warning(
        "PF412",
        "public table",
        "everybody may {access} the rows of `{table}`: it does not say what that requires",
    ),
    warning(
        "PF413",
        "hours that overlap",
        "on {day} it is open from {first} already; hours add up, they replace nothing",
    ),
    warning(
        "PF417",
        "a time that clocks skip, or show twice",
        "{time} {does} in {zone}, for example on {day}",
    ),
    warning(
        "PF415",
        "all that was missed, at once",
        "after a downtime each missed time is made up for, while new ones come",
    ),
    warning(
        "PF416",
        "a schedule that no app runs",
        "no app runs `{name}`: it never comes due",
    ),
    warning(
        "PF409",
        "condition with one outcome",
        "this condition is always {outcome}",
    ),
    warning(
        "PF411",
        "granted, but not held",
        "`{reactor}` is granted `{capability}`, and does not hold it",
    ),
    warning(
        "PF414",
        "no index leads there",
        "every row of `{table}` is looked at: no index begins with a field that this fixes",
    ),
)
