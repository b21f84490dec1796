"""Type-checking embedded and linked Python, with what is known from earlier runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Final

from pfc.cache.store import Store, key_of
from pfc.diagnostics import Diagnostic, diagnostic
from pfc.frozen import dataclass
from pfc.pythoncheck.present import PythonReader, linked, with_python
from pfc.pythoncheck.reached import environment, reached
from pfc.pythoncheck.run_mypy import CannotCheck, Raw, run_mypy
from pfc.span import Source, Span

_KIND: Final = "python"
_VERSION: Final = "1"
"""Changes when other findings are kept, or are found in another way."""


@dataclass(frozen=True)
class PythonFindings:
    """What mypy found.

    `sources` are the Python files that the findings point into, `modules` those of the
    project that decide what is found.
    """

    modules: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)


def check_python(
    root: str,
    files: Mapping[str, str],
    sources: Mapping[str, Source],
    python: PythonReader,
    store: Store,
    run: Callable[..., list[Raw]] = run_mypy,
) -> PythonFindings:
    """Findings of mypy in `.pf` coordinates; nothing of the user's is ever imported.

    `files` are the generated ones of the project at `root`, `sources` its `.pf` files,
    and `python` gives the path and the text of a Python module below the root.
    """
    checked = with_python(files)
    if not checked:
        return PythonFindings()
    used = reached({one for name in checked for one in linked(files[name])}, python)
    modules = tuple(used)
    key = key_of(
        _VERSION,
        root,
        *environment(),
        *(part for name in sorted(files) for part in (name, files[name])),
        *(part for path, text in used.values() for part in (path, text)),
    )
    try:
        raw = _kept(store, key)
        if raw is None:
            raw = run(root, files, checked)
            store.put(_KIND, key, json.dumps(raw).encode())
    except CannotCheck as problem:
        span = Span(min(sources), 0, 0)
        failed = diagnostic("PF922", span, reason=str(problem))
        return PythonFindings(modules, (failed,))
    if not raw:
        return PythonFindings(modules)
    from pfc.pythoncheck.findings import Findings  # brings the runtime

    findings = Findings(files, sources, python)
    made = tuple(each for one in raw for each in findings.diagnostics(one))
    return PythonFindings(modules, tuple(dict.fromkeys(made)), findings.used)


def _kept(store: Store, key: str) -> list[Raw] | None:
    content = store.get(_KIND, key)
    if content is None:
        return None
    try:
        found = json.loads(content)
    except ValueError:
        return None
    return found if isinstance(found, list) else None
