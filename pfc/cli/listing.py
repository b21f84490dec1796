"""`pfc build --manifest`: every generated file, and what it was made from, as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from pfc.cli.building import Built
from pfc.project import shown

VERSION = 1
"""Of the JSON document."""


def listed(built: Sequence[Built]) -> str:
    """The document: for each project its files, their hashes and sources."""
    from pfc.emit.header import RUNTIME_ABI

    projects = [_project(one) for one in built]
    document = {"version": VERSION, "abi": RUNTIME_ABI, "projects": projects}
    return json.dumps(document, indent=2)


def _project(built: Built) -> dict[str, object]:
    project = built.checked.project
    sources = {
        path.removesuffix(".pf"): {"path": path, "sha256": _hash(source.text)}
        for path, source in project.sources.items()
    }
    files = [
        {
            "path": path,
            "sha256": _hash(text),
            "sources": [sources[folder]]
            if (folder := _folder(path)) in sources
            else [],
        }
        for path, text in sorted(built.checked.files.items())
    ]
    root, out = shown(project.root), shown(built.out.absolute())
    return {"root": root, "out": out, "files": files}


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
