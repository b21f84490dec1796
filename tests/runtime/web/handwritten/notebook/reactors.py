"""Reactors of the module notebook."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from packetflow import AnyHandler, Handler, Reactor, State, Turn

from notebook.intents import (
    AddNote,
    DeleteNote,
    ListNotes,
    NotFound,
    ReadNote,
    Wipe,
)
from notebook.types import Note


class NotebookState(State):
    """The state of the reactor Notebook."""

    notes: dict[int, Note] = msgspec.field(default_factory=dict[int, Note])
    last: int = 0


class Notebook(Reactor[NotebookState]):
    """Keeps everybody's notes."""

    def on_list_notes(
        self, turn: Turn[NotebookState], intent: ListNotes
    ) -> tuple[Note, ...]:
        state = turn.state
        found = (
            n
            for n in state.notes.values()
            if n.owner == intent.owner
            and (intent.mood is None or n.mood is intent.mood)
        )
        return tuple(sorted(found, key=lambda n: not n.pinned))

    def on_read_note(self, turn: Turn[NotebookState], intent: ReadNote) -> Note:
        state = turn.state
        found = state.notes.get(intent.note)
        if found is None:
            raise NotFound(note=intent.note)
        if not found.owner == intent.owner:
            raise NotFound(note=intent.note)
        return found

    def on_add_note(self, turn: Turn[NotebookState], intent: AddNote) -> Note:
        state = turn.state
        state.last += 1
        note = Note(
            id=state.last,
            owner=intent.owner,
            title=intent.title,
            body=intent.body,
            mood=intent.mood,
            pinned=intent.pinned,
        )
        turn.put(state.notes, state.last, note)
        return note

    def on_delete_note(self, turn: Turn[NotebookState], intent: DeleteNote) -> None:
        state = turn.state
        found = state.notes.get(intent.note)
        if found is None:
            raise NotFound(note=intent.note)
        if not found.owner == intent.owner:
            raise NotFound(note=intent.note)
        turn.drop(state.notes, intent.note)

    def on_wipe(self, turn: Turn[NotebookState], intent: Wipe) -> None:
        state = turn.state
        state.notes = {}

    name: ClassVar[str] = "notebook.Notebook"
    state_type: ClassVar[type[State]] = NotebookState
    handlers: ClassVar[tuple[AnyHandler, ...]] = (
        Handler(ListNotes, on_list_notes, reads_only=True),
        Handler(ReadNote, on_read_note, reads_only=True),
        Handler(AddNote, on_add_note),
        Handler(DeleteNote, on_delete_note),
        Handler(Wipe, on_wipe),
    )
