"""The built-in effects: what a handler gives away, and what it takes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

import msgspec

from packetflow.capability import Capability, Held
from packetflow.capability.system import System as Built
from packetflow.context import Context
from packetflow.effect import Effect, Requirement
from packetflow.errors import Denied

if TYPE_CHECKING:
    from packetflow.actor.system import System

P = ParamSpec("P")
R = TypeVar("R")


class OfTurn(Effect[P, R]):
    """An effect of one turn, which knows its caller: no name leads to it."""

    __slots__ = ("caller", "is_own")

    def __init__(
        self,
        name: str,
        function: Callable[P, R],
        requires: Requirement,
        caller: Context | None = None,
        is_own: bool = False,
    ) -> None:
        # Not as others do it: they can be found by their names when an app recovers.
        self.name = name
        self.function = function
        self.requires = requires
        self.fails = ()
        self.returns = ...
        self.traits = frozenset()
        self.caller = caller
        self.is_own = is_own

    def kept(self, arguments: tuple[object, ...]) -> tuple[object, ...]:
        """Arguments as they are kept until it is performed, those of the turn first."""
        from packetflow import codec

        assert self.caller is not None
        shown = (
            codec.capabilities((one,))[0] if isinstance(one, Capability) else one
            for one in arguments
        )
        return codec.context(self.caller), self.is_own, *shown


def resumed(
    system: System, holds: Held, name: str, kept: tuple[msgspec.Raw, ...]
) -> Callable[[], object] | None:
    """The call of a built-in effect that was kept; None if it is of another one."""
    from packetflow import codec

    types = {
        "delegate": (codec.Caller, bool, codec.Capable, str, datetime),
        "revoke": (codec.Caller, bool, str),
    }.get(name)
    if types is None:
        return None
    pairs = zip(kept, types, strict=True)
    wire, is_own, *arguments = (codec.decode(raw, kind, name) for raw, kind in pairs)
    caller = codec.caller(wire)
    if name == "revoke":
        return partial(revoking(system, caller), *arguments)
    cap, to, until = arguments
    effect = delegating(system, caller, holds if is_own else None)
    return partial(effect, codec.capability(cap), to, until)


def delegating(
    system: System, caller: Context, holds: Held | None = None
) -> Effect[[Capability, str, datetime], None]:
    """Give a subject a capability until an instant, on behalf of a caller.

    It is the caller's, unless `holds` says that it is the reactor's own.
    """

    def delegate(cap: Capability, to: str, until: datetime) -> None:
        now = system.clock.now()
        try:
            made = system.authority.hand_on(cap, to, until, caller, now, holds)
        except Denied as denied:  # revoked while the handler ran
            system.audited("denied", "delegate", caller, str(denied), denied.missing)
            raise
        why = f"{made.capability} to {to}"
        system.audited("delegated", "delegate", caller, why, needs=(cap,))

    is_own = holds is not None
    return OfTurn("delegate", delegate, _needed_to_delegate, caller, is_own)


def revoking(system: System, caller: Context) -> Effect[[str], None]:
    """Begin a new epoch for a subject, on behalf of a caller."""

    def revoke(user: str) -> None:
        ended = system.authority.renew(user, system.clock.now())
        gone = tuple(one.capability for one in ended if one.capability is not None)
        why = f"{user}; delegations ended: {len(ended)}"
        system.audited("revoked", "revoke", caller, why, needs=gone)

    return OfTurn("revoke", revoke, _needed_to_revoke, caller)


def _needed_to_delegate(cap: Capability, *_: object) -> tuple[Capability, ...]:
    return Built.delegate, cap


def _needed_to_revoke(*_: object) -> tuple[Capability, ...]:
    return (Built.revoke,)


def _outside(*_: object) -> None:
    raise RuntimeError("this is performed by handlers only")


DELEGATE: Final[Effect[[Capability, str, datetime], None]] = OfTurn(
    "delegate", _outside, _needed_to_delegate
)
REVOKE: Final[Effect[[str], None]] = OfTurn("revoke", _outside, _needed_to_revoke)
"""The built-in effects as tests name them."""
