"""The type of any JSON value."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TypeAlias

    Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
else:
    # msgspec cannot resolve a recursive alias; its untyped decoder makes just these.
    from typing import Any as Json

__all__ = ["Json"]
