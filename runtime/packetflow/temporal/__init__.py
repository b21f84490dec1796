"""The temporal substrate: calendars of opening hours, in zones of the IANA database."""

from packetflow.temporal.calendar import Calendar, Hours
from packetflow.temporal.intervals import Interval
from packetflow.temporal.zones import first_instant, zone

__all__ = ["Calendar", "Hours", "Interval", "first_instant", "zone"]
