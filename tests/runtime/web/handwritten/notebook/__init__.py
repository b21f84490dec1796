"""A notebook: the program that the package beside this file is the translation of."""

from __future__ import annotations

from notebook.app import NotebookApp
from notebook.capabilities import NoteCap
from notebook.contexts import Session
from notebook.intents import AddNote, DeleteNote, ListNotes, NotFound, ReadNote, Wipe
from notebook.reactors import Notebook, NotebookState
from notebook.routes import About, Home, NotePage
from notebook.types import Mood, Note, Title

__all__ = [
    "About",
    "AddNote",
    "DeleteNote",
    "Home",
    "ListNotes",
    "Mood",
    "NotFound",
    "Note",
    "NoteCap",
    "NotePage",
    "Notebook",
    "NotebookApp",
    "NotebookState",
    "ReadNote",
    "Session",
    "Title",
    "Wipe",
]
