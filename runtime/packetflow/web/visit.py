"""One request on its way: who makes it, and what there is to answer it with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar

from msgspec.structs import force_setattr

from packetflow.authority import Authority
from packetflow.clock import Clock
from packetflow.context import Context
from packetflow.identifier import new_request_id
from packetflow.standing import Lifetime
from packetflow.web.auth import DevAuth
from packetflow.web.http import Request
from packetflow.web.problem import ProblemError, problem
from packetflow.web.security import Signer
from packetflow.web.session import STEP_SECONDS, Session, Sessions

__all__ = ["SIGN_IN", "NotSignedIn", "Visit", "Visitors"]

SIGN_IN: Final = "/sign-in"

_STEP: Final = timedelta(seconds=STEP_SECONDS / 2)

C = TypeVar("C", bound=Context)


class NotSignedIn(ProblemError):
    """Nobody is signed in, and what was asked for needs somebody."""

    def __init__(self) -> None:
        super().__init__(problem(401, "Sign in first."))


@dataclass(frozen=True, slots=True)
class Visit:
    """A request, the session it belongs to, and the parameters in its path."""

    request: Request
    session: Session | None
    signer: Signer
    parameters: Mapping[str, str]

    @property
    def subject(self) -> str | None:
        """The user name of who is signed in."""
        return self.session.subject if self.session else None


class Visitors:
    """Who may be here: the sessions, and how contexts are made for them."""

    def __init__(
        self,
        sessions: Sessions,
        auth: Sequence[DevAuth[Any]],
        authority: Authority,
        clock: Clock,
    ) -> None:
        self.sessions = sessions
        self.authority = authority
        self._clock = clock
        self.auth = tuple(auth)
        self._makers = {each.context: each for each in auth}
        self._nobody = Context()
        self._anonymous = Signer()

    def visit(self, request: Request, parameters: Mapping[str, str]) -> Visit:
        """Look up the session of a request."""
        session = self.sessions.of(request)
        # Nobody's forms stay good when a session begins only to hold a message.
        signer = session.signer if session and session.subject else self._anonymous
        return Visit(request, session, signer, parameters)

    async def caller(self, visit: Visit, context: type[Context] | None) -> Context:
        """Give the caller's context, made once per session and epoch.

        Raises NotSignedIn, and ProblemError (403) if this user has no such context.
        """
        if context is None:
            return self._nobody
        session = visit.session
        if session is None or session.subject is None:
            raise NotSignedIn
        known = session.contexts.get(context)
        if known is None or not self.authority.is_current(known):
            maker = self._makers.get(context)
            known = await self.load(maker, session.subject) if maker else None
            if known is None:
                raise ProblemError(problem(403, "This is not for this kind of user."))
            session.contexts[context] = known
        known = session.contexts[context] = known.in_session(self._lifetime(session))
        return _of_this_request(self.authority.current(known, self._clock.now()))

    def _lifetime(self, session: Session) -> Lifetime:
        """The session's end as an instant; it moves when the session is prolonged."""
        end = self._clock.now() + self.sessions.left(session)
        known = session.lifetime
        if known is None:
            known = session.lifetime = Lifetime(end)
        elif end - known.end >= _STEP:
            known.end = end
        return known

    async def load(self, maker: DevAuth[C], subject: str) -> C | None:
        """Make a subject's context, known in the present epoch of its authority."""
        # The epoch is read first: what ends meanwhile ends this context too.
        epoch = self.authority.epoch(subject)
        made = await maker.load(subject)
        return None if made is None else made.identified(subject, epoch)


def _of_this_request(context: C) -> C:
    """Give the same caller with an id for this request; what they hold is shared."""
    made = context.holding(context.held, context.standing)
    force_setattr(made, "request_id", new_request_id())
    return made
