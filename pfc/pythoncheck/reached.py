"""Everything besides generated code that decides what mypy says."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from pfc.pythoncheck.present import PythonReader


def runtime_folder() -> Path:
    """Where the package `packetflow` is; it is not imported."""
    spec = find_spec("packetflow")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent


def environment() -> Iterator[str]:
    """The interpreter, mypy, the runtime, and when packages were last installed."""
    yield sys.version
    try:
        yield version("mypy")
    except PackageNotFoundError:
        yield ""
    runtime = runtime_folder()
    stamps = (path.stat().st_mtime_ns for path in runtime.rglob("*.py"))
    yield f"{runtime} {max(stamps)}"
    for entry in sys.path:
        folder = Path(entry)
        if folder.name in ("site-packages", "dist-packages") and folder.is_dir():
            yield f"{folder} {folder.stat().st_mtime_ns}"


def reached(modules: Iterable[str], python: PythonReader) -> dict[str, tuple[str, str]]:
    """Path and text of these modules of the project, and of those that they import."""
    found: dict[str, tuple[str, str]] = {}
    seen: set[str] = set()
    pending = sorted(modules, reverse=True)
    while pending:
        module = pending.pop()
        if module in seen:
            continue
        seen.add(module)
        read = python(module)
        if read is not None:
            found[module] = read
            pending += sorted(_imports(module, *read), reverse=True)
    return found


def _imports(module: str, path: str, text: str) -> set[str]:
    """What a module may import; names that are no modules are simply not found."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    package = (
        module.split(".") if path.endswith("/__init__.py") else module.split(".")[:-1]
    )
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            base = ".".join([*above, *((node.module or "").split("."))]).strip(".")
            found.add(base)
            found.update(f"{base}.{alias.name}" for alias in node.names)
    parents = {
        ".".join(name.split(".")[:end])
        for name in found
        for end in range(1, name.count(".") + 1)
    }
    return {name for name in found | parents if name}
