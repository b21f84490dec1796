"""Who is signed in: sessions kept on the server, named by an unguessable cookie."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from packetflow.context import Context
from packetflow.standing import Lifetime
from packetflow.web.http import Request
from packetflow.web.security import Signer

__all__ = ["Session", "Sessions"]

IDLE_SECONDS: Final = 12 * 3600.0
# A session is prolonged in steps: what ends with it need not be made anew each time.
STEP_SECONDS: Final = 60.0
MOST_SESSIONS: Final = 10_000


@dataclass(slots=True)
class Session:
    """What the server remembers about one browser.

    `lifetime` is there once somebody holds something until the session ends.
    """

    id: str
    subject: str | None
    expires: float
    signer: Signer = field(default_factory=Signer)
    contexts: dict[type[Context], Context] = field(default_factory=dict)
    flashes: list[str] = field(default_factory=list)
    lifetime: Lifetime | None = None


class Sessions:
    """All sessions of a process, in memory; the oldest go when there are too many."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Take a clock in seconds."""
        self._now = now
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    def of(self, request: Request) -> Session | None:
        """Give the session that a request's cookie names, if it is alive."""
        session = self._sessions.get(request.cookie(cookie_name(request.secure)))
        if session is None:
            return None
        if session.expires <= self._now():
            self.end(session)
            return None
        later = self._now() + IDLE_SECONDS
        if later - session.expires >= STEP_SECONDS:
            session.expires = later
        self._sessions.move_to_end(session.id)
        return session

    def start(self, subject: str | None) -> Session:
        """Begin a session with a fresh id, for a subject or for nobody yet."""
        while len(self._sessions) >= MOST_SESSIONS:
            self.end(next(iter(self._sessions.values())))
        session = Session(
            secrets.token_urlsafe(32), subject, self._now() + IDLE_SECONDS
        )
        self._sessions[session.id] = session
        return session

    def end(self, session: Session) -> None:
        """Forget a session; what lasted as long as it is over."""
        self._sessions.pop(session.id, None)
        if session.lifetime is not None:
            session.lifetime.over = True

    def left(self, session: Session) -> timedelta:
        """How long a session lasts if it is not used again."""
        return timedelta(seconds=session.expires - self._now())

    def renew(self, subject: str) -> None:
        """Begin a new epoch for a subject: their contexts are made again."""
        for session in self._sessions.values():
            if session.subject == subject:
                session.contexts.clear()


def cookie_name(secure: bool) -> str:
    """Name the session cookie; `__Host-` binds it to one host, but needs TLS."""
    return "__Host-packetflow" if secure else "packetflow"


def session_cookie(session: Session | None, *, secure: bool) -> tuple[str, str]:
    """Give the header that sets the cookie of a session, or that removes it."""
    value = session.id if session else ""
    attributes = "; Path=/; HttpOnly; SameSite=Lax"
    if secure:
        attributes += "; Secure"
    if session is None:
        attributes += "; Max-Age=0"
    return "set-cookie", f"{cookie_name(secure)}={value}{attributes}"
