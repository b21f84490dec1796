"""Where an intent comes from, as traces know it: beside it, in queues and in journals."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, final

from opentelemetry import context as current
from opentelemetry.context import Context as TraceContext
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from packetflow.observe.watched_queue import Watcher, watch

if TYPE_CHECKING:
    from packetflow.actor.mailbox import Message
    from packetflow.actor.route import Route
    from packetflow.actor.system import System
    from packetflow.intent import Intent

# The key in a context's own dictionary: journals keep what stands there, as text.
_ORIGIN: Final = "origin"
_HEADER: Final = "traceparent"
_W3C: Final = TraceContextTextMapPropagator()

# Where the message comes from that its reactor has just taken; its handler asks once.
_TAKEN: Final[ContextVar[TraceContext | None]] = ContextVar("taken", default=None)


@final
class _Origin:
    """The trace context of a sender; as text, a W3C `traceparent`."""

    __slots__ = ("context",)

    def __init__(self, context: TraceContext) -> None:
        self.context = context

    def __str__(self) -> str:
        carrier: dict[str, str] = {}
        _W3C.inject(carrier, self.context)
        return carrier.get(_HEADER, "")


def follow_origins(system: System) -> None:
    """Let each intent that is sent or queued from now on know where it comes from."""
    child, admit = system.child, system.admit

    def noted(route: Route, intent: Intent[Any], *others: Any) -> Any:
        made = child(route, intent, *others)
        vars(made)[_ORIGIN] = _Origin(current.get_current())
        return made

    def admitted(route: Route, intent: Intent[Any], caller: Any) -> Any:
        made = admit(route, intent, caller)
        if made is not caller and _ORIGIN in vars(caller):
            vars(made)[_ORIGIN] = vars(caller)[_ORIGIN]
        return made

    # On this system alone: others go on without asking anything.
    vars(system)["child"] = noted
    vars(system)["admit"] = admitted
    for route in system.every_route():
        watch(route.cell, _WATCHER)
    system.dressers.append(lambda route: watch(route.cell, _WATCHER))


def taken() -> TraceContext | None:
    """Where the message that is handled comes from; None if that is around it."""
    origin = _TAKEN.get()
    if origin is not None:
        _TAKEN.set(None)
    return origin


def _enters(message: Message) -> None:
    if hasattr(message, "origin"):
        return
    origin = vars(message.caller).get(_ORIGIN)
    if isinstance(origin, _Origin):
        message.origin = origin.context
    elif origin is None:
        message.origin = current.get_current()
    else:  # from a journal
        message.origin = _W3C.extract({_HEADER: str(origin)})


def _leaves(message: Message) -> None:
    origin = message.origin
    assert isinstance(origin, TraceContext)
    _TAKEN.set(origin)


_WATCHER: Final = Watcher(_enters, _leaves)
