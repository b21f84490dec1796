"""Packages of which a part is installed and a part is generated."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.machinery import PathFinder
from pathlib import Path


def joined(name: str, path: Iterable[str]) -> list[str]:
    """The `__path__` of a generated package that goes on in an installed one.

    Modules that are not generated are then imported from there. What the installed
    `__init__.py` defines is defined in this package too: it is run in it.
    """
    own = [str(Path(folder).resolve()) for folder in path]
    parent, _, last = name.rpartition(".")
    around = sys.modules[parent].__path__ if parent else sys.path
    others = [entry for entry in around if str(Path(entry, last).resolve()) not in own]
    spec = PathFinder.find_spec(name, others)
    if spec is None or spec.submodule_search_locations is None:
        return own
    whole = [*own, *spec.submodule_search_locations]
    module = sys.modules[name]
    module.__path__ = whole
    if spec.loader is not None and spec.origin is not None:
        get_code = getattr(spec.loader, "get_code", None)
        code = None if get_code is None else get_code(name)
        if code is not None:
            exec(code, module.__dict__)
    return whole
