"""APIs of the module notebook."""

from __future__ import annotations

from typing import Final

from packetflow.web import Api, Endpoint

from notebook.contexts import Session
from notebook.intents import AddNote, DeleteNote, ListNotes, ReadNote

API: Final = Api(
    "/api",
    Session,
    (
        Endpoint("GET", "/{owner}/notes", ListNotes),
        Endpoint("POST", "/{owner}/notes", AddNote),
        Endpoint("GET", "/{owner}/notes/{note}", ReadNote),
        Endpoint("DELETE", "/{owner}/notes/{note}", DeleteNote, status=204),
    ),
)
