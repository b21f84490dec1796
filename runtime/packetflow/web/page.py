"""Tables that generated code hands to the site: its pages, its endpoints, its web."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

from packetflow.context import Context
from packetflow.intent import Intent
from packetflow.web.auth import DevAuth
from packetflow.web.form import Form
from packetflow.web.http import BODY_LIMIT
from packetflow.web.limit import Limit
from packetflow.web.route import Route
from packetflow.web.view import Out, View

__all__ = ["Api", "Endpoint", "HtmlPage", "Web"]

P = TypeVar("P", bound=Route)
C = TypeVar("C", bound=Context)


class HtmlPage(Generic[P, C]):
    """A page: its parameters, what renders it, and every form that may stand in it."""

    def __init__(
        self,
        route: type[P],
        render: Callable[[P, View[C], Out], Awaitable[None]],
        *,
        title: str,
        forms: Sequence[Form[Any]] = (),
    ) -> None:
        self.route = route
        self.render = render
        self.title = title
        self.forms = {form.name: form for form in forms}


class Endpoint:
    """A method and a path that make an intent, and the status of its success."""

    def __init__(
        self,
        method: str,
        pattern: str,
        intent: type[Intent[Any]],
        *,
        status: int = 200,
        limit: int = BODY_LIMIT,
    ) -> None:
        """Take a body limit in bytes."""
        self.method = method
        self.pattern = pattern
        self.intent = intent
        self.status = status
        self.limit = limit


class Api:
    """Endpoints under one path, all for callers of one context, or for anybody."""

    def __init__(
        self,
        path: str,
        context: type[Context] | None,
        endpoints: Sequence[Endpoint],
    ) -> None:
        self.path = path
        self.context = context
        self.endpoints = tuple(endpoints)


class Web:
    """What an app serves, and to whom.

    `images` says that a page shows some, so that the content policy allows them.
    """

    def __init__(
        self,
        *,
        name: str,
        port: int = 8080,
        auth: Sequence[DevAuth[Any]] = (),
        pages: Sequence[HtmlPage[Any, Any]] = (),
        apis: Sequence[Api] = (),
        limit: Limit | None = None,
        language: str = "en",
        images: bool = False,
    ) -> None:
        self.name = name
        self.port = port
        self.auth = tuple(auth)
        self.pages = tuple(pages)
        self.apis = tuple(apis)
        self.limit = limit
        self.language = language
        self.images = images
