"""Capabilities: the algebra of who may do what."""

from __future__ import annotations

from packetflow.capability.held import NOTHING, Held
from packetflow.capability.index import FOREVER
from packetflow.capability.kind import Argument, Capability, Implies, Kind, kind_named
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
    "FOREVER",
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
    "kind_named",
    "path_pattern",
]
