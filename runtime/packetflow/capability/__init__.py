"""Capabilities: the algebra of who may do what."""

from __future__ import annotations

from packetflow.capability.held import NOTHING, Held
from packetflow.capability.kind import Argument, Capability, Implies, Kind
from packetflow.capability.parameter import (
    AtomParameter,
    MaxParameter,
    MinParameter,
    Parameter,
    PathParameter,
)
from packetflow.capability.pattern import ANY, Anything, PathPattern, path_pattern

__all__ = [
    "ANY",
    "NOTHING",
    "Anything",
    "Argument",
    "AtomParameter",
    "Capability",
    "Held",
    "Implies",
    "Kind",
    "MaxParameter",
    "MinParameter",
    "Parameter",
    "PathParameter",
    "PathPattern",
    "path_pattern",
]
