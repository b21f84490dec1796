"""PacketFlow's runtime: capabilities, contexts, intents, reactors and effects."""

from __future__ import annotations

import os as _os

from packetflow.actor import (
    AnyHandler,
    AnyReactor,
    Child,
    Handler,
    Lifecycle,
    Mailbox,
    Reactor,
    Restart,
    State,
    Supervise,
    Turn,
)
from packetflow.adt import (
    Cursor,
    Err,
    Json,
    Ok,
    Page,
    Result,
    check,
    checked_finite,
    checked_instant,
    checked_path,
    checked_result,
    checked_url,
    matches,
    under,
)
from packetflow.app import App
from packetflow.audit import AuditRecord
from packetflow.capability import (
    ANY,
    Anything,
    Argument,
    AtomParameter,
    Capability,
    Held,
    Implies,
    Kind,
    MaxParameter,
    MinParameter,
    PathParameter,
    PathPattern,
    path_pattern,
)
from packetflow.capability.system import System
from packetflow.clock import Clock, SystemClock, VirtualClock
from packetflow.context import Composition, Context, Principal, Propagation
from packetflow.delegation import Delegation
from packetflow.effect import AsyncEffect, Effect, Retry
from packetflow.errors import (
    DeadlineExceeded,
    Denied,
    Fault,
    InternalDenial,
    MailboxFull,
    PacketFlowError,
    Stopped,
    Unavailable,
    Unhandled,
    Violation,
    WrongContext,
)
from packetflow.intent import Event, Failure, Intent

__all__ = [
    "ANY",
    "AnyHandler",
    "AnyReactor",
    "Anything",
    "App",
    "Argument",
    "AsyncEffect",
    "AtomParameter",
    "AuditRecord",
    "Capability",
    "Child",
    "Clock",
    "Composition",
    "Context",
    "Cursor",
    "DeadlineExceeded",
    "Delegation",
    "Denied",
    "Effect",
    "Err",
    "Event",
    "Failure",
    "Fault",
    "Handler",
    "Held",
    "Implies",
    "Intent",
    "InternalDenial",
    "Json",
    "Kind",
    "Lifecycle",
    "Mailbox",
    "MailboxFull",
    "MaxParameter",
    "MinParameter",
    "Ok",
    "PacketFlowError",
    "Page",
    "PathParameter",
    "PathPattern",
    "Principal",
    "Propagation",
    "Reactor",
    "Restart",
    "Result",
    "Retry",
    "State",
    "Stopped",
    "Supervise",
    "System",
    "SystemClock",
    "Turn",
    "Unavailable",
    "Unhandled",
    "Violation",
    "VirtualClock",
    "WrongContext",
    "check",
    "checked_finite",
    "checked_instant",
    "checked_path",
    "checked_result",
    "checked_url",
    "matches",
    "path_pattern",
    "under",
]

# Opt-in: errors of generated code show its `.pf` files (see packetflow.origin).
if _setting := _os.environ.get("PACKETFLOW_ORIGIN"):
    from packetflow.origin.hook import install_as_told

    install_as_told(_setting)
