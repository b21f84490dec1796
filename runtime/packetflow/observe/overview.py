"""All that a dashboard shows of a running app, as plain values that JSON can have."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from packetflow.actor.supervisor import Supervisor

if TYPE_CHECKING:
    from packetflow.actor.crash import Crash
    from packetflow.actor.system import System
    from packetflow.audit import AuditRecord
    from packetflow.context import Context
    from packetflow.observe.shown import Kept
    from packetflow.observing import Observing
    from packetflow.temporal.running import Runs

# How many denials are shown: the last ones.
_DENIALS: Final = 20


def overview(app: Observing) -> dict[str, Any]:
    """An app as it is now; times are in seconds. Fields of callers are not in it."""
    system, measured = app.system, app.observe()
    unhealthy = {one.reactor: one.why for one in app.health}
    crashes = {_family(system, one.reactor): one for one in system.crashes}
    return {
        "uptime": measured.uptime,
        "reactors": [
            {
                **one._asdict(),
                "unhealthy": unhealthy.get(one.reactor, ""),
                "crash": _crash(crashes.get(one.reactor)),
            }
            for one in measured.readings()
        ],
        "alerts": [
            {
                "reactor": one.reactor,
                "name": one.name,
                "severity": one.severity,
                "since": one.since,
            }
            for one in app.alerts
        ],
        "health": [{"reactor": one.reactor, "why": one.why} for one in app.health],
        "tree": _tree(system.root),
        "durable": [_durable(one) for one in measured.kept()],
        "schedules": [_schedule(one) for one in app.runs],
        "denials": list(islice(_denials(system), _DENIALS)),
        "delegations": _delegations(system),
    }


def _schedule(runs: Runs) -> dict[str, Any]:
    counts = ("running", "done", "failed", "denied", "skipped", "closed", "missed")
    return {
        "name": runs.name,
        "due": runs.due,
        "last": runs.last,
        **{name: getattr(runs, name) for name in counts},
    }


def _family(system: System, name: str) -> str:
    """What a reactor is counted under: those of all keys as one."""
    kind = name.partition("/")[0]
    keyed = (pool for pool in system.pools if pool.keys is not None)
    return kind if any(one.reactor_type.name == kind for one in keyed) else name


def _crash(crash: Crash | None) -> dict[str, Any] | None:
    if crash is None:
        return None
    return {
        "when": crash.when,
        "intent": crash.intent,
        "error": crash.error,
        "at": crash.at,
        "did": "; ".join(crash.verdict.did),
    }


def _tree(supervisor: Supervisor) -> dict[str, Any]:
    """A supervisor with all below it; reactors of keys are one child."""
    children: list[dict[str, Any]] = []
    families: dict[str, dict[str, Any]] = {}
    for pool in supervisor.pools:
        if pool.keys is not None:
            name = pool.reactor_type.name
            families[name] = {"name": name, "keys": 0, "stopped": None}
    for child in supervisor.children:
        if isinstance(child, Supervisor):
            children.append(_tree(child))
        elif child.family in families:
            families[child.family]["keys"] += 1
        else:
            children.append({"name": child.name, "stopped": child.stopped})
    asked = supervisor.specification
    return {
        "strategy": asked.strategy,
        "max_restarts": asked.max_restarts,
        "within": asked.within,
        "children": [*children, *families.values()],
    }


def _durable(one: Kept) -> dict[str, Any]:
    return {
        "reactor": one.reactor,
        "since_snapshot": one.since_snapshot,
        "outbox": one.outbox,
        "last": one.last,
        "p99": one.commits.quantile(0.99),
    }


def _denials(system: System) -> Iterator[dict[str, Any]]:
    for record in reversed(system.audit):
        if record.verdict == "denied":
            yield _denial(record)


def _denial(record: AuditRecord) -> dict[str, Any]:
    return {
        "at": record.at,
        "who": _who(record.caller),
        "what": record.subject,
        "why": record.why,
        "request": record.caller.request_id,
    }


def _who(caller: Context) -> str:
    """The subjects a caller speaks for, else its type; its fields may be secrets."""
    subjects = ", ".join(one.subject for one in caller.standing.identities)
    return subjects or type(caller).__name__


def _delegations(system: System) -> list[dict[str, Any]]:
    return [
        {
            "by": one.by,
            "to": one.to,
            "capability": str(one.capability).rpartition(" until ")[0]
            or str(one.capability),
            "until": one.capability.expires,
        }
        for one in system.authority.in_force(system.clock.now())
        if one.capability is not None
    ]
