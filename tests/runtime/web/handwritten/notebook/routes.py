"""Where the pages of the module notebook are; each class is a typed link."""

from __future__ import annotations

from typing import ClassVar

from packetflow import Capability, Context
from packetflow.web import Route, query, segment

from notebook.capabilities import NOTE_CAP_READ, NOTE_CAP_WRITE
from notebook.contexts import Session
from notebook.types import Mood


class Home(Route, frozen=True, kw_only=True):
    """The page Home."""

    mood: Mood | None = None

    pattern: ClassVar[str] = "/"
    context: ClassVar[type[Context] | None] = Session

    def missing(self, caller: Context) -> tuple[Capability, ...]:
        assert isinstance(caller, Session)
        if caller.held.covers(NOTE_CAP_WRITE, caller.name):
            return ()
        return (NOTE_CAP_WRITE.exact(caller.name),)

    def url(self) -> str:
        return "/" + query(("mood", self.mood))


class NotePage(Route, frozen=True, kw_only=True):
    """The page NotePage."""

    owner: str
    note: int

    pattern: ClassVar[str] = "/notes/{owner}/{note}"
    context: ClassVar[type[Context] | None] = Session

    def missing(self, caller: Context) -> tuple[Capability, ...]:
        if caller.held.covers(NOTE_CAP_READ, self.owner):
            return ()
        return (NOTE_CAP_READ.exact(self.owner),)

    def url(self) -> str:
        return "/notes/" + segment(self.owner) + "/" + segment(self.note)


class About(Route, frozen=True, kw_only=True):
    """The page About."""

    pattern: ClassVar[str] = "/about"
