"""Serving an example as its user would: the real command, a real socket."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
_PATIENCE = 60.0  # seconds: a build and a start of a loaded machine, no more


@contextmanager
def serving(example: Path) -> Iterator[str]:
    """`pfc run` on a folder; gives the address that it prints."""
    command = [sys.executable, "-m", "pfc", "run", str(example), "--port", "0"]
    with served_by(command) as address:
        yield address


@contextmanager
def served_by(command: list[str]) -> Iterator[str]:
    """Runs a command that serves until it is stopped; gives the address that it prints."""
    # What an example keeps in files is another one each time, and not in its folder.
    kept = tempfile.TemporaryDirectory()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={
            **os.environ,
            "NO_COLOR": "1",
            "PACKETFLOW_DATA": kept.name,
            "PYTHONUNBUFFERED": "1",
        },
    )
    lines: list[str] = []
    found = threading.Event()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if _ADDRESS.search(line):
                found.set()
        found.set()

    threading.Thread(target=read, daemon=True).start()
    try:
        assert found.wait(_PATIENCE), "".join(lines)
        match = _ADDRESS.search("".join(lines))
        assert match is not None, "".join(lines)
        yield match.group()
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(_PATIENCE)
        kept.cleanup()


def signed_in(address: str, subject: str) -> httpx.Client:
    """A client with a session of its own."""
    client = httpx.Client(base_url=address, follow_redirects=False)
    answer = client.post("/sign-in", data={"subject": subject, "next": "/"})
    assert answer.status_code == 303, answer.text
    return client
