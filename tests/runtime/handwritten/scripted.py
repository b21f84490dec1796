"""Reactors that ask, send, emit and perform by script, and write down what they saw."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, ClassVar

from packetflow import (
    ANY,
    AnyHandler,
    App,
    AsyncEffect,
    Capability,
    Child,
    Context,
    DeadlineExceeded,
    Effect,
    Event,
    Handler,
    Intent,
    Propagation,
    Reactor,
    Retry,
    State,
    Supervise,
    Turn,
    Unavailable,
)
from tests.runtime.handwritten.store import WRITE, Missing

OWN = WRITE("/own/**")


class Isolating(Context, frozen=True, kw_only=True):
    propagate: ClassVar[Propagation] = Propagation.ISOLATE


class World:
    """What the reactors of a test saw, and what they wait for."""

    log: ClassVar[list[str]] = []
    callers: ClassVar[list[Context]] = []
    gate: ClassVar[asyncio.Event]

    @classmethod
    def begin(cls) -> None:
        """As before anything happened."""
        cls.log.clear()
        cls.callers.clear()
        cls.gate = asyncio.Event()


def _line(text: str) -> None:
    if text == "break":
        raise OSError(text)
    World.log.append(text)


async def _line_later(text: str) -> None:
    await asyncio.sleep(0)
    _line(text)


def _needs(path: str) -> tuple[Capability, ...]:
    return (WRITE.exact(path),)


line = Effect("m.line", _line)
line_later = AsyncEffect("m.line_later", _line_later)
guarded = Effect("m.guarded", _line, requires=_needs)


class Noted(Event, frozen=True):
    text: str


class Guarded(Event, frozen=True):
    path: str

    def missing(self, caller: Context) -> tuple[Capability, ...]:
        needed = WRITE.exact(self.path)
        return () if caller.can(needed) else (needed,)


class Keep(Intent[str], frozen=True):
    """Handled by the callee: remembers who called."""

    path: str = "/a"
    how: str = ""

    def missing(self, caller: Context) -> tuple[Capability, ...]:
        needed = WRITE.exact(self.path)
        return () if caller.can(needed) else (needed,)


class KeepSlowly(Keep, frozen=True):
    """The same, and waits for the gate."""


class Run(Intent[Any], frozen=True):
    """Handled by the asker: runs a script."""

    script: str
    path: str = "/a"


class Callee(Reactor[State]):
    def on_keep(self, turn: Turn[State], intent: Keep) -> str:
        World.callers.append(turn.caller)
        World.log.append(f"keep {intent.path}")
        if intent.how == "fail":
            raise Missing(intent.path)
        if intent.how == "fault":
            raise ZeroDivisionError
        return f"kept {intent.path}"

    async def on_keep_slowly(self, turn: Turn[State], intent: KeepSlowly) -> str:
        World.callers.append(turn.caller)
        await World.gate.wait()
        return "kept slowly"

    name: ClassVar[str] = "m.Callee"
    handlers: ClassVar[tuple[AnyHandler, ...]] = (
        Handler(Keep, on_keep),
        Handler(KeepSlowly, on_keep_slowly),
    )


class Asker(Reactor[State]):
    async def on_run(self, turn: Turn[State], intent: Run) -> Any:
        return await SCRIPTS[intent.script](turn, intent)

    name: ClassVar[str] = "m.Asker"
    holds: ClassVar[tuple[Capability, ...]] = (OWN,)
    handlers: ClassVar[tuple[AnyHandler, ...]] = (Handler(Run, on_run),)


class Inline(Intent[str], frozen=True):
    """Handled inline, with things to do after the commit."""

    script: str


class Inliner(Reactor[State]):
    def on_inline(self, turn: Turn[State], intent: Inline) -> str:
        if intent.script == "order":
            turn.emit(Noted("1"))
            turn.performs(line, "2")
            turn.performs(line_later, "3")
            turn.emit(Noted("4"))
            turn.send(Keep("/5"))
            turn.performs(line_later, "6")
        else:
            turn.performs(line, "break")
            turn.performs(line_later, "break")
            turn.performs(line, "after")
        return "done"

    name: ClassVar[str] = "m.Inliner"
    handlers: ClassVar[tuple[AnyHandler, ...]] = (Handler(Inline, on_inline),)


class WorldApp(App):
    tree: ClassVar[Supervise] = Supervise(
        max_restarts=100, children=(Child(Callee), Child(Asker), Child(Inliner))
    )
    grants: ClassVar = {Asker: (WRITE(ANY),)}


async def _ask(turn: Turn[State], intent: Run) -> str:
    return await turn.ask(Keep(intent.path))


async def _ask_twice(turn: Turn[State], intent: Run) -> list[str]:
    return [await turn.ask(Keep("/a")), await turn.ask(Keep("/b"))]


async def _ask_failing(turn: Turn[State], intent: Run) -> str:
    try:
        return await turn.ask(Keep("/a", "fail"))
    except Missing as error:
        return f"missing {error.path}"


async def _ask_faulting(turn: Turn[State], intent: Run) -> str:
    try:
        return await turn.ask(Keep("/a", "fault"))
    except Unavailable as error:
        return error.reason


async def _ask_unhandled_fault(turn: Turn[State], intent: Run) -> str:
    return await turn.ask(Keep("/a", "fault"))


async def _ask_slowly(turn: Turn[State], intent: Run) -> str:
    try:
        return await turn.ask(KeepSlowly(), within=timedelta(seconds=2))
    except DeadlineExceeded:
        return "too slow"


async def _ask_itself(turn: Turn[State], intent: Run) -> Any:
    return await turn.ask(Run("ask"))


async def _ask_again(turn: Turn[State], intent: Run) -> str:
    retry = Retry(3, first=1.0, last=4.0)
    try:
        return await turn.ask(Keep("/a", intent.path), retry=retry)
    except Unavailable:
        return "gave up"


async def _only(turn: Turn[State], intent: Run) -> str:
    return await turn.ask(Keep("/a"), only=(WRITE("/a"),))


async def _with_authority(turn: Turn[State], intent: Run) -> str:
    with turn.authority("the own log"):
        return await turn.ask(Keep("/own/log"))


async def _send(turn: Turn[State], intent: Run) -> None:
    turn.send(Keep("/a"))
    World.log.append("sent")


async def _send_and_break(turn: Turn[State], intent: Run) -> None:
    turn.send(Keep("/a"))
    turn.emit(Noted("never"))
    turn.performs(line, "never")
    raise ZeroDivisionError


async def _send_later(turn: Turn[State], intent: Run) -> None:
    turn.send(Keep(intent.path), after=timedelta(seconds=60))


async def _emit_guarded(turn: Turn[State], intent: Run) -> None:
    turn.emit(Guarded(intent.path))


async def _perform_guarded(turn: Turn[State], intent: Run) -> None:
    guarded(intent.path)


async def _perform_in_authority(turn: Turn[State], intent: Run) -> None:
    with turn.authority("the own log"):
        guarded("/own/log")
    guarded("/a")


async def _performs_guarded(turn: Turn[State], intent: Run) -> None:
    turn.performs(guarded, "/own/log")
    turn.performs(guarded, intent.path)


async def _can(turn: Turn[State], intent: Run) -> list[bool]:
    with turn.authority("to see whether it counts"):
        return [turn.can(WRITE("/a")), turn.can(OWN)]


SCRIPTS = {
    "ask": _ask,
    "ask_twice": _ask_twice,
    "ask_failing": _ask_failing,
    "ask_faulting": _ask_faulting,
    "ask_unhandled_fault": _ask_unhandled_fault,
    "ask_slowly": _ask_slowly,
    "ask_itself": _ask_itself,
    "ask_again": _ask_again,
    "only": _only,
    "with_authority": _with_authority,
    "send": _send,
    "send_and_break": _send_and_break,
    "send_later": _send_later,
    "emit_guarded": _emit_guarded,
    "perform_guarded": _perform_guarded,
    "perform_in_authority": _perform_in_authority,
    "performs_guarded": _performs_guarded,
    "can": _can,
}

WRITER = Context(capabilities=(WRITE(ANY),))
NOBODY = Context()
