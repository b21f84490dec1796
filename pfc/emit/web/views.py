"""What the templates of the web layer see."""

from __future__ import annotations

from typing import ClassVar

from pfc.emit.code import Code
from pfc.emit.views import Field, Parameter, Variable
from pfc.frozen import dataclass


@dataclass(frozen=True, slots=True)
class RouteClass:
    """Where a page is. `checks`, `missing` and `url` are bodies, at 8."""

    template: ClassVar[str] = "web_route"
    name: Code
    doc: str
    fields: tuple[Field, ...] = ()
    variables: tuple[Variable, ...] = ()
    checks: tuple[Code, ...] = ()
    missing: tuple[Code, ...] = ()
    url: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class RenderFunction:
    """A function that writes markup; `named` are its keyword-only parameters. Body at 4."""

    template: ClassVar[str] = "web_function"
    name: Code
    parameters: tuple[Parameter, ...]
    body: tuple[Code, ...]
    named: tuple[Parameter, ...] = ()
    doc: str = ""
    is_async: bool = False
