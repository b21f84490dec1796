"""The web layer as a part of each package."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pfc.emit import views
from pfc.emit.python.file import File
from pfc.emit.python.package import Package
from pfc.emit.python.seeing import Views
from pfc.emit.web.api import write_apis
from pfc.emit.web.functions import write_components, write_pages
from pfc.emit.web.naming import WebNames
from pfc.emit.web.routes import write_routes
from pfc.emit.web.serving import web_variable
from pfc.ir import surface as u
from pfc.ir.program import Module

_DOCS: Final = {
    "routes": "Where the pages of the module {} are; each class is a typed link.",
    "components": "Components of the module {}.",
    "pages": "Pages of the module {}.",
    "api": "APIs of the module {}.",
}


class WebPart:
    """Adds routes, components, pages and APIs to packages, and `web` to apps."""

    def __init__(self) -> None:
        self._names: WebNames | None = None

    def begin(self, views: Views) -> None:
        """Names functions, tables and forms."""
        self._names = WebNames(views)

    def given_to(self, module: Module) -> Iterable[str]:
        """The inputs that forms get where their components are used."""
        assert self._names is not None
        return self._names.inputs_of(module)

    def add(self, package: Package) -> None:
        """The files of the web layer of one module."""
        names = self._names
        assert names is not None
        module = package.module

        def file(name: str) -> File:
            return package.file(name, _DOCS[name].format(module.name))

        pages = [each for each in module.declarations if isinstance(each, u.Page)]
        components = [
            each for each in module.declarations if isinstance(each, u.Component)
        ]
        if pages:
            write_routes(file("routes"), pages)
        if components:
            write_components(file("components"), names, components)
        if pages:
            write_pages(file("pages"), names, pages)
        if module.apis:
            write_apis(file("api"), names, module.apis)

    def app_variables(self, file: File, app: u.App) -> Iterable[views.Variable]:
        """What an app serves."""
        assert self._names is not None
        made = web_variable(file, self._names, app)
        return () if made is None else (made,)
