"""Reactors: state, handlers in transactions, mailboxes, supervision."""

from __future__ import annotations

from packetflow.actor.bulletin import Lifecycle, Stats
from packetflow.actor.crash import Crash
from packetflow.actor.ending import Down
from packetflow.actor.pool import ask_chosen
from packetflow.actor.reactor import (
    AnyHandler,
    AnyReactor,
    Handler,
    Journal,
    Mailbox,
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
    "ask_chosen",
    "check_layouts",
    "targets",
]
