"""Structured logs: one JSON object a line, with the request that was being handled."""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from packetflow.observe.dressing import Dress, Function, dress

if TYPE_CHECKING:
    from packetflow.actor.route import Route
    from packetflow.app import App
    from packetflow.context import Context


class Request(NamedTuple):
    """What is being handled: whose request, which intent, by which reactor."""

    request_id: str
    intent: str
    reactor: str


# The caller and where the intent went; what is shown of it is made by who asks.
_HANDLED: Final[ContextVar[tuple[Context, Route] | None]] = ContextVar(
    "handled", default=None
)


def follow(app: App) -> None:
    """Know from now on, in every line that is logged, what the app is handling."""
    dress(app.system, Dress(_plain, _waiting))


def request() -> Request | None:
    """What is being handled here and now; None outside of handlers."""
    handled = _HANDLED.get()
    if handled is None:
        return None
    caller, route = handled
    return Request(caller.request_id, route.name, route.cell.name)


def _plain(route: Route, function: Function) -> Function:
    def followed(reactor: Any, turn: Any, intent: Any) -> Any:
        token = _HANDLED.set((turn.caller, route))
        try:
            return function(reactor, turn, intent)
        finally:
            _HANDLED.reset(token)

    return followed


def _waiting(route: Route, function: Function) -> Function:
    async def followed(reactor: Any, turn: Any, intent: Any) -> Any:
        token = _HANDLED.set((turn.caller, route))
        try:
            return await function(reactor, turn, intent)
        finally:
            _HANDLED.reset(token)

    return followed


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON; further fields of a record stand beside.

    An exception is there with its type and its traceback.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        handled = request()
        if handled is not None:
            line.update(handled._asdict())
        line.update(_span())
        for name, value in vars(record).items():
            if name not in _USUAL and name not in line:
                line[name] = value
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["traceback"] = self.formatException(record.exc_info)
        return _json(line)


def _span() -> dict[str, str]:
    """The trace and the span that are current, if spans are made at all."""
    trace = sys.modules.get("opentelemetry.trace")
    if trace is None:
        return {}
    found = trace.get_current_span().get_span_context()
    if not found.is_valid:
        return {}
    return {
        "trace_id": trace.format_trace_id(found.trace_id),
        "span_id": trace.format_span_id(found.span_id),
    }


def _json(line: dict[str, object]) -> str:
    """One line of good JSON, whatever the values are."""
    try:
        text = json.dumps(line, default=str, ensure_ascii=False, allow_nan=False)
    except Exception:
        # Such as infinity, a key that is a tuple, a circle: as text, each by itself.
        text = json.dumps(
            {name: _plain_value(value) for name, value in line.items()},
            ensure_ascii=False,
        )
    # Half of a surrogate pair has no UTF-8, but an escape in JSON.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _plain_value(value: object) -> object:
    if value is None or isinstance(value, str | bool | int):
        return value
    try:
        return repr(value)
    except Exception:
        return f"<{type(value).__name__}>"


_USUAL: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
