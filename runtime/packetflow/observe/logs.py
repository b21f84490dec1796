"""Structured logs: one JSON object a line, with the request that was being handled."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from packetflow.observe.dressing import dress

if TYPE_CHECKING:
    from packetflow.actor.route import Route
    from packetflow.app import App


class Request(NamedTuple):
    """What is being handled: whose request, which intent, by which reactor."""

    request_id: str
    intent: str
    reactor: str


_REQUEST: Final[ContextVar[Request | None]] = ContextVar("request", default=None)


def follow(app: App) -> None:
    """Know from now on, in every line that is logged, what the app is handling."""
    dress(app.system, _around)


def request() -> Request | None:
    """What is being handled here and now; None outside of handlers."""
    return _REQUEST.get()


@contextmanager
def _around(route: Route, turn: Any, intent: Any) -> Iterator[None]:
    made = Request(turn.caller.request_id, route.name, turn.cell.name)
    token = _REQUEST.set(made)
    try:
        yield
    finally:
        _REQUEST.reset(token)


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
        handled = _REQUEST.get()
        if handled is not None:
            line.update(handled._asdict())
        for name, value in vars(record).items():
            if name not in _USUAL and name not in line:
                line[name] = value
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


_USUAL: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
