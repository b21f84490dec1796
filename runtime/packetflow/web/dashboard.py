"""The dashboard under `/_pf`: reactors, health and alerts, for those who may see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, Protocol

import msgspec

from packetflow.capability.system import System
from packetflow.context import Context
from packetflow.errors import Denied
from packetflow.observe.shown import Condition, Raised, Reading
from packetflow.web.escape import text
from packetflow.web.http import Response, problem_response
from packetflow.web.pages import Painter
from packetflow.web.problem import ProblemError, problem_of
from packetflow.web.visit import SIGN_IN, NotSignedIn, Visit, Visitors

__all__ = ["PATH", "Dashboard", "Shown"]

PATH: Final = "/_pf"

# Seconds until a browser asks again; without a script, so that none has to be allowed.
_AGAIN: Final = "5"

_HEADS: Final = (
    *("reactor", "waiting", "handled", "failed", "denied", "faulted"),
    *("restarts", "median", "99 %", "now"),
)


class Measured(Protocol):
    """The measures of an app."""

    @property
    def uptime(self) -> float:
        """Seconds since the start."""

    def readings(self) -> Sequence[Reading]:
        """Every reactor that runs."""


class Shown(Protocol):
    """The part of an app that the dashboard shows."""

    @property
    def system(self) -> Any:
        """What keeps the audit."""

    @property
    def health(self) -> tuple[Condition, ...]:
        """How the reactors are that say so."""
        ...

    @property
    def alerts(self) -> tuple[Raised, ...]:
        """Those that are raised."""
        ...

    def observe(self) -> Measured:
        """Measure from now on."""
        ...

    def metrics(self) -> str:
        """Everything in Prometheus' text format."""
        ...


class Dashboard:
    """Answers under `/_pf` for callers with `System.dashboard`, and for nobody else."""

    def __init__(self, app: Shown, visitors: Visitors, painter: Painter) -> None:
        self._app = app
        self._visitors = visitors
        self._painter = painter
        # Whoever looks wants to see what was before.
        self._measures = app.observe()

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
            return Response(200, self._json(), "application/json")
        try:
            await self._admit(visit)
        except NotSignedIn:
            return Response(303, headers=[("location", f"{SIGN_IN}?next={PATH}")])
        except (ProblemError, Denied) as error:
            return self._painter.error(visit, error)
        headers = [("refresh", _AGAIN)]
        return self._painter.page(visit, "Reactors", self._body(), headers=headers)

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

    def _json(self) -> bytes:
        """Everything as `pfc top` reads it."""
        health = {one.reactor: one.why for one in self._app.health}
        reactors = [
            {**one._asdict(), "unhealthy": health.get(one.reactor, "")}
            for one in self._measures.readings()
        ]
        alerts = [
            {
                "reactor": one.reactor,
                "name": one.name,
                "severity": one.severity,
                "since": one.since,
            }
            for one in self._app.alerts
        ]
        shown = {
            "uptime": self._measures.uptime,
            "reactors": reactors,
            "alerts": alerts,
        }
        return msgspec.json.encode(shown)

    def _body(self) -> list[str]:
        body = ["<h1>Reactors</h1>"]
        for alert in self._app.alerts:
            since = alert.since.isoformat(timespec="seconds")
            told = f"{alert.severity}: {alert.reactor} {alert.name} since {since}"
            body.append(f'<p role="alert">{text(told)}</p>')
        heads = "".join(f'<th scope="col">{head}</th>' for head in _HEADS)
        body.append(f"<table><thead><tr>{heads}</tr></thead><tbody>")
        health = {one.reactor: one.why for one in self._app.health}
        for one in self._measures.readings():
            body.append(_row(one, health.get(one.reactor, "")))
        body.append("</tbody></table>")
        return body


def _row(one: Reading, unhealthy: str) -> str:
    now = one.stopped or unhealthy or ("busy" if one.busy else "idle")
    cells = (
        *(one.depth, one.handled, one.failed, one.denied, one.faulted, one.restarts),
        *(_time(one.p50), _time(one.p99), now),
    )
    shown = "".join(f"<td>{text(str(cell))}</td>" for cell in cells)
    return f'<tr><th scope="row">{text(one.reactor)}</th>{shown}</tr>'


def _time(seconds: float | None) -> str:
    """At most so many milliseconds; histograms know bounds only."""
    return "" if seconds is None else f"≤ {seconds * 1_000:g} ms"


class _Handler:
    """One of the dashboard's routes."""

    def __init__(self, dashboard: Dashboard, what: str) -> None:
        self._dashboard = dashboard
        self._what = what

    async def answer(self, visit: Visit) -> Response:
        return await self._dashboard.answer(visit, self._what)
