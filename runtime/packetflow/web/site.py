"""The ASGI application: routes a request, guards it, and answers whatever happens."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from typing import Any, Final, Protocol, cast

from packetflow.authority import Authority
from packetflow.clock import Clock
from packetflow.errors import PacketFlowError
from packetflow.web.api import ApiHandler
from packetflow.web.dashboard import Dashboard, Shown
from packetflow.web.document import STYLE, STYLE_PATH, STYLE_VERSION
from packetflow.web.http import (
    Receive,
    Request,
    Response,
    Scope,
    Send,
    problem_response,
)
from packetflow.web.page import Web
from packetflow.web.pages import PageHandler, Painter, log_fault
from packetflow.web.problem import ProblemError, problem, problem_of
from packetflow.web.router import BadPath, Found, Router, split_path
from packetflow.web.security import check_same_origin, security_headers
from packetflow.web.session import Sessions
from packetflow.web.signin import SIGN_OUT, SignIn, SignOut
from packetflow.web.view import Asks
from packetflow.web.visit import SIGN_IN, Visit, Visitors

__all__ = ["Application", "Site", "asgi", "web_of"]

_NO_STORE: Final = ((b"cache-control", b"no-store"),)
_ONE_YEAR: Final = "public, max-age=31536000, immutable"


class Application(Asks, Protocol):
    """The part of an app that a site needs."""

    @property
    def web(self) -> object:
        """What the app serves: a `Web`, or None."""

    @property
    def authority(self) -> Authority:
        """Epochs and delegations of those who sign in."""
        ...

    @property
    def clock(self) -> Clock:
        """Where the app takes the time from."""
        ...

    @property
    def running(self) -> bool:
        """Whether the app has been started."""
        ...

    async def __aenter__(self) -> Any:
        """Start."""

    async def __aexit__(self, *exc: object) -> Any:
        """Stop."""


class Handler(Protocol):
    """Whatever answers a route."""

    async def answer(self, visit: Visit) -> Response:
        """Answer a request; never raises for what the request contains."""
        ...


class Site:
    """An app's pages and APIs as one ASGI application.

    The server's lifespan starts and stops the app, unless it is running already or
    `starts_app` says that somebody else sees to it.
    `hosts`, if given, are the only host names that are answered (ports do not matter),
    which keeps a page on another name from reaching a server on this machine.
    """

    def __init__(
        self,
        app: Application,
        web: Web,
        *,
        development: bool = False,
        hosts: Collection[str] | None = None,
        starts_app: bool = True,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.web = web
        self.sessions = Sessions(now)
        self._app = app
        self._starts_app = starts_app
        self._hosts = frozenset(hosts) if hosts is not None else None
        self._visitors = Visitors(self.sessions, web.auth, app.authority, app.clock)
        self._painter = Painter(web, development=development)
        self._router: Router[Handler] = Router(self._routes())
        self._headers = {
            secure: security_headers(secure=secure, images=web.images)
            for secure in (False, True)
        }

    def _routes(self) -> Iterator[tuple[str, str, Handler]]:
        for page in self.web.pages:
            shown = PageHandler(page, self._app, self._visitors, self._painter)
            yield "GET", page.route.pattern, shown
            if page.forms:
                yield "POST", page.route.pattern, shown
        for api in self.web.apis:
            for endpoint in api.endpoints:
                pattern = api.path.rstrip("/") + endpoint.pattern
                yield (
                    endpoint.method,
                    pattern,
                    ApiHandler(endpoint, api.context, self._app, self._visitors),
                )
        yield "GET", STYLE_PATH, _Style()
        yield "GET", "/favicon.ico", _NoIcon()
        if self.web.auth:
            sign_in = SignIn(self._visitors, self._painter)
            yield "GET", SIGN_IN, sign_in
            yield "POST", SIGN_IN, sign_in
            yield "POST", SIGN_OUT, SignOut(self._visitors, self._painter)
            if hasattr(self._app, "observe"):
                app = cast("Shown", self._app)
                shown_app = Dashboard(app, self.web, self._visitors, self._painter)
                yield from shown_app.routes()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection scope, as ASGI has it."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            response = await self._respond(scope, receive)
            headers = self._headers[scope.get("scheme") == "https"]
            if not any(name == b"cache-control" for name, _ in response.headers):
                headers += _NO_STORE
            await response.send(send, headers, head=scope["method"] == "HEAD")
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _respond(self, scope: Scope, receive: Receive) -> Response:
        try:
            request = Request(scope, receive)
            self._check_host(request)
            segments = split_path(request.raw_path)
        except ProblemError as error:
            return problem_response(error)
        except BadPath as error:
            return problem_response(ProblemError(problem(400, str(error))))
        found = self._router.find(segments)
        parameters = found.parameters(_answering(request.method)) if found else {}
        visit = self._visitors.visit(request, parameters)
        try:
            handler = self._handler(visit, found, segments)
            if isinstance(handler, Response):
                return handler
            check_same_origin(request)
            self._count(visit)
            return await handler.answer(visit)
        except Exception as error:
            return self._told(visit, error)

    def _handler(
        self, visit: Visit, found: Found[Handler] | None, segments: tuple[str, ...]
    ) -> Handler | Response:
        method = visit.request.method
        if found is None:
            if method in ("GET", "HEAD") and len(segments) > 1 and not segments[-1]:
                return self._without_slash(visit, segments)
            raise ProblemError(problem(404))
        handler = found.methods.get(_answering(method))
        if handler is not None:
            return handler
        allowed = set(found.methods) | {"OPTIONS"}
        if "GET" in allowed:
            allowed.add("HEAD")
        headers = (("allow", ", ".join(sorted(allowed))),)
        if method == "OPTIONS":
            return Response(204, headers=headers)
        raise ProblemError(problem(405, headers=headers))

    def _without_slash(self, visit: Visit, segments: tuple[str, ...]) -> Response:
        """Paths have no slash at the end: send those that came with one along."""
        if not segments[0] or self._router.find(segments[:-1]) is None:
            raise ProblemError(problem(404))
        path, _, sent = visit.request.target.partition("?")
        location = path[:-1] + ("?" + sent if sent else "")
        return Response(308, headers=[("location", location)])

    def _told(self, visit: Visit, error: Exception) -> Response:
        """Tell of an error before any handler: to a browser as a page, else as JSON."""
        told = problem_of(error)
        log_fault(visit.request, told, error)
        if "text/html" in visit.request.header(b"accept"):
            return self._painter.error(visit, error, told)
        return problem_response(ProblemError(told))

    def _check_host(self, request: Request) -> None:
        if self._hosts is None:
            return
        name = request.host.rpartition(":")[0] if _has_port(request.host) else ""
        if (name or request.host).strip("[]") not in self._hosts:
            raise ProblemError(problem(421, "This host is not served here."))

    def _count(self, visit: Visit) -> None:
        if self.web.limit is None:
            return
        client = visit.request.scope.get("client")
        address = client[0] if client else ""
        user = visit.subject
        self.web.limit.count(f"user {user}" if user else f"address {address}")

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        starts = self._starts_app and not self._app.running
        try:
            if starts:
                await self._app.__aenter__()
        except Exception as error:
            told = str(error) if isinstance(error, PacketFlowError) else repr(error)
            await send({"type": "lifespan.startup.failed", "message": told})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        if starts:
            await self._app.__aexit__(None, None, None)
        await send({"type": "lifespan.shutdown.complete"})


def web_of(app: Application) -> Web:
    """Give what an app serves; raises LookupError if that is nothing."""
    web = app.web
    if not isinstance(web, Web):
        raise LookupError(f"{type(app).__name__} declares no web")
    return web


def asgi(
    app: Application,
    *,
    development: bool = False,
    hosts: Collection[str] | None = None,
) -> Site:
    """Make the ASGI application of an app, to be mounted or served anywhere."""
    return Site(app, web_of(app), development=development, hosts=hosts)


def _has_port(host: str) -> bool:
    return ":" in host.rpartition("]")[2]


def _answering(method: str) -> str:
    """What a request is routed as: HEAD is GET without a body."""
    return "GET" if method == "HEAD" else method


class _Style:
    """Answers for the stylesheet; its URL holds a hash, so it can be kept for ever."""

    async def answer(self, visit: Visit) -> Response:
        version = visit.request.query().get("v", [""])[0]
        lasting = _ONE_YEAR if version == STYLE_VERSION else "no-cache"
        return Response(
            200, STYLE, "text/css; charset=utf-8", [("cache-control", lasting)]
        )


class _NoIcon:
    """Answers browsers that ask for an icon on their own: there is none."""

    async def answer(self, visit: Visit) -> Response:
        return Response(204, headers=[("cache-control", "max-age=86400")])
