"""The built-in effects: what a handler gives away, and what it takes back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar, cast

import msgspec

from packetflow.capability import Capability, Held
from packetflow.capability.system import System as Built
from packetflow.context import Context
from packetflow.delegation import NO_KEY, Delegation, Key
from packetflow.effect import SCOPE, Effect, Requirement, idempotency_key
from packetflow.errors import Denied

if TYPE_CHECKING:
    from packetflow.actor.system import System

P = ParamSpec("P")
R = TypeVar("R")


class OfTurn(Effect[P, R]):
    """An effect of one turn, which knows its caller: no name leads to it.

    `off_loop` does the same without holding up the event loop, None if nothing that it
    does takes time.
    """

    __slots__ = ("caller", "is_own", "off_loop")

    def __init__(
        self,
        name: str,
        function: Callable[P, R],
        requires: Requirement,
        caller: Context | None = None,
        is_own: bool = False,
        off_loop: Callable[P, Awaitable[R]] | None = None,
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
        self.off_loop = off_loop

    def later(self, *args: P.args, **kwargs: P.kwargs) -> Awaitable[R] | None:
        """Perform it after a commit; what has to be awaited."""
        if self.off_loop is not None:
            return self.soon(*args, **kwargs)
        self(*args, **kwargs)
        return None

    async def soon(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Perform it; on return it is done, and others went on meanwhile."""
        if self.off_loop is None:
            return self(*args, **kwargs)
        scope = SCOPE.get()
        stub = None
        if scope is not None:
            self._entered(scope, *args, **kwargs)
            stub = scope.stubs.get(self.name)
        try:
            if stub is not None:
                return cast(R, stub(*args, **kwargs))
            return await self.off_loop(*args, **kwargs)
        except Exception as error:
            self._failed(error)

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
        return partial(revoking(system, caller, again=True).later, *arguments)
    cap, to, until = arguments
    effect = delegating(system, caller, holds if is_own else None, again=True)
    return partial(effect.later, codec.capability(cap), to, until)


def delegating(
    system: System,
    caller: Context,
    holds: Held | None = None,
    *,
    again: bool = False,
) -> OfTurn[[Capability, str, datetime], None]:
    """Give a subject a capability until an instant, on behalf of a caller.

    It is the caller's, unless `holds` says that it is the reactor's own. With `again`
    it may have been done before the process died: then nothing more is given.
    """
    authority = system.authority

    def delegate(cap: Capability, to: str, until: datetime) -> None:
        with _denial_told(system, caller):
            now = system.clock.now()
            made = authority.hand_on(cap, to, until, caller, now, holds, _key(again))
        told(cap, to, made)

    async def soon(cap: Capability, to: str, until: datetime) -> None:
        with _denial_told(system, caller):
            now = system.clock.now()
            made = await authority.hand_on_soon(
                cap, to, until, caller, now, holds, _key(again)
            )
        told(cap, to, made)

    def told(cap: Capability, to: str, made: Delegation) -> None:
        why = f"{made.capability} to {to}"
        system.audited("delegated", "delegate", caller, why, needs=(cap,))

    return OfTurn(
        "delegate",
        delegate,
        _needed_to_delegate,
        caller,
        holds is not None,
        None if authority.at_once else soon,
    )


@contextmanager
def _denial_told(system: System, caller: Context) -> Iterator[None]:
    try:
        yield
    except Denied as denied:  # revoked while the handler ran
        system.audited("denied", "delegate", caller, str(denied), denied.missing)
        raise


def revoking(
    system: System, caller: Context, *, again: bool = False
) -> OfTurn[[str], None]:
    """Begin a new epoch for a subject, on behalf of a caller.

    With `again` it may have been done before the process died: then it is not done
    once more, to whoever signed in since.
    """
    authority = system.authority

    def revoke(user: str) -> None:
        told(user, authority.renew(user, system.clock.now(), _key(again)))

    async def soon(user: str) -> None:
        now = system.clock.now()
        told(user, await authority.renew_soon(user, now, _key(again)))

    def told(user: str, ended: tuple[Delegation, ...]) -> None:
        gone = tuple(one.capability for one in ended if one.capability is not None)
        why = f"{user}; delegations ended: {len(ended)}"
        system.audited("revoked", "revoke", caller, why, needs=gone)

    later = None if authority.at_once else soon
    return OfTurn("revoke", revoke, _needed_to_revoke, caller, off_loop=later)


def _key(again: bool) -> Key:
    """What it is found by if it is performed again; only what outlives a crash is."""
    name = idempotency_key()
    return NO_KEY if name is None else Key(name, again)


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
