"""One generated file under construction, and packages made of them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from pfc.emit import literals
from pfc.emit.code import Code, checked
from pfc.emit.environment import render
from pfc.emit.imports import Imports, export_key
from pfc.emit.views import Exports, View


class PythonModule:
    """Collects views and imports; `render` gives the text.

    `defines` are the public names of the program that stand in this file (defined or
    imported): a runtime name that is the same is imported under another one.
    """

    def __init__(
        self,
        doc: str,
        header: Code,
        *,
        defines: Iterable[str] = (),
        first_party: Iterable[str] = (),
    ) -> None:
        self.imports = Imports(defines, first_party)
        self.origin: Code | None = None
        self._doc = doc
        self._header = checked(header)
        self._sections: list[Code] = []

    def add(self, view: View) -> None:
        """Write one thing, with the imports that its template needs.

        `origin`, a comment, ends the first line of what is defined, if it is set.
        """
        template = f"python/{view.template}.jinja"
        origin = self.origin
        self.add_code(render(template, v=view, py=self.imports, origin=origin))

    def add_code(self, code: Code) -> None:
        """Write laid-out top-level code."""
        self._sections.append(checked(code))

    def literal(self, value: object) -> Code:
        """`literals.literal` with the import of what its source names."""
        if isinstance(value, Decimal):
            return literals.decimal(value, self.imports.name("decimal", "Decimal"))
        if isinstance(value, UUID):
            return literals.uuid(value, self.imports.name("uuid", "UUID"))
        if isinstance(value, datetime.timedelta | datetime.date | datetime.time):
            return self._temporal(value)
        return literals.literal(value)

    def _temporal(
        self, value: datetime.timedelta | datetime.date | datetime.time
    ) -> Code:
        module = self.imports.module("datetime")
        if isinstance(value, datetime.timedelta):
            return literals.timedelta(value, Code(f"{module}.timedelta"))
        if isinstance(value, datetime.time):
            return literals.time(value, Code(f"{module}.time"))
        return literals.date(value, Code(f"{module}.date"))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written; such a file is left out of the package."""
        return not self._sections

    def render(self) -> str:
        """The text of the file, ending in one newline."""
        return render(
            "python/module.jinja",
            header=self._header,
            doc=self._doc,
            imports=self.imports.render(),
            sections=list(self._sections),
        )


class PythonPackage:
    """The files of one generated package, and what its `__init__` exports.

    `first_party` are the top-level packages of the same build.
    """

    def __init__(
        self,
        folder: str,
        doc: str,
        header: Code,
        *,
        first_party: Iterable[str] = (),
    ) -> None:
        self._folder = folder
        self._doc = doc
        self._header = header
        self._first_party = tuple(first_party)
        self._modules: dict[str, PythonModule] = {}
        self._exports: dict[Code, str] = {}
        self._first: Code | None = None

    def module(
        self, name: str, doc: str, *, defines: Iterable[str] = ()
    ) -> PythonModule:
        """The file `name.py` of the package, made when first asked for."""
        known = self._modules.get(name)
        if known is None:
            known = PythonModule(
                doc, self._header, defines=defines, first_party=self._first_party
            )
            self._modules[name] = known
        return known

    def export(self, module: str, name: Code) -> None:
        """Re-export a public name of the file `module` from the package."""
        self._exports[checked(name)] = module

    def load_first(self, module: Code) -> None:
        """Have the package import the file `module` before all others."""
        self._first = checked(module)

    @property
    def written(self) -> list[str]:
        """The files that have content, by name."""
        return [n for n, module in sorted(self._modules.items()) if not module.is_empty]

    def files(self) -> dict[str, str]:
        """Text by path, with `/` between folders; empty modules are left out."""
        root = PythonModule(self._doc, self._header, defines=self._exports)
        if self._first is not None:
            root.imports.load(self._first)
        for name, module in self._exports.items():
            root.imports.name(f".{module}", name)
        if self._exports:
            root.add(Exports(tuple(sorted(self._exports, key=export_key))))
        texts: Mapping[str, str] = {
            f"{name}.py": module.render()
            for name, module in sorted(self._modules.items())
            if not module.is_empty
        }
        made = {"__init__.py": root.render(), "py.typed": "", **texts}
        return {f"{self._folder}/{name}": made[name] for name in sorted(made)}
