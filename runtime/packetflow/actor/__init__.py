"""Reactors: state, handlers in transactions, mailboxes, supervision."""

from __future__ import annotations

from packetflow.actor.bulletin import Lifecycle, Stats
from packetflow.actor.crash import Crash
from packetflow.actor.ending import Down
from packetflow.actor.keyed import passivate
from packetflow.actor.reactor import (
    AnyHandler,
    AnyReactor,
    Handler,
    Journal,
    Mailbox,
    Migration,
    Reactor,
    Restart,
    State,
)
from packetflow.actor.router import Delivered, Gathered, Router, Target
from packetflow.actor.shards import Keyed, Shards, Workers, check_layouts
from packetflow.actor.strategies import NoTarget
from packetflow.actor.supervisor import Child, Supervise
from packetflow.actor.system import System
from packetflow.actor.target import ReactorTarget, targets
from packetflow.actor.turn import Turn

__all__ = [
    "AnyHandler",
    "AnyReactor",
    "Child",
    "Crash",
    "Delivered",
    "Down",
    "Gathered",
    "Handler",
    "Journal",
    "Keyed",
    "Lifecycle",
    "Mailbox",
    "Migration",
    "NoTarget",
    "Reactor",
    "ReactorTarget",
    "Restart",
    "Router",
    "Shards",
    "State",
    "Stats",
    "Supervise",
    "System",
    "Target",
    "Turn",
    "Workers",
    "check_layouts",
    "passivate",
    "targets",
]
