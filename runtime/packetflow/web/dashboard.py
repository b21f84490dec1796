"""The dashboard under `/_pf`: what runs, for those who may see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Protocol

import msgspec

from packetflow.capability.system import System
from packetflow.context import Context
from packetflow.errors import Denied
from packetflow.web.dashboard_page import PAUSED, body
from packetflow.web.http import Response, problem_response
from packetflow.web.page import Web
from packetflow.web.pages import Painter
from packetflow.web.problem import ProblemError, problem_of
from packetflow.web.visit import SIGN_IN, NotSignedIn, Visit, Visitors

__all__ = ["PATH", "Dashboard", "Shown"]

PATH: Final = "/_pf"

# Seconds until a browser asks again; without a script, so that none has to be allowed.
_AGAIN: Final = "5"


class Shown(Protocol):
    """The part of an app that the dashboard shows."""

    @property
    def system(self) -> Any:
        """What keeps the audit and the clock."""

    def observe(self) -> object:
        """Measure from now on."""

    def overview(self) -> dict[str, Any]:
        """How everything is, as plain values."""
        ...

    def metrics(self) -> str:
        """Everything in Prometheus' text format."""
        ...


class Dashboard:
    """Answers under `/_pf` for callers with `System.dashboard`, and for nobody else."""

    def __init__(
        self, app: Shown, web: Web, visitors: Visitors, painter: Painter
    ) -> None:
        self._app = app
        self._web = web
        self._visitors = visitors
        self._painter = painter
        # Whoever looks wants to see what was before.
        app.observe()

    def routes(self) -> Iterator[tuple[str, str, _Handler]]:
        """The routes of the dashboard."""
        yield "GET", PATH, _Handler(self, "page")
        yield "GET", f"{PATH}/reactors", _Handler(self, "reactors")
        yield "GET", f"{PATH}/metrics", _Handler(self, "metrics")

    async def answer(self, visit: Visit, what: str) -> Response:
        """Check who asks, and show it."""
        if what != "page":
            try:
                await self._admit(visit)
            except (ProblemError, Denied) as error:
                told = error if isinstance(error, ProblemError) else None
                return problem_response(told or ProblemError(problem_of(error)))
            if what == "metrics":
                kind = "text/plain; version=0.0.4; charset=utf-8"
                return Response(200, self._app.metrics().encode(), kind)
            shown = msgspec.json.encode(self._seen())
            return Response(200, shown, "application/json")
        try:
            await self._admit(visit)
        except NotSignedIn:
            return Response(303, headers=[("location", f"{SIGN_IN}?next={PATH}")])
        except (ProblemError, Denied) as error:
            return self._painter.error(visit, error)
        paused = PAUSED in visit.request.query()
        headers = [] if paused else [("refresh", _AGAIN)]
        shown_now = body(self._seen(), self._app.system.clock.now(), paused=paused)
        return self._painter.page(visit, "What runs", shown_now, headers=headers)

    async def _admit(self, visit: Visit) -> None:
        """Raise NotSignedIn, or Denied if no context of the caller may see this."""
        caller: Context | None = None
        for maker in self._visitors.auth:
            try:
                caller = await self._visitors.caller(visit, maker.context)
            except NotSignedIn:
                raise
            except ProblemError:
                # This user has no such context; perhaps another one.
                continue
            if caller.can(System.dashboard):
                return
        denied = Denied((System.dashboard,), intent=PATH, caller=caller)
        if caller is not None:
            audited = self._app.system.audited
            audited("denied", PATH, caller, str(denied), denied.missing)
        raise denied

    def _seen(self) -> dict[str, Any]:
        """Everything as `pfc top` reads it."""
        return {
            **self._app.overview(),
            "routes": list(_routes(self._web)),
        }


def _routes(web: Web) -> Iterator[dict[str, str]]:
    """What the app answers to, besides what every app does."""
    for page in web.pages:
        for method in ("GET", "POST") if page.forms else ("GET",):
            yield {
                "method": method,
                "path": page.route.pattern,
                "what": f"page {page.route.__name__}",
                "caller": _name(page.route.context),
            }
    for api in web.apis:
        for one in api.endpoints:
            yield {
                "method": one.method,
                "path": api.path.rstrip("/") + one.pattern,
                "what": one.intent.__name__,
                "caller": _name(api.context),
            }


def _name(context: type[Context] | None) -> str:
    return "anybody" if context is None else context.__name__


class _Handler:
    """One of the dashboard's routes."""

    def __init__(self, dashboard: Dashboard, what: str) -> None:
        self._dashboard = dashboard
        self._what = what

    async def answer(self, visit: Visit) -> Response:
        return await self._dashboard.answer(visit, self._what)
