"""What stores in SQL ask alike: the conditions of `read` and `scan`, with their values.

`mark` stands for a value in the dialect, `name` makes what is bound for a name of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from packetflow.store.planning import steps

Named = Callable[[str], object]
Question = tuple[str, list[object]]


def of_lines(
    mark: str,
    name: Named,
    log: str,
    keys: Sequence[str],
    since: datetime | None,
    before: datetime | None,
    after: int,
) -> Question:
    """Which lines `read` gives, and in which order; raises StoreError."""
    asked = f" WHERE log = {mark} AND number > {mark}"
    values: list[object] = [name(log), after]
    for key in keys:
        asked += (
            " AND number IN"
            f" (SELECT number FROM line_key WHERE log = {mark} AND key = {mark})"
        )
        values += [name(log), name(key)]
    if since is not None:
        asked += f" AND at >= {mark}"
        values.append(steps(since))
    if before is not None:
        asked += f" AND at < {mark}"
        values.append(steps(before))
    return f"{asked} ORDER BY number LIMIT {mark}", values


def of_values(
    mark: str, name: Named, space: str, start: str, before: str | None
) -> Question:
    """Which values `scan` gives, and in which order; raises StoreError."""
    asked = f" WHERE space = {mark} AND key >= {mark}"
    values = [name(space), name(start)]
    if before is not None:
        asked += f" AND key < {mark}"
        values.append(name(before))
    return f"{asked} ORDER BY key LIMIT {mark}", values
