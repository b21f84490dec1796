"""The import hook: generated modules are compiled with the places of their sources."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import decode_source
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final

from packetflow.origin.moved import compile_moved
from packetflow.origin.sources import HEADER, NAMES, source_of

_MARK: Final = HEADER.encode()


class _Loader(SourceFileLoader):
    """Compiles a generated file; Python's cache of compiled files is left alone."""

    def get_code(self, fullname: str) -> CodeType | None:
        path = self.get_filename(fullname)
        text = decode_source(self.get_data(path))
        source = source_of(Path(path), text, _FINDER.roots)
        if source is None:
            return super().get_code(fullname)
        NAMES[source.file] = source.name
        return compile_moved(text, source, by_statement=_FINDER.by_statement)


class _Finder(MetaPathFinder):
    """Finds what Python's own finder finds; generated modules get another loader."""

    def __init__(self) -> None:
        self.roots: list[Path] = []
        self.by_statement = False

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and type(spec.loader) is SourceFileLoader:
            file = spec.loader.path
            if _is_generated(file):
                spec.loader = _Loader(spec.loader.name, file)
        return spec


def _is_generated(file: str) -> bool:
    try:
        with Path(file).open("rb") as stream:
            return stream.read(len(_MARK)) == _MARK
    except OSError:
        return False


_FINDER: Final = _Finder()


def install(*roots: str | Path) -> None:
    """Have the modules that are imported from now on run in `.pf` coordinates.

    Tracebacks, `pdb`, profilers and log records then show the lines of `.pf` files, with
    carets where they are known. `roots` are source roots; those around the generated
    package, the current folder and `sys.path` are looked at in any case. A package whose
    source cannot be found, or has changed since the build, is imported as it is.
    """
    _FINDER.roots.extend(Path(root).absolute() for root in roots)
    if _FINDER not in sys.meta_path:
        own = [at for at, each in enumerate(sys.meta_path) if each is PathFinder]
        sys.meta_path.insert(own[0] if own else len(sys.meta_path), _FINDER)


def uninstall() -> None:
    """Have generated modules imported as they are again."""
    if _FINDER in sys.meta_path:
        sys.meta_path.remove(_FINDER)
    _FINDER.roots.clear()


def by_statement() -> None:
    """Keep the parts of a statement in the line where it begins, as coverage needs."""
    _FINDER.by_statement = True


def install_as_told(setting: str) -> None:
    """Do what the environment variable PACKETFLOW_ORIGIN says: `1`, or source roots."""
    if setting != "0":
        roots: Iterable[str] = () if setting == "1" else setting.split(os.pathsep)
        install(*roots)
