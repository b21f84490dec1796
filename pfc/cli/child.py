"""Running generated code in a process of its own, so that it can be replaced.

The child imports generated packages from the output folder and linked Python from the
source root; it ends when its parent does.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from packetflow.origin import install


def start(
    module: str,
    arguments: Sequence[str],
    root: Path,
    *,
    output: int | None = None,
) -> subprocess.Popen[bytes]:
    """Run a module of pfc with the source root as its current folder.

    `output` is a file descriptor for its standard output.
    """
    # -P: the current folder must not shadow what pfc itself imports.
    command = [sys.executable, "-P", "-m", module, *arguments]
    return subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=output)


def stop(child: subprocess.Popen[bytes]) -> None:
    """End a child: it may finish what it does, but not for long."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    if child.stdin is not None:
        child.stdin.close()


def modules_of(files: Mapping[str, str], name: str) -> list[str]:
    """The generated modules called `name`, such as `counter.app`."""
    endings = (path for path in sorted(files) if path.endswith(f"/{name}.py"))
    return [path.removesuffix(".py").replace("/", ".") for path in endings]


def enter(out: str, root: str) -> None:
    """In the child: find generated packages and linked Python, and end in time.

    Generated code runs in the coordinates of its `.pf` files.
    """
    sys.path[:0] = [out, root]
    install(root)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    # Nobody writes: the pipe ends when the parent does, however that came about.
    os.read(sys.stdin.fileno(), 1)
    os.kill(os.getpid(), signal.SIGTERM)
