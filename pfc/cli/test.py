"""`pfc test`: run the `test` blocks."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypedDict, cast

import click

from pfc.cli import child, options
from pfc.cli.building import build
from pfc.cli.checking import Checked, check
from pfc.cli.reporting import counted, report, tell

_STANDARD_ERROR: Final = 2


class Told(TypedDict):
    """What came of one test; `at` is a place in a `.pf` file."""

    module: str
    name: str
    passed: bool
    message: str
    at: str


class CannotRun(Exception):
    """The tests could not be run at all; what they wrote says why."""


@click.command(
    "test",
    epilog="""\b
Examples:
  pfc test                  all tests of the project
  pfc test shop.pf          those of one file and of what it imports
  pfc test --format json    the results for tools
""",
)
@options.paths
@options.format
@options.strict
def command(paths: tuple[str, ...], format: str, strict: bool) -> None:
    """Run the `test` blocks.

    They are built into a temporary folder, and run on fresh reactors.
    """
    checked = check(paths)
    if not all(one.passes(strict=strict) for one in checked):
        report(checked, format, tests=[])
        raise SystemExit(1)
    try:
        told = [each for one in checked for each in _run(one, format)]
    except CannotRun as problem:
        report(checked, format, tests=[], failure=str(problem))
        click.echo(f"the tests could not be run: {problem}", err=True)
        raise SystemExit(1) from problem
    report(checked, format, tests=told)
    _tell(told, format)
    if not all(each["passed"] for each in told):
        raise SystemExit(1)


def _run(checked: Checked, format: str) -> Sequence[Told]:
    modules = child.modules_of(checked.files, "scenarios")
    if not modules:
        return []
    with tempfile.TemporaryDirectory(prefix="pfc-test-") as folder:
        out, results = Path(folder, "out"), Path(folder, "results.json")
        if build(checked, out).written is None:
            raise CannotRun(f"cannot write to {folder}")
        root = checked.project.root
        arguments = [str(out), str(root), str(results), *modules]
        # Tests may print; in JSON format standard output is not theirs.
        output = None if format == "text" else _STANDARD_ERROR
        running = child.start("pfc.cli.child_test", arguments, root, output=output)
        try:
            code = running.wait()
        finally:
            child.stop(running)
        if code != 0:
            raise CannotRun(f"the process ended with {code}")
        told = cast("list[Told]", json.loads(results.read_text("utf-8")))
        for each in told:
            each["at"] = _shown(checked, each["at"])
        return told


def _shown(checked: Checked, at: str) -> str:
    """A place in a source as people see it."""
    path, _, line = at.rpartition(":")
    return f"{checked.project.display(path)}:{line}" if path else at


def _tell(told: Sequence[Told], format: str) -> None:
    if format == "github":
        for each in told:
            if not each["passed"]:
                click.echo(_annotation(each))
    for each in told:
        tell(format, f"{'ok    ' if each['passed'] else 'FAILED'} {each['name']}")
        if not each["passed"]:
            where = f"{each['at']}: " if each["at"] else ""
            tell(format, f"       {where}{each['message'] or 'failed'}")
    failed = sum(not each["passed"] for each in told)
    if not told:
        tell(format, "there are no tests")
    else:
        passed = counted(len(told) - failed, "test")
        tell(format, f"{passed} passed" + (f", {failed} failed" if failed else ""))


def _annotation(told: Told) -> str:
    path, _, line = told["at"].rpartition(":")
    place = f" file={path},line={line}" if path and line.isdigit() else ""
    message = f"{told['name']}: {told['message'] or 'failed'}"
    for character, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        message = message.replace(character, code)
    return f"::error{place}::{message}"
