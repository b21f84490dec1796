"""What mypy has to say of the Python in checked projects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pfc.cli.checking import Checked
from pfc.pythoncheck.present import with_python


def python_checked(checked: Iterable[Checked], *, mypy: bool) -> list[Checked]:
    """The projects, with findings in their Python; `mypy` is what the command line says.

    Projects that have errors, no Python, or `mypy = false` are as they were.
    """
    return [_python_checked(one) if mypy else one for one in checked]


def _python_checked(one: Checked) -> Checked:
    if not one.project.settings.mypy or not with_python(one.files):
        return one
    from pfc.cache.folder import cache_folder
    from pfc.cache.store import Store
    from pfc.pythoncheck.check import check_python

    found = check_python(
        str(one.project.root),
        one.files,
        one.project.sources,
        one.project.python_file,
        Store(cache_folder()),
    )
    return replace(
        one,
        diagnostics=[*one.diagnostics, *found.diagnostics],
        python=[*one.python, *found.modules],
        others=found.sources,
    )
