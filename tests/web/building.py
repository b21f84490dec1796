"""Compiles sources into packages that tests can import and serve."""

from __future__ import annotations

import importlib
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from pfc.diagnostics import Diagnostic, Severity
from pfc.driver import Compilation, compile_sources
from tests.runtime.web.browsing import Browser

APPS = Path(__file__).parent / "apps"
GOLDEN = Path(__file__).parents[1] / "runtime" / "web" / "handwritten"


def compiled(sources: Mapping[str, str], python: str = "") -> Compilation:
    """Compiles; `python` is the source of any module that is linked."""
    return compile_sources(sources, lambda _: python)


def errors(found: tuple[Diagnostic, ...]) -> list[str]:
    return [f"{d.code} {d.message}" for d in found if d.severity is Severity.ERROR]


def build(folder: Path, sources: Mapping[str, str], python: Mapping[str, str]) -> None:
    """Writes the packages of sources without errors, with their own Python beside."""
    made = compile_sources(sources, python.get)
    assert errors(made.diagnostics) == []
    for path, text in made.files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for module, text in python.items():
        (folder / f"{module}.py").write_text(text, encoding="utf-8")


def imported(folder: Path, name: str) -> Any:
    """The package that was built under a name that no other has."""
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    return importlib.import_module(name)


@asynccontextmanager
async def browsing(app: object) -> AsyncIterator[Browser]:
    """A browser for a running app, over ASGI."""
    from packetflow.web import asgi

    transport = httpx.ASGITransport(asgi(app), raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1:8080"
    ) as http:
        yield Browser(http)


def golden_sources() -> tuple[dict[str, str], dict[str, str]]:
    """The notebook under another module name: the handwritten package has that one."""
    text = (GOLDEN / "notebook.pf").read_text("utf-8")
    text = text.replace("module notebook\n", "").replace("notebook_impl", "made_impl")
    # Bool has no order in the language.
    text = text.replace("n => not n.pinned", "n => if n.pinned then 0 else 1")
    python = (GOLDEN / "notebook_impl.py").read_text("utf-8")
    python = python.replace("from notebook.", "from made_notebook.")
    return {"made_notebook.pf": text}, {"made_impl": python}


def gallery_sources() -> tuple[dict[str, str], dict[str, str]]:
    """An app that has a value in every place of markup."""
    text = (APPS / "gallery.pf").read_text("utf-8")
    python = (APPS / "gallery_impl.py").read_text("utf-8")
    return {"gallery.pf": text}, {"gallery_impl": python}
