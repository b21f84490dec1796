"""What can be audited: who was allowed or denied what, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

import msgspec

from packetflow.capability import NOTHING, Capability
from packetflow.context import Context
from packetflow.intent import Intent

Verdict: TypeAlias = Literal["allowed", "denied", "authority"]


class AuditRecord(msgspec.Struct, frozen=True):
    """One decision: `why` is the chain of grants, what is missing, or the reason."""

    at: datetime
    verdict: Verdict
    subject: str
    caller: Context
    why: str
    missing: tuple[Capability, ...] = ()


def chain(intent: Intent[object], caller: Context) -> str:
    """Which grants cover what the intent requires of this caller."""
    needed = intent.missing(caller.holding(NOTHING))
    if not needed:
        return "nothing is required"
    return "; ".join(_cover(need, caller) for need in needed)


def _cover(need: Capability, caller: Context) -> str:
    # A need is for now, so it is compared without the end of what covers it.
    for root in caller.held.roots:
        for held in root.closure():
            if held.includes(
                need if root.expires is None else need.until(root.expires)
            ):
                return str(need) if root == need else f"{need} by {root}"
    return f"{need} is missing"
