"""Tests of packetflow programs: scenarios on a virtual clock, and their runner."""

from __future__ import annotations

from packetflow.clock import VirtualClock
from packetflow.testing.outcome import ExpectationError, Outcome, Test
from packetflow.testing.runner import run, run_async
from packetflow.testing.scenario import Scenario

__all__ = [
    "ExpectationError",
    "Outcome",
    "Scenario",
    "Test",
    "VirtualClock",
    "run",
    "run_async",
]
