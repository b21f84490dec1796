"""All claims by name: one line for each family of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from benchmarks import claims
from benchmarks.actors import claims as actors
from benchmarks.authority import claims as authority
from benchmarks.claims import Setting
from benchmarks.result import Result
from benchmarks.store import claims as store
from benchmarks.tables import claims as tables

CLAIMS: Final[Mapping[str, Callable[[Setting], Result]]] = {
    **claims.CLAIMS,
    **authority.CLAIMS,
    **actors.CLAIMS,
    **store.CLAIMS,
    **tables.CLAIMS,
}
