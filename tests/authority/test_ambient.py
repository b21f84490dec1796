"""Ambient authority in embedded and linked Python."""

from __future__ import annotations

import pytest

from pfc.authority.ambient import ambient, reaches
from tests.authority.checking import typed


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("return open(path).read()", ["open"]),
        ("import os\nos.remove(path)", ["os.remove"]),
        ("import subprocess as sp\nsp.run([path])", ["subprocess.run"]),
        ("from pathlib import Path as P\nP(path).unlink()", ["pathlib.Path"]),
        (
            "import urllib.request\nurllib.request.urlopen(x)",
            ["urllib.request.urlopen"],
        ),
        (
            "from socket import create_connection\ncreate_connection(x)",
            ["socket.create_connection"],
        ),
        ("async with httpx() as c: pass", []),
        (
            "import httpx\nasync with httpx.AsyncClient() as c: pass",
            ["httpx.AsyncClient"],
        ),
        ("f = open\nreturn f(path)", ["open"]),
        ("return eval(text)", ["eval"]),
        ("import os\nreturn os.path.join(a, b)", []),
        ("import io\nreturn io.BytesIO(b'')", []),
        ("from pathlib import PurePosixPath\nreturn PurePosixPath(a).name", []),
        ("import json\nreturn json.dumps(x)", []),
        ("opener.open(path)", []),
        ("this does not parse", []),
    ],
)
def test_what_a_fence_reaches(code: str, names: list[str]) -> None:
    assert [reach.name for reach in reaches(code)] == names


def test_lines_are_those_of_the_fence() -> None:
    (reach,) = reaches("x = 1\nreturn open(x)")
    assert (reach.line, reach.column) == (2, 8)


LINKED = """
import os

def helper(name):
    return os.listdir(name)

def unused():
    os.remove("x")

def load(name):
    return helper(name)
"""

PROGRAM = """
capability Disk { read(name: String) }
effect bare(name: String) python "linked:load"
effect explained(name: String) requires Disk.read(name) python "linked:load"
fn pure(name: String) -> String python ```py
  return open(name).read()
```
"""


def test_what_requires_explain_is_not_told() -> None:
    program, _ = typed({"main.pf": PROGRAM})
    found = ambient(program, {"linked": LINKED}.get)
    assert [one.code for one in found] == ["PF420", "PF420"]
    assert "`bare` uses the operating system with `os.listdir`" in found[0].message
    assert "linked.py:5" in str(found[0].notes)
    assert "`pure` opens files with `open`" in found[1].message
