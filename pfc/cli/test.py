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
    seconds: float
    begins: str


class CannotRun(Exception):
    """The tests could not be run at all; what they wrote says why."""


@click.command(
    "test",
    epilog="""\b
Examples:
  pfc test                  all tests of the project
  pfc test shop.pf          those of one file and of what it imports
  pfc test --format json    the results for tools
  pfc test --junit report.xml --html report.html
  pfc test --interleavings 50   each in 50 orders of what runs at the same time
  pfc test --seed 17        again in the order that a failure named
""",
)
@options.paths
@options.format
@options.strict
@click.option("--junit", metavar="FILE", help="Write the results as JUnit XML.")
@click.option("--html", metavar="FILE", help="Write the results as a page.")
@click.option(
    "--interleavings",
    type=click.IntRange(1, 100_000),
    metavar="N",
    help="Run each test in N orders of what runs at the same time.",
)
@click.option("--seed", type=int, metavar="N", help="Run each test in this one order.")
def command(
    paths: tuple[str, ...],
    format: str,
    strict: bool,
    junit: str | None,
    html: str | None,
    interleavings: int | None,
    seed: int | None,
) -> None:
    """Run the `test` blocks.

    They are built into a temporary folder, and run on fresh reactors.
    """
    if seed is not None and interleavings is not None:
        raise click.UsageError("--seed is one order, --interleavings are many")
    seeds = range(interleavings or 0) if seed is None else (seed,)
    checked = check(paths)
    if not all(one.passes(strict=strict) for one in checked):
        report(checked, format, tests=[])
        raise SystemExit(1)
    try:
        told = [each for one in checked for each in _run(one, format, seeds)]
    except CannotRun as problem:
        report(checked, format, tests=[], failure=str(problem))
        click.echo(f"the tests could not be run: {problem}", err=True)
        raise SystemExit(1) from problem
    report(checked, format, tests=told)
    _tell(told, format)
    for file, kind in ((junit, "junit"), (html, "html")):
        if file is not None:
            _write(file, kind, told)
    if not all(each["passed"] for each in told):
        raise SystemExit(1)


def _write(file: str, kind: str, told: Sequence[Told]) -> None:
    """Write a report of the results; a folder that is missing is made."""
    from packetflow.testing import Outcome, reports

    outcomes: dict[str, list[Outcome]] = {}
    for each in told:
        outcome = Outcome(
            each["name"], each["passed"], each["message"], each["at"], each["seconds"]
        )
        outcomes.setdefault(each["module"], []).append(outcome)
    text = reports.junit(outcomes) if kind == "junit" else reports.html(outcomes)
    try:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_text(text, "utf-8", newline="\n")
    except OSError as problem:
        click.echo(f"cannot write {file}: {problem.strerror}", err=True)
        raise SystemExit(1) from problem


def _run(checked: Checked, format: str, seeds: Sequence[int]) -> Sequence[Told]:
    modules = child.modules_of(checked.files, "scenarios")
    if not modules:
        return []
    with tempfile.TemporaryDirectory(prefix="pfc-test-") as folder:
        out, results = Path(folder, "out"), Path(folder, "results.json")
        if build(checked, out).written is None:
            raise CannotRun(f"cannot write to {folder}")
        root = checked.project.root
        chosen = ",".join(map(str, seeds))
        arguments = [str(out), str(root), str(results), chosen, *modules]
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
            each["begins"] = _shown(checked, each["begins"])
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
