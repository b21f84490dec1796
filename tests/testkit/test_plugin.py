"""`test` blocks under pytest, and the reports and orders of `pfc test`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

GOOD = """
fn f(n: Int) -> Int = n + 1
test "good" { expect f(1) == 2 }
test "bad & <b>" { expect f(1) == 3 }
test "good" { expect f(2) == 3 }
"""

pytestmark = pytest.mark.slow


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command of this Python in a folder."""
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def under_pytest(folder: Path, *arguments: str) -> tuple[int, str]:
    """What pytest says about the folder."""
    done = run(
        folder,
        "pytest",
        "-q",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
        "-o",
        "asyncio_default_fixture_loop_scope=function",
        *arguments,
    )
    return done.returncode, done.stdout + done.stderr


def test_blocks_are_collected_if_named_or_wanted(tmp_path: Path) -> None:
    (tmp_path / "a.pf").write_text(GOOD)
    (tmp_path / "test_python.py").write_text("def test_x(): pass\n")
    code, told = under_pytest(tmp_path)
    assert code == 0, told
    assert "1 passed" in told
    code, told = under_pytest(tmp_path, "--pf")
    assert code == 1
    assert "1 failed, 3 passed" in told
    assert "a.pf:4: expected 3, got 2" in told
    assert "Traceback" not in told
    code, told = under_pytest(tmp_path, "a.pf", "-k", "good")
    assert (code, "2 passed" in told) == (0, True), told


def test_what_does_not_compile_fails_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.pf").write_text('test "x" { expect m == 1 }\n')
    (tmp_path / "b.pf").write_text('test "y" { expect 1 == }\n')
    code, told = under_pytest(tmp_path, "--pf")
    assert code == 1
    assert "2 failed" in told
    assert "PF210" in told
    assert "PF101" in told


def test_reports_are_written(tmp_path: Path) -> None:
    (tmp_path / "a.pf").write_text(GOOD)
    done = run(
        tmp_path, "pfc", "test", "a.pf", "--junit", "r/j.xml", "--html", "r/h.html"
    )
    assert done.returncode == 1
    root = ElementTree.parse(tmp_path / "r" / "j.xml").getroot()
    assert [case.attrib["name"] for case in root.iter("testcase")] == [
        "good",
        "bad & <b>",
        "good",
    ]
    assert root.attrib["failures"] == "1"
    assert "bad &amp; &lt;b&gt;" in (tmp_path / "r" / "h.html").read_text()
    (tmp_path / "file").write_text("")
    done = run(tmp_path, "pfc", "test", "a.pf", "--junit", "file/j.xml")
    assert done.returncode == 1
    assert "cannot write file/j.xml" in done.stderr


RACY = """
intent Slow(n: Int) requires nothing
intent Add(n: Int) requires nothing
intent Sum -> Int requires nothing
reactor Worker {
  on Slow(n) { ask Add(n: n) }
}
reactor Total {
  state { total: Int = 0 }
  on Add(n) { state.total = state.total * 10 + n }
  on Sum { reply state.total }
}
reactor First { on Start { send Slow(n: 1)  send Add(n: 2) } }
intent Start requires nothing
test "one before two" {
  send Start()
  expect Sum() == 12
}
"""


def test_an_order_that_fails_is_named_and_can_be_run_again(tmp_path: Path) -> None:
    (tmp_path / "a.pf").write_text(RACY)
    done = run(
        tmp_path, "pfc", "test", "a.pf", "--interleavings", "30", "--format", "json"
    )
    (told,) = json.loads(done.stdout)["tests"]
    assert not told["passed"], "the race was not seen"
    seed = told["message"].rpartition("interleaving ")[2].rstrip(")")
    again = run(tmp_path, "pfc", "test", "a.pf", "--seed", seed, "--format", "json")
    (repeated,) = json.loads(again.stdout)["tests"]
    assert repeated["message"] == told["message"]
    both = run(tmp_path, "pfc", "test", "a.pf", "--seed", "1", "--interleavings", "2")
    assert both.returncode == 2
