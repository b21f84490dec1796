"""PF501 to PF599: what the clock decides: zones, calendars, schedules."""

from __future__ import annotations

from typing import Final

from pfc.diagnostics.entry import error

TIME: Final = (
    error("PF501", "a time zone is missing or unknown", "{problem}"),
    error("PF502", "hours that do not fit", "{problem}"),
    error("PF503", "times of a schedule that do not fit", "{problem}"),
)
