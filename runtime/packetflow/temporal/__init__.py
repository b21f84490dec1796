"""The temporal substrate: calendars, schedules, and zones of the IANA database."""

from packetflow.temporal.calendar import Calendar, Hours
from packetflow.temporal.intervals import Interval
from packetflow.temporal.schedule import Schedule, Tick
from packetflow.temporal.timing import At, Cron, Every
from packetflow.temporal.zones import first_instant, zone

__all__ = [
    "At",
    "Calendar",
    "Cron",
    "Every",
    "Hours",
    "Interval",
    "Schedule",
    "Tick",
    "first_instant",
    "zone",
]
