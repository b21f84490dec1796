"""`pfc new`: a small project that builds, runs and passes its tests."""

from __future__ import annotations

import keyword
import re
import sys
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

import click

from pfc.project import shown

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_FILES: Final = {
    "pyproject.toml": "pyproject.toml.txt",
    "README.md": "README.md.txt",
    ".gitignore": "gitignore.txt",
    "$module.pf": "app.pf.txt",
    "${module}_people.py": "people.py.txt",
}


@click.command(
    "new",
    epilog="""\b
Examples:
  pfc new shop          a folder shop with a project in it
  pfc new work/shop     somewhere else
""",
)
@click.argument("name")
def command(name: str) -> None:
    """Start a small project.

    It is a folder with an application, a test and settings.

    The last part of NAME is what the project is called: letters, digits, - and _.
    """
    folder = Path(name)
    names = _names(folder.name)
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise click.UsageError(f"There is something in {name!r} already.")
        folder.mkdir(parents=True, exist_ok=True)
        for path, starter in _FILES.items():
            target = folder / Template(path).substitute(names)
            text = files("pfc.cli").joinpath("starter", starter).read_text("utf-8")
            target.write_text(Template(text).substitute(names), "utf-8", newline="\n")
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise click.UsageError(f"{name!r} cannot be made: {reason}.") from problem
    click.echo(
        f"{shown(folder.resolve())} is ready. Next:\n  cd {name}\n  pfc test\n  pfc run"
    )


def _names(project: str) -> dict[str, str]:
    if not _NAME.fullmatch(project):
        raise click.UsageError(
            f"{project!r} cannot be the name of a project: it has to begin with a"
            " letter, and to consist of letters, digits, - and _."
        )
    module = project.replace("-", "_").lower()
    if keyword.iskeyword(module) or module in sys.stdlib_module_names:
        raise click.UsageError(
            f"{project!r} cannot be the name of a project: Python has a module or a"
            " word of that name."
        )
    words = [word for word in module.split("_") if word]
    app = "".join(word.capitalize() for word in words) + "App"
    return {"project": project, "module": module, "app": app}
