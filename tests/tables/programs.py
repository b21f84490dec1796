"""Programs with tables, compiled and imported for one test."""

from __future__ import annotations

import contextlib
import importlib
import sys

from pfc.driver import compile_sources


def compiled(name, text):
    """What the compiler makes of one module; it has no errors."""
    made = compile_sources({f"{name}.pf": text})
    errors = [str(one) for one in made.diagnostics if one.severity.value == "error"]
    assert not errors, errors
    return made


@contextlib.contextmanager
def imported(folder, name, text):
    """The generated package of a module, as long as it is wanted."""
    for path, content in compiled(name, text).files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, "utf-8")
    _forget(name)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield importlib.import_module(name)
    finally:
        sys.path.remove(str(folder))
        _forget(name)


def _forget(name):
    for known in [one for one in sys.modules if one.split(".")[0] == name]:
        del sys.modules[known]
