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
    if not isinstance(error, Exception) or isinstance(error, Closed):
        return error
    found: Exception = error
    if not isinstance(error, (Fault, InternalDenial)):
        name = cell.reactor_type.name
        found = Fault(f"{name} failed on {route.name}: {_said(error)}")
    system = cell.system
    cell.faults += 1
    system.stats.faults += 1
    verdict = cell.supervisor.fault(cell, found)
    report = crash(system.clock.now(), cell.name, route.name, caller, error, verdict)
    system.crashes.append(report)
    logger.error("%s", report, exc_info=error)
    return found


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
