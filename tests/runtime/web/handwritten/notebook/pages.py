"""Pages of the module notebook."""

from __future__ import annotations

from typing import Final

from packetflow import Context
from packetflow.web import Form, HtmlPage, Out, View, attribute, href, text

from notebook.components import NOTE_CARD_FORMS, note_card, panel
from notebook.contexts import Session
from notebook.intents import AddNote, ListNotes, ReadNote, Wipe
from notebook.routes import About, Home, NotePage
from notebook.types import Mood

HOME_ADD_NOTE: Final = Form(
    "notebook.Home.add_note",
    AddNote,
    fixed=("owner",),
    inputs=("title", "body", "mood", "pinned"),
)
HOME_WIPE: Final = Form("notebook.Home.wipe", Wipe)


async def home(page: Home, view: View[Session], out: Out) -> None:
    """Render the page Home."""
    caller = view.caller
    notes = await view.ask(ListNotes(owner=caller.name, mood=page.mood))
    out += ("<h1>Notes of ", text(caller.name), '</h1><nav><a href="')
    out += (attribute(Home().url()), '">all</a><a href="')
    out += (attribute(Home(mood=Mood.URGENT).url()), '">urgent</a><a href="')
    out += (attribute(About().url()), '">about</a></nav>')
    if notes:
        for note in notes:
            slot: Out = []
            slot += ("<p>", text(note.body), "</p>")
            note_card(view, out, note=note, slot=slot)
    else:
        out.append('<p class="muted">No notes yet.</p>')
    slot_2: Out = []
    form = view.form(HOME_ADD_NOTE, {"owner": caller.name}, flash="Saved.")
    slot_2 += (
        '<form method="post">',
        form.fields,
        '<label>Title<input name="title" maxlength="80" required value="',
        attribute(form.value("title")),
        '"',
        form.invalid("title"),
        '></label><label>Text<textarea name="body" rows="4"',
        form.invalid("body"),
        ">\n",
        text(form.value("body")),
        '</textarea></label><label>Mood<select name="mood"',
        form.invalid("mood"),
        '><option value="Plain"',
        form.selected("mood", "Plain"),
        '>plain</option><option value="Urgent"',
        form.selected("mood", "Urgent"),
        '>urgent</option></select></label><label><input type="checkbox" name="pinned"',
        form.checked("pinned"),
        form.invalid("pinned"),
        ">Pinned</label><button>Save</button></form>",
    )
    slot_actions: Out = []
    if caller.held.has("notebook.NoteCap.admin"):
        fields = view.button(HOME_WIPE, {}, flash="All gone.")
        slot_actions += (
            '<form method="post" class="pf-button">',
            fields,
            '<button class="danger">Wipe everything</button></form>',
        )
    panel(view, out, heading="New note", slot=slot_2, slot_actions=slot_actions)


async def note_page(page: NotePage, view: View[Session], out: Out) -> None:
    """Render the page NotePage."""
    found = await view.ask(ReadNote(owner=page.owner, note=page.note))
    view.title = found.title
    out += ("<h1>", text(found.title), "</h1>")
    slot: Out = []
    slot += ("<pre>\n", text(found.body), "</pre>")
    note_card(view, out, note=found, slot=slot)
    out += ("<p>Note ", str(found.id), " of ", text(found.owner), '. <a href="')
    out += (attribute(Home().url()), '">All notes</a></p>')


async def about(page: About, view: View[Context], out: Out) -> None:
    """Render the page About."""
    out += (
        '<h1>About</h1><p>A notebook. <a href="',
        href("https://example.org/?a=1&b=2"),
        '">More</a></p>',
    )


HOME: Final = HtmlPage(
    Home, home, title="Home", forms=(HOME_ADD_NOTE, HOME_WIPE, *NOTE_CARD_FORMS)
)
NOTE_PAGE: Final = HtmlPage(
    NotePage, note_page, title="Note page", forms=NOTE_CARD_FORMS
)
ABOUT: Final = HtmlPage(About, about, title="About")
