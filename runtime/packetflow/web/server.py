"""Serves an app with uvicorn, held to limits that stock servers do not have."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from packetflow.web.auth import is_loopback
from packetflow.web.site import Application, Site, web_of

__all__ = ["LimitedProtocol", "serve", "server"]

HEAD_SECONDS: Final = 5.0
HEAD_BYTES: Final = 32 * 1024
HEAD_FIELDS: Final = 100

_LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class LimitedProtocol(HttpToolsProtocol):
    """Closes connections whose request head is late, long, or has too many fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._in_head = True
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what belongs to a head that is not complete."""
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > HEAD_BYTES:
            self._stop_waiting()
            self.send_400_response("The request head is too large.")

    def on_message_begin(self) -> None:
        """Begin a head, the next one of this connection perhaps."""
        self._in_head = True
        self._head_bytes = 0
        if self._head_timer is None:
            self._wait_for_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """End a head; the parser answers 400 for what is raised here."""
        self._in_head = False
        self._stop_waiting()
        size = len(self.url) + sum(len(name) + len(val) for name, val in self.headers)
        if size > HEAD_BYTES or len(self.headers) > HEAD_FIELDS:
            raise ValueError("The request head is too large.")
        super().on_headers_complete()

    def _wait_for_head(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


def server(
    app: Application,
    host: str = "127.0.0.1",
    port: int | None = None,
    *,
    development: bool = True,
) -> uvicorn.Server:
    """Make the server of an app; `port` 0 takes any free one.

    Raises ValueError if development sign-in would be open to other machines.
    """
    web = web_of(app)
    local = is_loopback(host)
    if not local and any(not auth.allow_remote for auth in web.auth):
        raise ValueError(
            f"sign-in for development is for this machine only, not for {host}; "
            "say allow_remote=True if anybody may be anybody"
        )
    hosts = _LOOPBACK_NAMES | {host} if local else None
    config = uvicorn.Config(
        Site(app, web, development=development, hosts=hosts),
        host=host,
        port=web.port if port is None else port,
        http=LimitedProtocol,
        ws="none",
        lifespan="on",
        log_level="warning",
        server_header=False,
        timeout_keep_alive=5,
    )
    return uvicorn.Server(config)


def serve(
    app: Application,
    host: str = "127.0.0.1",
    port: int | None = None,
    *,
    development: bool = True,
) -> None:
    """Serve an app until it is interrupted."""
    asyncio.run(server(app, host, port, development=development).serve())
