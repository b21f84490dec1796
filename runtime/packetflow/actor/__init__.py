"""Reactors: state, handlers in transactions, mailboxes, supervision."""

from __future__ import annotations

from packetflow.actor.bulletin import Lifecycle, Stats
from packetflow.actor.reactor import (
    AnyHandler,
    AnyReactor,
    Handler,
    Mailbox,
    Reactor,
    Restart,
    State,
)
from packetflow.actor.supervisor import Child, Supervise
from packetflow.actor.system import System
from packetflow.actor.turn import Turn

__all__ = [
    "AnyHandler",
    "AnyReactor",
    "Child",
    "Handler",
    "Lifecycle",
    "Mailbox",
    "Reactor",
    "Restart",
    "State",
    "Stats",
    "Supervise",
    "System",
    "Turn",
]
