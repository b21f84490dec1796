"""How a context is made for the one who is signed in."""

from __future__ import annotations

import inspect
import ipaddress
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from packetflow.context import Context
from packetflow.web.http import Request

__all__ = ["Authenticator", "DevAuth", "is_loopback"]

C = TypeVar("C", bound=Context)

Authenticator = Callable[[str], C | Awaitable[C | None] | None]
"""From a subject (the name a user signs in with) to their context; None refuses."""


class DevAuth(Generic[C]):
    """Sign-in for development: whoever is at this machine says who they are.

    `people` are example subjects that the sign-in page offers as buttons.
    `allow_remote` serves it to other machines too, where anybody can be anybody.
    """

    def __init__(
        self,
        context: type[C],
        authenticate: Authenticator[C],
        *,
        people: Sequence[str] = (),
        allow_remote: bool = False,
    ) -> None:
        self.context = context
        self.authenticate = authenticate
        self.people = tuple(people)
        self.allow_remote = allow_remote

    async def load(self, subject: str) -> C | None:
        """Make the subject's context; None if there is no such subject."""
        found = self.authenticate(subject)
        return await found if inspect.isawaitable(found) else found

    def admits(self, request: Request) -> bool:
        """Whether this client may sign in: one on another machine may not."""
        client = request.scope.get("client")
        return self.allow_remote or client is None or not _is_remote(client[0])


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _is_remote(client: str) -> bool:
    try:
        return not ipaddress.ip_address(client).is_loopback
    except ValueError:
        return False  # a test client or a local socket, not an address
