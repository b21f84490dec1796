"""The web substrate: serves the pages, forms and APIs that generated code declares.

Generated code gives tables (`Web`, `HtmlPage`, `Api`) and render functions; this
package routes, decodes, admits through the app, escapes, signs in and answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from packetflow.web.auth import Authenticator, DevAuth
from packetflow.web.escape import attribute, class_names, href, identifier, text
from packetflow.web.form import Form, OpenForm
from packetflow.web.limit import Limit
from packetflow.web.page import Api, Endpoint, HtmlPage, Web
from packetflow.web.problem import Problem
from packetflow.web.route import Route, query, rest, segment
from packetflow.web.site import Application, Site, asgi
from packetflow.web.view import Fragment, Out, View

if TYPE_CHECKING:
    from packetflow.web.server import serve

__all__ = [
    "Api",
    "Application",
    "Authenticator",
    "DevAuth",
    "Endpoint",
    "Form",
    "Fragment",
    "HtmlPage",
    "Limit",
    "OpenForm",
    "Out",
    "Problem",
    "Route",
    "Site",
    "View",
    "Web",
    "asgi",
    "attribute",
    "class_names",
    "href",
    "identifier",
    "query",
    "rest",
    "segment",
    "serve",
    "text",
]


def __getattr__(name: str) -> Any:
    # Only who serves loads uvicorn: a site that is mounted elsewhere does without.
    if name == "serve":
        from packetflow.web.server import serve

        return serve
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
