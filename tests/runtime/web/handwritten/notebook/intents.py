"""Intents and failures of the module notebook."""

from __future__ import annotations

from typing import ClassVar

from packetflow import Capability, Context, Failure, Intent, Violation

from notebook.capabilities import NOTE_CAP_READ, NOTE_CAP_WRITE, NoteCap
from notebook.contexts import Session
from notebook.types import Mood, Note, Title


class NotFound(Failure):
    """The failure NotFound."""

    status: ClassVar[int] = 404

    note: int

    def __init__(self, note: int) -> None:
        super().__init__(note=note)
        self.note = note


class ListNotes(Intent[tuple[Note, ...]], frozen=True, kw_only=True):
    """The notes of one owner, pinned ones first."""

    owner: str
    mood: Mood | None = None

    context: ClassVar[type[Context] | None] = Session

    def missing(self, caller: Context) -> tuple[Capability, ...]:
        if caller.held.covers(NOTE_CAP_READ, self.owner):
            return ()
        return (NOTE_CAP_READ.exact(self.owner),)


class ReadNote(Intent[Note], frozen=True, kw_only=True):
    """One note."""

    owner: str
    note: int

    context: ClassVar[type[Context] | None] = Session

    def missing(self, caller: Context) -> tuple[Capability, ...]:
        if caller.held.covers(NOTE_CAP_READ, self.owner):
            return ()
        return (NOTE_CAP_READ.exact(self.owner),)


class AddNote(Intent[Note], frozen=True, kw_only=True):
    """Write a new note."""

    owner: str
    title: Title
    body: str = ""
    mood: Mood = Mood.PLAIN
    pinned: bool = False

    context: ClassVar[type[Context] | None] = Session

    def __post_init__(self) -> None:
        if not 1 <= len(self.title) <= 80:
            raise Violation("title", "must have between 1 and 80 characters")

    def missing(self, caller: Context) -> tuple[Capability, ...]:
        if caller.held.covers(NOTE_CAP_WRITE, self.owner):
            return ()
        return (NOTE_CAP_WRITE.exact(self.owner),)


class DeleteNote(Intent[None], frozen=True, kw_only=True):
    """Remove a note for good."""

    owner: str
    note: int

    context: ClassVar[type[Context] | None] = Session

    def missing(self, caller: Context) -> tuple[Capability, ...]:
        if caller.held.covers(NOTE_CAP_WRITE, self.owner):
            return ()
        return (NOTE_CAP_WRITE.exact(self.owner),)


class Wipe(Intent[None], frozen=True, kw_only=True):
    """Forget everything."""

    context: ClassVar[type[Context] | None] = Session

    def missing(self, caller: Context) -> tuple[Capability, ...]:
        if caller.held.has("notebook.NoteCap.admin"):
            return ()
        return (NoteCap.admin,)
