"""Components of the module notebook."""

from __future__ import annotations

from typing import Final

from packetflow import Context
from packetflow.web import (
    Form,
    Fragment,
    Out,
    View,
    attribute,
    class_names,
    identifier,
    text,
)

from notebook.capabilities import NOTE_CAP_WRITE
from notebook.intents import DeleteNote
from notebook.routes import Home, NotePage
from notebook.types import Mood, Note

NOTE_CARD_DELETE_NOTE: Final = Form(
    "notebook.NoteCard.delete_note", DeleteNote, fixed=("owner", "note")
)

NOTE_CARD_FORMS: Final = (NOTE_CARD_DELETE_NOTE,)


def panel(
    view: View[Context],
    out: Out,
    heading: str,
    *,
    slot: Fragment = (),
    slot_actions: Fragment = (),
) -> None:
    """A box with a heading, its content, and actions below."""
    out += ('<section class="card" aria-label="', attribute(heading), '"><h2>')
    out += (text(heading), "</h2>")
    out += slot
    out.append("<footer>")
    out += slot_actions
    out.append("</footer></section>")


def note_card(
    view: View[Context], out: Out, note: Note, *, slot: Fragment = ()
) -> None:
    """A note in short."""
    out += (
        '<article class="',
        class_names("note", note.mood.value),
        '" id="note-',
        identifier(str(note.id)),
        '"><h2><a href="',
        attribute(NotePage(owner=note.owner, note=note.id).url()),
        '">',
        text(note.title),
        "</a></h2>",
    )
    if note.pinned:
        out.append('<span class="badge">pinned</span>')
    if note.mood is Mood.URGENT:
        out.append("<strong>Urgent!</strong>")
    out += slot
    if view.caller.held.covers(NOTE_CAP_WRITE, note.owner):
        fields = view.button(
            NOTE_CARD_DELETE_NOTE,
            {"owner": note.owner, "note": note.id},
            then=Home(),
            flash=f"Deleted “{note.title}”.",
        )
        out += (
            '<form method="post" class="pf-button">',
            fields,
            '<button class="danger">Delete</button></form>',
        )
    out.append("</article>")
