"""`pfc eject`: generated code as a package of one's own, which pfc does not write again."""

from __future__ import annotations

from pathlib import Path

import click

from pfc.cli import options
from pfc.cli.app import FAILURE
from pfc.cli.checking import check
from pfc.cli.reporting import counted, report, tell
from pfc.output.ejected import ejected
from pfc.project import Project, shown


@click.command(
    "eject",
    epilog="""\b
Examples:
  pfc eject shop-python          the project of the current folder
  pfc eject shop-python ../shop  another project
""",
)
@click.argument("folder", metavar="FOLDER")
@options.path
@options.format
@options.strict
def command(folder: str, path: str, format: str, strict: bool) -> None:
    """Write the generated packages as ordinary Python of your own.

    FOLDER gets the packages without what marks them as generated, the Python that they
    link, a pyproject.toml, a test that runs the `test` blocks, and a README that says
    what to do next. From then on pfc is not needed, only packetflow. FOLDER must not
    exist, or be empty.
    """
    (checked,) = check([path])
    target = Path(folder).absolute()
    report([checked], format)
    if not checked.passes(strict=strict):
        raise SystemExit(1)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        click.echo(
            f"{shown(target)} exists and is not empty: nothing is done", err=True
        )
        raise SystemExit(FAILURE)
    project = checked.project
    modules = [*checked.python]
    files = ejected(checked.files, _linked(project, modules), target.name)
    # First what says that this is another project, for a `pfc run` that looks on.
    for name in sorted(files, key=lambda name: name != "pyproject.toml"):
        file = target / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(files[name], "utf-8", newline="\n")
    tell(format, f"ejected {counted(len(files), 'file')} into {shown(target)}")


def _linked(project: Project, modules: list[str]) -> dict[str, str]:
    """The project's own Python that is linked, and what that imports of the project."""
    from pfc.pythoncheck.reached import reached

    found = reached(modules, project.python_file)
    return {path: text for path, text in found.values() if not Path(path).is_absolute()}
