"""Tests of packetflow programs: scenarios on a virtual clock, and their runner."""

from __future__ import annotations

from packetflow.actor.giving import DELEGATE, REVOKE
from packetflow.clock import VirtualClock
from packetflow.testing.factory import Factory
from packetflow.testing.interleaving import explore, interleaved
from packetflow.testing.mock import Mock
from packetflow.testing.outcome import ExpectationError, Outcome, Test
from packetflow.testing.probe import Probe
from packetflow.testing.runner import run, run_async
from packetflow.testing.scenario import Scenario
from packetflow.testing.tripwire import Trip, Tripped, Tripwire, watching

__all__ = [
    "DELEGATE",
    "REVOKE",
    "ExpectationError",
    "Factory",
    "Mock",
    "Outcome",
    "Probe",
    "Scenario",
    "Test",
    "Trip",
    "Tripped",
    "Tripwire",
    "VirtualClock",
    "explore",
    "interleaved",
    "run",
    "run_async",
    "watching",
]
