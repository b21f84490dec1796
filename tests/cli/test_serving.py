"""The process that serves: where it listens, and linked Python that cannot be imported."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pfc.cli.child_serve import _listening, _not_importable
from pfc.cli.run import _restarts

APP = """
from packetflow import App
from packetflow.web import Web

class Served(App):
    name = "a.Served"
    web = Web(name="Served", pages=(), apis=())
"""


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which something listens."""
    with socket.create_server(("127.0.0.1", 0)) as holder:
        yield holder.getsockname()[1]


def test_a_taken_port_is_told_in_one_line(tmp_path: Path, taken: int) -> None:
    (tmp_path / "served.py").write_text(APP)
    folder = str(tmp_path)
    more = [folder, folder, "127.0.0.1", str(taken), "served", "Served", ""]
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "pfc.cli.child_serve", *more],
        stdin=subprocess.PIPE,  # open until it has ended: else it ends by itself
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stderr is not None
        (line,) = child.stderr.read().splitlines()
    assert child.returncode == 1
    assert line.startswith(f"pfc: port {taken} is taken")
    assert "--port" in line


def test_a_free_port_is_listened_on() -> None:
    (listening,) = _listening("127.0.0.1", 0)
    with listening, socket.create_connection(listening.getsockname(), timeout=5):
        pass


def test_a_host_that_is_not_here() -> None:
    with pytest.raises(OSError, match="assign"):
        _listening("203.0.113.1", 0)  # an address of documentation: RFC 5737


def test_linked_modules_are_imported_and_what_is_wrong_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "linked_fine.py").write_text("x = 1\n")
    (tmp_path / "linked_wrong.py").write_text("x = 1\n\ny = x / 0\n")
    (tmp_path / "linked_ends.py").write_text("raise SystemExit('gone')\n")
    wrong, ends = _not_importable(["linked_fine", "linked_wrong", "linked_ends"])
    assert "linked_wrong cannot be imported: ZeroDivisionError" in wrong
    assert wrong.endswith("(linked_wrong.py, line 3)")
    assert "linked_ends cannot be imported: SystemExit: gone" in ends


@pytest.mark.parametrize(
    ("path", "restarts"),
    [
        ("a.pf", True),
        ("people.py", True),
        ("sub/people.py", True),
        ("pyproject.toml", True),
        ("own/shop/types.py", False),
        ("own/pyproject.toml", False),
        ("own/a.pf", True),
        ("build/shop/types.py", False),
        ("notes.txt", False),
    ],
)
def test_what_an_app_starts_anew_for(tmp_path: Path, path: str, restarts: bool) -> None:
    for folder in ("own", "."):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "pyproject.toml").write_text("")
    assert _restarts(tmp_path / path, tmp_path, tmp_path / "build") is restarts


REFUSED = """
from packetflow.store import StoreError

class Refused(Served):
    def __init__(self, migrations):
        super().__init__()
        self.given = migrations

    async def __aenter__(self):
        raise StoreError(f"nothing of it can be read, with {self.given}")
"""


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("moves:ALL", ["Refused did not start: nothing of it can be read, with {}"]),
        ("moves:NONE", ["'moves:NONE', which is not there: AttributeError"]),
        ("gone:ALL", ["'gone:ALL', which is not there: ModuleNotFoundError"]),
    ],
)
def test_an_app_that_does_not_start_says_why(
    tmp_path: Path, where: str, told: list[str]
) -> None:
    (tmp_path / "served.py").write_text(APP + REFUSED)
    (tmp_path / "moves.py").write_text("ALL = {}\n")
    folder = str(tmp_path)
    more = [folder, folder, "127.0.0.1", "0", "served", "Refused", where]
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "pfc.cli.child_serve", *more],
        stdin=subprocess.PIPE,  # open until it has ended: else it ends by itself
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stderr is not None
        said = child.stderr.read()
    assert child.returncode == 1
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1
    for each in told:
        assert each in said
