"""Answers requests for pages: shows them, and takes the forms that stand in them."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from packetflow.errors import Denied, Violation
from packetflow.web.document import Frame, document, error_body
from packetflow.web.form import TOKEN_FIELD, Form, Submission, alert
from packetflow.web.http import Request, Response, see_other
from packetflow.web.page import HtmlPage, Web
from packetflow.web.problem import Problem, ProblemError, invalid, problem, problem_of
from packetflow.web.route import Route, query
from packetflow.web.security import SAFE_METHODS, local_path
from packetflow.web.session import session_cookie
from packetflow.web.view import Asks, View
from packetflow.web.visit import SIGN_IN, NotSignedIn, Visit, Visitors
from packetflow.web.wire import raw_values

__all__ = ["PageHandler", "Painter"]

logger: Final = logging.getLogger("packetflow.web")

_HTML: Final = "text/html; charset=utf-8"
_TOO_OLD: Final = "This form is too old. Go back, load the page again and retry."


class Painter:
    """Makes whole documents in the frame of one site."""

    def __init__(self, web: Web, *, development: bool) -> None:
        self._web = web
        self._development = development

    def page(
        self,
        visit: Visit,
        title: str,
        body: Sequence[str],
        *,
        status: int = 200,
        alert: str = "",
        headers: Sequence[tuple[str, str]] = (),
    ) -> Response:
        """Make the response that shows a body; flash messages are shown once."""
        flashes: list[str] = []
        if visit.session and visit.session.flashes:
            flashes, visit.session.flashes = visit.session.flashes, []
        whole = document(self._frame(visit), title, body, flashes=flashes, alert=alert)
        return Response(status, whole, _HTML, headers)

    def error(
        self, visit: Visit, error: BaseException, told: Problem | None = None
    ) -> Response:
        """Make the page for an error; in development it shows where that came from."""
        told = told or problem_of(error)
        trace = ""
        if told.status >= 500 and self._development:
            trace = "".join(traceback.format_exception(error))
        body = error_body(told, trace=trace)
        return self.page(
            visit, told.title, body, status=told.status, headers=told.headers
        )

    def _frame(self, visit: Visit) -> Frame:
        token = visit.signer.sign("sign-out", "/", "") if visit.subject else ""
        return Frame(
            brand=self._web.name,
            language=self._web.language,
            subject=visit.subject,
            sign_out_token=token,
            sign_in=bool(self._web.auth),
        )


class PageHandler:
    """Answers for one page."""

    def __init__(
        self,
        page: HtmlPage[Any, Any],
        app: Asks,
        visitors: Visitors,
        painter: Painter,
    ) -> None:
        self._page = page
        self._app = app
        self._visitors = visitors
        self._painter = painter

    async def answer(self, visit: Visit) -> Response:
        """Show the page, or take one of its forms; errors become error pages."""
        try:
            caller = await self._visitors.caller(visit, self._page.route.context)
            route = self._route(visit)
            missing = route.missing(caller)
            if missing:
                raise Denied(missing)
            if visit.request.method in SAFE_METHODS:
                return await self._show(visit, route, caller)
            return await self._take(visit, route, caller)
        except NotSignedIn:
            here = visit.request.target
            goal = here if visit.request.method in SAFE_METHODS else "/"
            return see_other(SIGN_IN + query(("next", local_path(goal))))
        except Exception as error:
            told = problem_of(error)
            log_fault(visit.request, told, error)
            return self._painter.error(visit, error, told)

    def _route(self, visit: Visit) -> Route:
        """Read the page's parameters from path and query.

        A bad one in the path means that there is no such page.
        """
        given: dict[str, Sequence[str]] = dict(visit.request.query())
        given.update((name, (text,)) for name, text in visit.parameters.items())
        try:
            values = raw_values(self._page.route, given)
            route: Route = msgspec.convert(values, self._page.route, strict=False)
            return route
        except (msgspec.ValidationError, Violation) as error:
            told = invalid(error)
            if told.field is None or told.field in visit.parameters:
                told = problem(404)
            raise ProblemError(told) from None
        except (msgspec.DecodeError, RecursionError):
            raise ProblemError(problem(400)) from None

    async def _show(
        self,
        visit: Visit,
        route: Route,
        caller: Any,
        failed: Submission | None = None,
    ) -> Response:
        view = View(
            self._app,
            caller,
            title=self._page.title,
            target=visit.request.target,
            signer=visit.signer,
            failed=failed,
        )
        out: list[str] = []
        await self._page.render(route, view, out)
        if failed is None:
            return self._painter.page(visit, view.title, out)
        message = "" if view.claimed else alert(failed.problem)
        return self._painter.page(
            visit,
            view.title,
            out,
            status=failed.problem.status,
            alert=message,
            headers=failed.problem.headers,
        )

    async def _take(self, visit: Visit, route: Route, caller: Any) -> Response:
        posted = await visit.request.form()
        form, goal, flash = self._signed(visit, posted)
        intent = form.decode(posted)
        if isinstance(intent, Problem):
            told = intent
        else:
            try:
                await self._app.ask(intent, caller)
                return self._done(visit, goal, flash)
            except Exception as error:
                told = problem_of(error)
                if told.status in (401, 403, 500):
                    raise
        fixed = {n: tuple(posted[n]) if n in posted else () for n in form.fixed}
        failed = Submission(form.name, fixed, posted, told)
        return await self._show(visit, route, caller, failed)

    def _signed(
        self, visit: Visit, posted: Mapping[str, Sequence[str]]
    ) -> tuple[Form[Any], str, str]:
        """Check the form's token; give the form, where to go next and what to say."""
        parts = visit.signer.parts("".join(posted.get(TOKEN_FIELD, ())))
        if parts is None or parts[0] not in self._page.forms:
            raise ProblemError(problem(403, _TOO_OLD))
        name, goal, flash = parts
        return self._page.forms[name], goal, flash

    def _done(self, visit: Visit, goal: str, flash: str) -> Response:
        location = local_path(goal)
        if not flash:
            return see_other(location)
        session, headers = visit.session, []
        if session is None:
            session = self._visitors.sessions.start(None)
            headers.append(session_cookie(session, secure=visit.request.secure))
        session.flashes.append(flash)
        return see_other(location, headers)


def log_fault(request: Request, told: Problem, error: BaseException) -> None:
    """Leave a trace of what nobody declared; the visitor is told nothing of it."""
    if told.status >= 500 and told.extra == {} and told.type == "about:blank":
        path = request.raw_path.decode("latin-1")
        logger.error("%s %s: %r", request.method, path, error, exc_info=error)
