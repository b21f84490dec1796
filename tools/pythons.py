"""Lists the other Pythons that the suite runs on: one of each supported version.

Prints a path on each line; the version of the running interpreter is left out. Looked
for on PATH and among pyenv's versions. A pyenv shim whose version is not active, and a
Python without venv, are not usable and so not listed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SUPPORTED = ((3, 11), (3, 12), (3, 13))
_PROBE = (
    "import sys, ensurepip, venv; print(*sys.version_info[:2], sys.executable, sep='|')"
)


def candidates(version: tuple[int, int]) -> Iterator[str]:
    """Paths that may be Pythons of this version, newest of pyenv's first."""
    name = f"python{version[0]}.{version[1]}"
    found = shutil.which(name)
    if found is not None:
        yield found
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    installed = (pyenv / "versions").glob(f"{version[0]}.{version[1]}.*/bin/{name}")
    yield from map(str, sorted(installed, key=_numbers, reverse=True))


def usable(path: str, version: tuple[int, int]) -> bool:
    """Whether this runs, is of this version, and can make environments."""
    try:
        done = subprocess.run(
            [path, "-c", _PROBE],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and done.stdout.startswith("|".join(map(str, version)))


def _numbers(path: Path) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", str(path))]


def main() -> None:
    """Print one usable Python of each other version."""
    for version in SUPPORTED:
        if version == sys.version_info[:2]:
            continue
        found = (path for path in candidates(version) if usable(path, version))
        path = next(found, None)
        if path is not None:
            print(path)


if __name__ == "__main__":
    main()
