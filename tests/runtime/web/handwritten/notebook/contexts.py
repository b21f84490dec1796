"""Contexts of the module notebook."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator

from packetflow import Capability, Context

from notebook.capabilities import NoteCap


class Session(Context, frozen=True, kw_only=True):
    """Who is signed in."""

    name: str
    is_admin: bool = False

    def grants(self) -> Iterator[Capability]:
        """What everyone with this context is granted."""
        yield NoteCap.write(self.name)
        if self.is_admin:
            yield NoteCap.admin


def authenticate_session(subject: str) -> Awaitable[Session | None]:
    """Make the context of who signs in, as `notebook_impl:load_session` says."""
    from notebook_impl import load_session

    return load_session(subject)
