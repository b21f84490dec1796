"""Compiles the program of the behaviours, and small sources that are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pfc.driver import compile_sources
from tests.web.building import build, imported

SOURCE = Path(__file__).parent / "rights.pf"
SHARING = Path(__file__).parent / "sharing.pf"

IMPLEMENTATION_NAME = "rights_impl"
IMPLEMENTATION = '''"""What the program performs."""

from __future__ import annotations

DONE: list[tuple[str, object]] = []
BROKEN: list[str] = []


def fs_write(path: str, size: int) -> None:
    """Write, or break."""
    if path in BROKEN:
        raise OSError("no such disk")
    DONE.append(("fs_write", path))


def note(line: str) -> None:
    """Take a note."""
    DONE.append(("note", line))
'''


SHARING_IMPLEMENTATION = '''"""Who signs in."""

from __future__ import annotations

from typing import Any


def load(subject: str) -> Any:
    """Anybody may be anybody."""
    from sharing import Person

    return Person(name=subject)
'''


def compiled_sharing(folder: Path) -> Any:
    """The imported package of what people give each other."""
    sources = {"sharing.pf": SHARING.read_text("utf-8")}
    build(folder, sources, {"sharing_impl": SHARING_IMPLEMENTATION})
    package = imported(folder, "sharing")
    imported(folder, "sharing_impl")
    return package


def compiled_program(folder: Path) -> Any:
    """The imported package."""
    sources = {"rights.pf": SOURCE.read_text("utf-8")}
    build(folder, sources, {IMPLEMENTATION_NAME: IMPLEMENTATION})
    package = imported(folder, "rights")
    imported(folder, IMPLEMENTATION_NAME)
    return package


def codes(source: str) -> dict[str, str]:
    """Codes and messages of what is wrong with a small module."""
    made = compile_sources({"small.pf": source}, lambda _: "")
    return {one.code: one.message for one in made.diagnostics}


def places(source: str) -> dict[str, str]:
    """Codes, and the text that each diagnostic points at."""
    made = compile_sources({"small.pf": source}, lambda _: "")
    return {one.code: source[one.span.start : one.span.end] for one in made.diagnostics}
