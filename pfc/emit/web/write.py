"""All files of the web layer of one module."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pfc.emit.module import PythonPackage
from pfc.emit.python.file import File
from pfc.emit.web.api import write_apis
from pfc.emit.web.functions import write_components, write_pages
from pfc.emit.web.naming import WebNames
from pfc.emit.web.routes import write_routes
from pfc.ir import surface as u
from pfc.ir.program import Module

FILES: Final = {
    "routes": "Where the pages of the module {} are; each class is a typed link.",
    "components": "Components of the module {}.",
    "pages": "Pages of the module {}.",
    "api": "APIs of the module {}.",
}
"""The files that this writes, and what they say they are."""


def write_web(
    names: WebNames, package: PythonPackage, module: Module, defines: Iterable[str]
) -> None:
    """Writes the files and exports the routes. `defines`: public names of the module."""
    defines = frozenset(defines)

    def file(name: str) -> File:
        doc = FILES[name].format(module.name)
        out = package.module(name, doc, defines=defines)
        return File(names.names, out, module.name, name)

    pages = [each for each in module.declarations if isinstance(each, u.Page)]
    components = [each for each in module.declarations if isinstance(each, u.Component)]
    if pages:
        write_routes(file("routes"), pages)
        for page in pages:
            package.export("routes", names.names.of(page.id).name)
    if components:
        write_components(file("components"), names, components)
    if pages:
        write_pages(file("pages"), names, pages)
    if module.apis:
        write_apis(file("api"), names, module.apis)
