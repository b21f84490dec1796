"""What can be seen of a running app: metrics, health, alerts, spans, logs.

This package's own names are what reactors declare. The rest is in modules of its own,
imported when it is switched on, so that who observes nothing loads nothing.
"""

from __future__ import annotations

from packetflow.observe.declared import Alert, Health, Look, Metric, Severity, Waiting
from packetflow.observe.instruments import (
    Counter,
    Gauge,
    Histogram,
    Instrument,
    Instruments,
)

__all__ = [
    "Alert",
    "Counter",
    "Gauge",
    "Health",
    "Histogram",
    "Instrument",
    "Instruments",
    "Look",
    "Metric",
    "Severity",
    "Waiting",
]
