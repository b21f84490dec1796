"""`pfc test` and `pfc run` with the real runtime, around hand-written packages."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import pfc.cli.compiler
from tests.cli.conftest import FakeCompilation, Pfc

SCENARIOS = """
from packetflow.testing import Scenario, Test

async def adds(scenario: Scenario) -> None:
    print("printed by a test")
    scenario.equal(1 + 1, 2, at="a.pf:1")

async def wrong(scenario: Scenario) -> None:
    scenario.equal(1 + 1, 3, at="a.pf:2")

SCENARIOS = (Test("adds", adds, path="a.pf", line=1),{more})
"""


@pytest.fixture
def generating(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], None]:
    """Makes the compiler generate these files."""

    def generate(files: dict[str, str]) -> None:
        made = FakeCompilation(files=files)
        monkeypatch.setattr(
            pfc.cli.compiler, "load", lambda: lambda sources, python=None: made
        )

    return generate


@pytest.fixture
def tests_of_a(
    tmp_path: Path, pfc_command: Pfc, generating: Callable[[dict[str, str]], None]
) -> Callable[[str], None]:
    """Makes `a.pf` generate a module of tests, with more of them if wanted."""
    (tmp_path / "a.pf").write_text("")

    def generate(more: str) -> None:
        text = SCENARIOS.replace("{more}", more)
        generating({"a/__init__.py": "", "a/scenarios.py": text})

    return generate


def test_tests_that_pass(pfc_command: Pfc, tests_of_a: Callable[[str], None]) -> None:
    tests_of_a("")
    result = pfc_command("test")
    assert result.code == 0
    assert result.out == "ok     adds\n1 test passed\n"


def test_tests_that_fail(pfc_command: Pfc, tests_of_a: Callable[[str], None]) -> None:
    tests_of_a('Test("wrong", wrong, path="a.pf", line=2)')
    result = pfc_command("test")
    assert result.code == 1
    lines = result.out.splitlines()
    assert lines[:2] == ["ok     adds", "FAILED wrong"]
    assert lines[2].startswith("       a.pf:2: ")
    assert lines[-1] == "1 test passed, 1 failed"
    result = pfc_command("test", "--format", "github")
    assert result.out.startswith("::error file=a.pf,line=2::wrong: ")


def test_results_as_json(pfc_command: Pfc, tests_of_a: Callable[[str], None]) -> None:
    tests_of_a('Test("wrong", wrong, path="a.pf", line=2)')
    result = pfc_command("test", "--format", "json")
    document = json.loads(result.out)
    assert document["diagnostics"] == []
    assert [
        (one["module"], one["name"], one["passed"]) for one in document["tests"]
    ] == [
        ("a", "adds", True),
        ("a", "wrong", False),
    ]
    assert "printed by a test" not in result.out


def test_tests_that_cannot_be_imported(
    tmp_path: Path, pfc_command: Pfc, generating: Callable[[dict[str, str]], None]
) -> None:
    (tmp_path / "a.pf").write_text("")
    generating({"a/__init__.py": "import nowhere\n", "a/scenarios.py": "SCENARIOS=()"})
    result = pfc_command("test")
    assert result.code == 1
    assert "could not be run" in result.err


def test_no_tests(pfc_command: Pfc, tmp_path: Path) -> None:
    (tmp_path / "a.pf").write_text("fine")
    assert pfc_command("test").out == "there are no tests\n"


def test_what_to_run_has_to_be_clear(
    tmp_path: Path, pfc_command: Pfc, generating: Callable[[dict[str, str]], None]
) -> None:
    (tmp_path / "a.pf").write_text("")
    generating({"a/__init__.py": ""})
    assert "no app to run" in pfc_command("run").err
    generating({"a/app.py": "class One(App):\n    pass\nclass Two(App):\n    pass\n"})
    assert "say --app with one of One, Two" in pfc_command("run").err
    result = pfc_command("run", "--app", "Three")
    assert (result.code, "no app 'Three'" in result.err) == (2, True)
    assert "Usage" not in result.err


# A command line whose "compiler" copies: what a source has is what the app answers.
RUNNER = """
import sys
from types import SimpleNamespace
import pfc.cli.compiler
from pfc.cli.app import run
from pfc.diagnostics import diagnostic
from pfc.span import Span

def compile_sources(sources, python=None):
    text = sources["a.pf"]
    bad = diagnostic("PF213", Span("a.pf", 0, 3), module="x")
    found = [bad] if "BAD" in text else []
    files = {} if found else {"a/__init__.py": "", "a/app.py": text}
    return SimpleNamespace(diagnostics=found, files=files, ir=None)

pfc.cli.compiler.load = lambda: compile_sources
sys.exit(run(sys.argv[1:]))
"""

APP = """
from packetflow import App
from packetflow.web import Web

class Served(App):
    name = "a.Served"
    web = Web(name="Served", pages=(), apis=())
    version = "{version}"
"""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`pfc run` in the folder `tmp_path`, on a free port."""
    (tmp_path / "a.pf").write_text(APP.replace("{version}", "1"))
    (tmp_path / "runner.txt").write_text(textwrap.dedent(RUNNER))
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "runner.txt", "run", "--port", "0"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{root}:{root / 'runtime'}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield process
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def line_with(process: subprocess.Popen[str], pattern: str) -> re.Match[str]:
    """Wait for a line of output; fails with what came instead."""
    assert process.stdout is not None
    seen = []
    for line in process.stdout:
        seen.append(line)
        if match := re.search(pattern, line):
            return match
    pytest.fail(f"no {pattern!r} in {''.join(seen)}")


def answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=10).close()
    except urllib.error.HTTPError:
        return True
    except urllib.error.URLError:
        return False
    return True


@pytest.mark.slow
def test_run_serves_and_follows_changes(
    tmp_path: Path, served: subprocess.Popen[str]
) -> None:
    address = line_with(served, r"Served is on (http://127\.0\.0\.1:\d+/)")[1]
    assert answers(address)

    (tmp_path / "a.pf").write_text("BAD")
    line_with(served, r"error\[PF213\]")
    line_with(served, r"the app goes on as it was")
    assert answers(address)

    (tmp_path / "a.pf").write_text(APP.replace("{version}", "2"))
    line_with(served, r"state in memory is gone, and sign-ins")
    again = line_with(served, r"Served is on (http://127\.0\.0\.1:\d+/)")[1]
    assert answers(again)

    served.send_signal(signal.SIGTERM)
    assert served.wait(timeout=20) == 0
    assert not answers(again)


@pytest.mark.slow
def test_the_server_ends_when_pfc_is_killed(served: subprocess.Popen[str]) -> None:
    address = line_with(served, r"Served is on (http://127\.0\.0\.1:\d+/)")[1]
    served.kill()
    served.wait()
    assert served.stdout is not None
    served.stdout.read()  # ends when the last process that could write has ended
    assert not answers(address)
