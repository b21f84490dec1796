"""Applications of the module notebook."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from packetflow import App, Child, Supervise
from packetflow.web import DevAuth, Limit, Web

from notebook.api import API
from notebook.contexts import Session, authenticate_session
from notebook.pages import ABOUT, HOME, NOTE_PAGE
from notebook.reactors import Notebook


class NotebookApp(App):
    """The application NotebookApp."""

    name: ClassVar[str] = "notebook.NotebookApp"
    tree: ClassVar[Supervise] = Supervise(
        "one_for_one", max_restarts=5, within=10.0, children=(Child(Notebook),)
    )
    web: ClassVar[object | None] = Web(
        name="Notebook",
        port=8080,
        auth=(DevAuth(Session, authenticate_session),),
        pages=(HOME, NOTE_PAGE, ABOUT),
        apis=(API,),
        limit=Limit(1000, timedelta(minutes=1)),
    )
