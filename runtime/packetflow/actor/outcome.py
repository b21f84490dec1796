"""What becomes of an error that a handler raised: who hears of it, and as what."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from packetflow.actor.crash import crash
from packetflow.context import Context
from packetflow.errors import Closed, Denied, Fault, InternalDenial
from packetflow.intent import Failure

if TYPE_CHECKING:
    from packetflow.actor.cell import Cell
    from packetflow.actor.route import Route

logger: Final = logging.getLogger("packetflow.actor")

# Meant for the process. All else that Python raises is the handler's own fault.
ENDS_ALL: Final = (KeyboardInterrupt, SystemExit)


def outcome(
    cell: Cell, route: Route, caller: Context, error: BaseException
) -> BaseException:
    """What the caller gets for what the handler raised.

    A fault is counted, its supervisor decides, and a crash report says what was done.
    """
    if isinstance(error, Failure):
        return error
    if isinstance(error, Denied):
        error.intent = error.intent or route.name
        return error
    if isinstance(error, (Closed, *ENDS_ALL)):
        return error
    if isinstance(error, (Fault, InternalDenial)):
        found: Exception = error
    else:
        name = cell.reactor_type.name
        found = Fault(f"{name} failed on {route.name}: {_said(error)}")
    system = cell.system
    cell.faults += 1
    system.stats.faults += 1
    verdict = cell.supervisor.fault(cell, found)
    report = crash(system.clock.now(), cell.name, route.name, caller, error, verdict)
    system.crashes.append(report)
    known = {
        "request_id": caller.request_id,
        "intent": route.name,
        "reactor": cell.name,
        "at": report.at,
    }
    logger.error("%s", report, exc_info=error, extra=known)
    return found


def failed_unasked(cell: Cell, route: Route, error: BaseException) -> None:
    """Count what went wrong where nobody waits to hear of it."""
    cell.system.stats.failed_messages += 1
    logger.info("%s, told and not asked: %s", route.name, error)


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
