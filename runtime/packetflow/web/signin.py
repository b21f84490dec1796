"""Sign-in for development: the page, what its form does, and signing out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from packetflow.context import Context
from packetflow.web.escape import attribute, text
from packetflow.web.form import TOKEN_FIELD
from packetflow.web.http import Response, see_other
from packetflow.web.pages import Painter, log_fault
from packetflow.web.problem import ProblemError, problem, problem_of
from packetflow.web.security import SAFE_METHODS, local_path
from packetflow.web.session import session_cookie
from packetflow.web.visit import SIGN_IN, Visit, Visitors

__all__ = ["SIGN_OUT", "SignIn", "SignOut"]

SIGN_OUT: Final = "/sign-out"

_MOST_SUBJECT: Final = 200


class SignIn:
    """Shows the sign-in page and takes its form."""

    def __init__(self, visitors: Visitors, painter: Painter) -> None:
        self._visitors = visitors
        self._painter = painter

    async def answer(self, visit: Visit) -> Response:
        """Show the page on GET; begin a session on POST, with a fresh id."""
        try:
            if not all(auth.admits(visit.request) for auth in self._visitors.auth):
                detail = "Sign-in for development is for this machine only."
                raise ProblemError(problem(403, detail))
            if visit.request.method in SAFE_METHODS:
                goal = visit.request.query().get("next", ["/"])[0]
                return self._page(visit, local_path(goal))
            return await self._take(visit)
        except Exception as error:
            told = problem_of(error)
            log_fault(visit.request, told, error)
            return self._painter.error(visit, error, told)

    async def _take(self, visit: Visit) -> Response:
        posted = await visit.request.form(limit=8192)
        subject = posted.get("subject", [""])[0].strip()
        goal = local_path(posted.get("next", ["/"])[0])
        contexts = {}
        if 0 < len(subject) <= _MOST_SUBJECT:
            contexts = await _contexts(self._visitors, subject)
        if not contexts:
            return self._page(visit, goal, refused=subject or "nothing")
        if visit.session is not None:
            self._visitors.sessions.end(visit.session)
        session = self._visitors.sessions.start(subject)
        session.contexts.update(contexts)
        return see_other(goal, [session_cookie(session, secure=visit.request.secure)])

    def _page(self, visit: Visit, goal: str, refused: str = "") -> Response:
        people = dict.fromkeys(
            person for auth in self._visitors.auth for person in auth.people
        )
        body = _sign_in_body(tuple(people), goal, refused)
        status = 422 if refused else 200
        return self._painter.page(visit, "Sign in", body, status=status)


class SignOut:
    """Ends the session."""

    def __init__(self, visitors: Visitors, painter: Painter) -> None:
        self._visitors = visitors
        self._painter = painter

    async def answer(self, visit: Visit) -> Response:
        """End the session of a form that this site wrote."""
        try:
            posted = await visit.request.form(limit=8192)
        except ProblemError as error:
            return self._painter.error(visit, error)
        signed = visit.signer.parts("".join(posted.get(TOKEN_FIELD, ())))
        if visit.session is not None:
            if signed is None or signed[0] != "sign-out":
                return self._painter.error(
                    visit, ProblemError(problem(403, "This form is too old."))
                )
            self._visitors.sessions.end(visit.session)
        return see_other("/", [session_cookie(None, secure=visit.request.secure)])


def _sign_in_body(people: Sequence[str], goal: str, refused: str = "") -> list[str]:
    """Write the sign-in page; `refused` is the subject that nobody knows."""
    hidden = f'<input type="hidden" name="next" value="{attribute(goal)}">'
    body = [
        '<section class="card pf-signin"><h1>Sign in</h1>'
        "<p>This is sign-in for development: there is no password.</p>"
    ]
    if refused:
        body.append(
            f'<p class="pf-alert" role="alert">Nobody is called {text(refused)}.</p>'
        )
    body.append(
        f'<form method="post" action="{SIGN_IN}">{hidden}'
        '<label for="subject">User name</label>'
        '<input id="subject" name="subject" required autofocus maxlength="200" '
        f'autocomplete="username" value="{attribute(refused)}">'
        "<button>Sign in</button></form>"
    )
    if people:
        body.append(
            f'<form class="pf-people" method="post" action="{SIGN_IN}">{hidden}'
        )
        body += (
            f'<button class="quiet" name="subject" value="{attribute(person)}">'
            f"{text(person)}</button>"
            for person in people
        )
        body.append("</form>")
    body.append("</section>")
    return body


async def _contexts(visitors: Visitors, subject: str) -> dict[type[Context], Context]:
    """Make every context that the subject has; none if nobody knows the subject."""
    contexts: dict[type[Context], Context] = {}
    for each in visitors.auth:
        context = await visitors.load(each, subject)
        if context is not None:
            contexts[each.context] = context
    return contexts
