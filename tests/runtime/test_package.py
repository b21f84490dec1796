"""The package itself: what it exports, and what importing it costs."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import packetflow
from packetflow import stdlib, testing
from tests.runtime.handwritten.store import Missing

RUNTIME = str(Path(packetflow.__file__).parents[1])


def _isort_style(name: str) -> tuple[int, str]:
    """As ruff wants it: constants, classes, then the rest."""
    return 0 if name.isupper() else 1 if name[0].isupper() else 2, name


def test_every_public_name_is_there_and_sorted() -> None:
    for module in (packetflow, stdlib, testing):
        assert list(module.__all__) == sorted(set(module.__all__), key=_isort_style)
        for name in module.__all__:
            assert hasattr(module, name)
    assert (Path(packetflow.__file__).parent / "py.typed").exists()


def test_importing_it_brings_in_no_web_server_and_no_compiler() -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); "
        "import packetflow.testing; print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program, RUNTIME],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    heavy = {"starlette", "uvicorn", "httpx", "jinja2", "lark", "pfc", "packetflow.web"}
    assert not heavy & set(loaded)


def test_failures_are_values() -> None:
    assert Missing("/a") == Missing("/a")
    assert Missing("/a") != Missing("/b")
    assert hash(Missing("/a")) == hash(Missing("/a"))
    assert repr(Missing("/a")) == "Missing(path='/a')"
    assert pickle.loads(pickle.dumps(Missing("/a"))) == Missing("/a")
    assert Missing("/a").fields == {"path": "/a"}
    assert Missing.status == 404
