"""A pytest plugin: the `test` blocks of `.pf` files beside tests in Python.

A file that is named on the command line is collected; with `--pf`, or `pf_tests = true`
in pytest's configuration, all that are found are. The blocks of a file are built and run
together, in a process of their own, when the first of them is to run.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """The switch, and what stands for it in the configuration."""
    text = "collect the test blocks of all .pf files"
    parser.getgroup("packetflow").addoption("--pf", action="store_true", help=text)
    parser.addini("pf_tests", text, type="bool", default=False)


def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    """Take a `.pf` file if it is wanted."""
    if file_path.suffix != ".pf" or not _wanted(file_path, parent.config):
        return None
    made: PfFile = PfFile.from_parent(parent, path=file_path)
    return made


def _wanted(path: Path, config: pytest.Config) -> bool:
    if config.getoption("--pf") or config.getini("pf_tests"):
        return True
    folder = config.invocation_params.dir
    named = (str(each).partition("::")[0] for each in config.args)
    return any((folder / each).resolve() == path.resolve() for each in named)


class Failed(Exception):
    """A test block did not pass; its message is complete."""


class PfFile(pytest.File):
    """A `.pf` file with `test` blocks."""

    def collect(self) -> Iterable[pytest.Item]:
        """Its blocks, in order; those with the same title are told apart by a number."""
        # Imported late: most runs of pytest collect no .pf file.
        from pfc.span import Source
        from pfc.syntax.ast.tests import Test
        from pfc.syntax.parser import parse
        from pfc.syntax.strings import unescape

        source = Source(str(self.path), self.path.read_text("utf-8"))
        parsed = parse(source)
        if parsed.diagnostics:
            # What cannot be read may be a test: it must not go missing unseen.
            yield PfItem.from_parent(self, name="pfc check", line=0)
        seen: dict[str, int] = {}
        for node in parsed.module.declarations:
            if isinstance(node, Test):
                title = unescape(node.title.raw)[0]
                seen[title] = seen.get(title, 0) + 1
                name = title if seen[title] == 1 else f"{title} ({seen[title]})"
                line = source.position(node.span.start)[0]
                yield PfItem.from_parent(self, name=name, line=line)

    @cached_property
    def results(self) -> dict[int, dict[str, Any]]:
        """What came of the blocks, by the line on which each begins."""
        found = self._run()
        own = [test for test in found["tests"] if self._is_here(test["begins"])]
        return {int(test["begins"].rpartition(":")[2]): test for test in own}

    def _is_here(self, at: str) -> bool:
        return Path(at.rpartition(":")[0]).resolve() == self.path.resolve()

    def _run(self) -> Any:
        command = [sys.executable, "-m", "pfc", "test", str(self.path)]
        done = subprocess.run(
            [*command, "--format", "json"], capture_output=True, check=False
        )
        try:
            document = json.loads(done.stdout)
        except ValueError:
            raise Failed(done.stderr.decode("utf-8", "replace")) from None
        if document.get("failure"):
            raise Failed(f"{document['failure']}\n{done.stderr.decode()}")
        if done.returncode and not document["tests"]:
            text = subprocess.run(command, capture_output=True, check=False).stdout
            raise Failed(text.decode("utf-8", "replace"))
        return document


class PfItem(pytest.Item):
    """One `test` block."""

    parent: PfFile

    def __init__(self, *, line: int, **more: Any) -> None:
        super().__init__(**more)
        self._line = line

    def runtest(self) -> None:
        """Look up what came of it; the first one of a file runs them all."""
        result = self.parent.results.get(self._line)
        if result is None and self._line == 0:
            return  # only warnings
        if result is None:
            raise Failed(f"{self.path}:{self._line}: the test was not run")
        if not result["passed"]:
            raise Failed(f"{result['at']}: {result['message'] or 'failed'}")

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None
    ) -> Any:
        """What failed, without a traceback through pytest and pfc."""
        if isinstance(excinfo.value, Failed):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands; pytest counts lines from 0."""
        return self.path, max(self._line - 1, 0), self.name
