"""Requests and responses: the thin, strict layer over ASGI's dictionaries."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Final
from urllib.parse import parse_qsl

from packetflow.web.problem import ProblemError, problem

__all__ = ["Receive", "Request", "Response", "Scope", "Send"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

BODY_LIMIT: Final = 64 * 1024
"""Bytes that a body may have unless its intent says otherwise."""

_FIELD_LIMIT: Final = 1000
_HOST: Final = re.compile(
    r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_](?:[A-Za-z0-9_.-]*))(:\d+)?"
)


class Request:
    """One HTTP request; its body is read at most once and never beyond a limit."""

    __slots__ = ("_receive", "headers", "host", "method", "raw_path", "scope")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        """Read the head; raises ProblemError (400) unless there is one good Host."""
        self.scope = scope
        self._receive = receive
        self.method: str = scope["method"]
        self.raw_path = _raw_path(scope)
        self.headers: dict[bytes, bytes] = {}
        hosts = 0
        for name, value in scope["headers"]:
            if name == b"host":
                hosts += 1
            elif name == b"cookie" and name in self.headers:
                value = self.headers[name] + b"; " + value
            self.headers[name] = value
        self.host = self.headers.get(b"host", b"").decode("latin-1").lower()
        if hosts != 1 or not _HOST.fullmatch(self.host):
            raise ProblemError(problem(400, "A request has exactly one Host."))

    @property
    def secure(self) -> bool:
        """Whether the request came over TLS."""
        return bool(self.scope.get("scheme") == "https")

    @property
    def origin(self) -> str:
        """The origin of this site as the client sees it."""
        return f"{'https' if self.secure else 'http'}://{self.host}"

    @property
    def target(self) -> str:
        """The path and query as they were sent, which is where a form posts back to."""
        query: bytes = self.scope.get("query_string", b"")
        whole = self.raw_path + b"?" + query if query else self.raw_path
        return whole.decode("latin-1")

    def header(self, name: bytes) -> str:
        """Give a header's value, or an empty string."""
        return self.headers.get(name, b"").decode("latin-1")

    def cookie(self, name: str) -> str:
        """Give a cookie's value, or an empty string."""
        for pair in self.header(b"cookie").split(";"):
            key, _, value = pair.strip().partition("=")
            if key == name:
                return value
        return ""

    def query(self) -> dict[str, list[str]]:
        """Give the query's parameters in order; raises ProblemError if malformed."""
        return _pairs(self.scope.get("query_string", b""))

    async def body(self, limit: int = BODY_LIMIT) -> bytes:
        """Read the body; raises ProblemError (413) as soon as it passes the limit."""
        declared = self.header(b"content-length")
        if declared.isdecimal() and int(declared) > limit:
            raise ProblemError(problem(413, f"A body has at most {limit} bytes."))
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ProblemError(problem(400, "The client went away."))
            chunk: bytes = message.get("body", b"")
            size += len(chunk)
            if size > limit:
                raise ProblemError(problem(413, f"A body has at most {limit} bytes."))
            chunks.append(chunk)
            if not message.get("more_body", False):
                return b"".join(chunks)

    async def form(self, limit: int = BODY_LIMIT) -> dict[str, list[str]]:
        """Read a URL-encoded form; raises ProblemError (400, 413, 415)."""
        body = await self.body(limit)
        kind = self.header(b"content-type").partition(";")[0].strip().lower()
        if body and kind != "application/x-www-form-urlencoded":
            raise ProblemError(problem(415, "A form is URL-encoded."))
        return _pairs(body)


def _raw_path(scope: Scope) -> bytes:
    raw: bytes | None = scope.get("raw_path")
    if raw is None:
        path: str = scope["path"]
        return path.encode("utf-8").replace(b"%", b"%25")
    return raw.partition(b"?")[0]


def _pairs(encoded: bytes) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(
            encoded.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=_FIELD_LIMIT,
            errors="strict",
        )
    except ValueError:
        detail = "The query or form is not URL-encoded UTF-8."
        raise ProblemError(problem(400, detail)) from None
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


class Response:
    """A whole answer: its status, its headers and its body."""

    __slots__ = ("body", "headers", "status")

    def __init__(
        self,
        status: int,
        body: bytes = b"",
        content_type: str = "",
        headers: Iterable[tuple[str, str]] = (),
    ) -> None:
        self.status = status
        self.body = body
        self.headers = [(k.encode(), v.encode("latin-1")) for k, v in headers]
        if content_type:
            self.headers.append((b"content-type", content_type.encode()))

    async def send(
        self, send: Send, always: Iterable[tuple[bytes, bytes]], *, head: bool
    ) -> None:
        """Send it with the headers that every answer has; without body for HEAD."""
        headers = [*self.headers, *always]
        if self.status != 204:
            headers.append((b"content-length", b"%d" % len(self.body)))
        await send(
            {"type": "http.response.start", "status": self.status, "headers": headers}
        )
        await send(
            {"type": "http.response.body", "body": b"" if head else self.body},
        )


def see_other(location: str, headers: Iterable[tuple[str, str]] = ()) -> Response:
    """Send the browser to a path on this site with GET."""
    return Response(303, headers=[("location", location), *headers])


def problem_response(error: ProblemError) -> Response:
    """Tell a program what went wrong."""
    told = error.problem
    return Response(told.status, told.body(), "application/problem+json", told.headers)
