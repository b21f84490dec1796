"""What can be audited: who was allowed or denied what, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

import msgspec

from packetflow.capability import NOTHING, Capability
from packetflow.context import Context
from packetflow.intent import Intent

Verdict: TypeAlias = Literal["allowed", "denied", "authority", "delegated", "revoked"]

_MOST_SHOWN = 500


class AuditRecord(msgspec.Struct, frozen=True):
    """One decision: `why` is the chain of grants, what is missing, or the reason.

    `subject` is what was asked for. `needs` is what it required, or, where a reactor
    used its own authority, what that reactor holds.
    """

    at: datetime
    verdict: Verdict
    subject: str
    caller: Context
    why: str
    missing: tuple[Capability, ...] = ()
    needs: tuple[Capability, ...] = ()


def requirement(intent: Intent[object], caller: Context) -> tuple[Capability, ...]:
    """All that the intent requires of this caller, held or not."""
    return intent.missing(caller.holding(NOTHING))


def chain(needs: tuple[Capability, ...], caller: Context) -> str:
    """Which grants cover what is needed of this caller, and through what."""
    if not needs:
        return "nothing is required"
    return "; ".join(_cover(need, caller) for need in needs)


def _cover(need: Capability, caller: Context) -> str:
    steps = caller.held.why(need)
    if not steps:
        return f"{need} is missing"
    root = steps[0]
    if root == need:
        return str(need)
    # Each step implies the next one. The last one covers the need and says no more.
    shown = steps[:-1] or steps
    return f"{need} by {' implies '.join(map(str, shown))}"


def who(caller: Context) -> str:
    """The subjects a caller speaks for; else its type and its own fields, shortened."""
    identities = caller.standing.identities
    if identities:
        return ", ".join(one.subject for one in identities)
    kind = type(caller)
    fields = ", ".join(
        f"{name}={getattr(caller, name)!r}"
        for name in kind.__struct_fields__
        if name not in Context.__struct_fields__
    )
    shown = f"{kind.__name__}({fields})"
    return shown if len(shown) <= _MOST_SHOWN else f"{shown[: _MOST_SHOWN - 1]}…"
