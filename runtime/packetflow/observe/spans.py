"""OpenTelemetry spans along intents: an entry's, and one for each handler below it.

The SDK and an exporter are the user's: without them the spans go nowhere.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final, final

from opentelemetry import context as current
from opentelemetry import trace
from opentelemetry.context import Context as TraceContext
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer

from packetflow.errors import Denied
from packetflow.intent import Failure, Intent
from packetflow.observe.dressing import dress

if TYPE_CHECKING:
    from packetflow.actor.route import Route
    from packetflow.app import App

# How many intents on their way are known; what was dropped is forgotten in time.
_ROOM: Final = 10_000


@final
class Spans:
    """Spans of one app, from when it is made. Values of fields never stand in them."""

    def __init__(self, app: App, tracer: Tracer | None = None) -> None:
        """Without a tracer, that of the provider which is set for the process."""
        self._tracer = trace.get_tracer("packetflow") if tracer is None else tracer
        self._sent: OrderedDict[int, deque[tuple[object, TraceContext]]] = OrderedDict()
        system = app.system
        # On this app alone: other apps go on without asking anything.
        members = vars(app)
        members["ask"] = partial(self._entry, app.ask, "ask")
        members["tell"] = partial(self._entry, app.tell, "tell")
        vars(system)["child"] = self._noting(system.child)
        dress(system, self._around)

    async def _entry(
        self,
        enter: Callable[..., Awaitable[Any]],
        how: str,
        intent: Intent[Any],
        caller: Any,
        **options: Any,
    ) -> Any:
        name = f"{how} {type(intent).__name__}"
        with self._span(name, SpanKind.SERVER) as span:
            span.set_attribute("packetflow.request_id", _request_id(caller))
            self._note(intent)
            return await enter(intent, caller, **options)

    def _noting(self, child: Callable[..., Any]) -> Callable[..., Any]:
        def noted(route: Any, intent: Intent[Any], *others: Any) -> Any:
            self._note(intent)
            return child(route, intent, *others)

        return noted

    def _note(self, intent: Intent[Any]) -> None:
        """Remember where an intent comes from: its handler may run in another task."""
        # The intent is kept with it, so that its identity is nobody else's meanwhile.
        key = id(intent)
        self._sent.setdefault(key, deque()).append((intent, current.get_current()))
        if len(self._sent) > _ROOM:
            self._sent.popitem(last=False)

    def _origin(self, intent: Intent[Any]) -> TraceContext | None:
        waiting = self._sent.get(id(intent))
        if not waiting:
            return None
        _, origin = waiting.popleft()
        if not waiting:
            del self._sent[id(intent)]
        return origin

    @contextmanager
    def _around(self, route: Route, turn: Any, intent: Any) -> Iterator[None]:
        origin = self._origin(intent)
        with self._span(route.name, SpanKind.INTERNAL, origin) as span:
            span.set_attribute("packetflow.reactor", turn.cell.name)
            span.set_attribute("packetflow.request_id", _request_id(turn.caller))
            yield

    @contextmanager
    def _span(
        self, name: str, kind: SpanKind, origin: TraceContext | None = None
    ) -> Iterator[Span]:
        with self._tracer.start_as_current_span(
            name,
            origin,
            kind=kind,
            # What an exception says may hold a caller's data.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield span
            except BaseException as error:
                kinds = (Failure, Denied)
                outcome = "refused" if isinstance(error, kinds) else "broken"
                span.set_attribute("packetflow.outcome", outcome)
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise


def _request_id(caller: Any) -> str:
    return str(getattr(caller, "request_id", ""))
