"""OpenTelemetry spans along intents: an entry's, and one for each handler below it.

The SDK and an exporter are the user's: without them no span is made.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

from opentelemetry import context as current
from opentelemetry import trace
from opentelemetry.trace import (
    NoOpTracer,
    ProxyTracerProvider,
    Span,
    SpanKind,
    StatusCode,
    Tracer,
)

from packetflow.errors import Denied
from packetflow.intent import Failure, Intent
from packetflow.observe.dressing import Dress, Function, dress
from packetflow.observe.origins import follow_origins, taken

if TYPE_CHECKING:
    from packetflow.actor.route import Route
    from packetflow.app import App

# Seconds until it is looked again whether the process has got an SDK.
_LOOKS: Final = 1.0

# A span that is open, if it is sampled, and what ends its being the current one.
_Open: TypeAlias = tuple[Span | None, Any]


@final
class Spans:
    """Spans of one app, from when it is made. Values of fields never stand in them.

    What the sampler leaves out at an entry is left out below it, without asking again.
    """

    def __init__(self, app: App, tracer: Tracer | None = None) -> None:
        """Without a tracer, that of the provider which is set for the process.

        Until there is one nothing is made; one that is set later is found in a second.
        """
        self._app = app
        self._tracer: Tracer | None = None
        self._next_look = 0.0 if tracer is None else float("inf")
        # On this app alone: other apps go on without asking anything.
        members = vars(app)
        members["ask"] = self._entry(app.ask, "ask")
        members["ask_alone"] = self._entry(app.ask_alone, "ask")
        members["tell"] = self._entry(app.tell, "tell")
        if tracer is not None and not isinstance(tracer, NoOpTracer):
            self._begin(tracer)

    def _begin(self, tracer: Tracer) -> None:
        self._tracer = tracer
        follow_origins(self._app.system)
        dress(self._app.system, Dress(self._plain, self._waiting))

    def _found(self) -> bool:
        """Look for an SDK."""
        self._next_look = perf_counter() + _LOOKS
        provider = trace.get_tracer_provider()
        if isinstance(provider, ProxyTracerProvider):
            return False
        tracer = provider.get_tracer("packetflow")
        if isinstance(tracer, NoOpTracer):
            return False
        self._begin(tracer)
        return True

    # -- entries -----------------------------------------------------------------------

    def _entry(self, enter: Callable[..., Awaitable[Any]], how: str) -> Function:
        def entered(
            intent: Intent[Any], caller: Any, key: str | None = None
        ) -> Awaitable[Any]:
            if self._tracer is None and (
                perf_counter() < self._next_look or not self._found()
            ):
                return enter(intent, caller, key)
            return self._entered(enter, how, intent, caller, key)

        return entered

    async def _entered(
        self,
        enter: Callable[..., Awaitable[Any]],
        how: str,
        intent: Intent[Any],
        caller: Any,
        key: str | None,
    ) -> Any:
        assert self._tracer is not None
        span = self._tracer.start_span(
            f"{how} {type(intent).__name__}",
            kind=SpanKind.SERVER,
            attributes={"packetflow.request_id": getattr(caller, "request_id", "")},
        )
        token = current.attach(trace.set_span_in_context(span))
        try:
            return await enter(intent, caller, key)
        except BaseException as error:
            _broken(span, error)
            raise
        finally:
            current.detach(token)
            span.end()

    # -- handlers ----------------------------------------------------------------------

    def _plain(self, route: Route, function: Function) -> Function:
        def spanned(reactor: Any, turn: Any, intent: Any) -> Any:
            span, token = self._open(route, turn.caller.request_id)
            try:
                return function(reactor, turn, intent)
            except BaseException as error:
                if span is not None:
                    _broken(span, error)
                raise
            finally:
                _close(span, token)

        return spanned

    def _waiting(self, route: Route, function: Function) -> Function:
        async def spanned(reactor: Any, turn: Any, intent: Any) -> Any:
            span, token = self._open(route, turn.caller.request_id)
            try:
                return await function(reactor, turn, intent)
            except BaseException as error:
                if span is not None:
                    _broken(span, error)
                raise
            finally:
                _close(span, token)

        return spanned

    def _open(self, route: Route, request_id: str) -> _Open:
        origin = taken()
        parent = trace.get_current_span(origin).get_span_context()
        if parent.is_valid and not parent.trace_flags.sampled:
            # Spans of the user's have to know that they are not wanted, either.
            return None, None if origin is None else current.attach(origin)
        assert self._tracer is not None
        span = self._tracer.start_span(
            route.name,
            origin,
            attributes={
                "packetflow.reactor": route.cell.name,
                "packetflow.request_id": request_id,
            },
        )
        return span, current.attach(trace.set_span_in_context(span, origin))


def _close(span: Span | None, token: Any) -> None:
    if token is not None:
        current.detach(token)
    if span is not None:
        span.end()


def _broken(span: Span, error: BaseException) -> None:
    """Say how it ended; what an exception says may hold a caller's data."""
    if not span.is_recording():
        return
    kind = type(error).__name__
    span.set_attribute("error.type", kind)
    if isinstance(error, Failure | Denied):
        # It did what it has to: by the conventions, no error of the server.
        span.set_attribute("packetflow.outcome", "refused")
    else:
        span.set_attribute("packetflow.outcome", "broken")
        span.set_status(StatusCode.ERROR, kind)
