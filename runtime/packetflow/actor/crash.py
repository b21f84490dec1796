"""Crash reports: what broke, for whom, where, how often, and what was done about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from packetflow.context import Context
from packetflow.origin.report import origin_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a supervisor did about a fault.

    `count` faults of the reactor fell within its last `within` seconds; `most` are let
    pass, None for any number.
    """

    count: int
    within: float
    most: int | None
    did: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Crash:
    """One fault of a handler. The intent's fields and the caller's are not in it.

    `at` is the line in a `.pf` file, such as `files.pf:12`, "" if there is none.
    """

    when: datetime
    reactor: str
    intent: str
    caller: str
    error: str
    at: str
    verdict: Verdict

    def __str__(self) -> str:
        place = f" at {self.at}" if self.at else ""
        count, most = self.verdict.count, self.verdict.most
        times = "once" if count == 1 else f"{count} times"
        allowed = "" if most is None else f" ({most} are let pass)"
        return "\n".join(
            (
                f"{self.reactor} failed on {self.intent}{place}",
                f"  because  {self.error}",
                f"  for      {self.caller}",
                f"  faults   {times} within {self.verdict.within:g} s{allowed}",
                f"  then     {'; '.join(self.verdict.did)}",
            )
        )


def crash(
    when: datetime,
    reactor: str,
    intent: str,
    caller: Context,
    error: BaseException,
    verdict: Verdict,
) -> Crash:
    """The report of a fault; `error` is what the handler raised."""
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return Crash(when, reactor, intent, _who(caller), said, origin_of(error), verdict)


def _who(caller: Context) -> str:
    """The caller by type, subjects and request; other fields may be secrets."""
    subjects = ", ".join(one.subject for one in caller.standing.identities)
    who = (
        f"{type(caller).__name__} of {subjects}" if subjects else type(caller).__name__
    )
    path = f", through {' > '.join(caller.trace)}" if caller.trace else ""
    return f"{who}, request {caller.request_id}{path}"
