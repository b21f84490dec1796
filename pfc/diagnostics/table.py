"""The one table of diagnostics: every code that pfc can report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from types import MappingProxyType
from typing import Final

from pfc.diagnostics.entries_authority import AUTHORITY
from pfc.diagnostics.entries_declarations import DECLARATIONS
from pfc.diagnostics.entries_project import PROJECT
from pfc.diagnostics.entries_statements import STATEMENTS
from pfc.diagnostics.entries_syntax import SYNTAX
from pfc.diagnostics.entries_time import TIME
from pfc.diagnostics.entries_warnings import WARNINGS
from pfc.diagnostics.entries_web import WEB
from pfc.diagnostics.entry import Entry


def _assembled(entries: Iterable[Entry]) -> Mapping[str, Entry]:
    table: dict[str, Entry] = {}
    for entry in entries:
        if entry.code in table:
            raise ValueError(f"{entry.code} stands twice in the table of diagnostics")
        table[entry.code] = entry
    return MappingProxyType(dict(sorted(table.items())))


TABLE: Final = _assembled(
    chain(
        *(SYNTAX, DECLARATIONS, STATEMENTS, AUTHORITY, WARNINGS, TIME, WEB, PROJECT),
    )
)


def entry_of(code: str) -> Entry:
    """The row of a code; an unknown one raises KeyError with all that there are."""
    try:
        return TABLE[code]
    except KeyError:
        known = ", ".join(TABLE)
        raise KeyError(f"no diagnostic {code}; there are {known}") from None
