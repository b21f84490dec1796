from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.generated.building import ROOT, RUNTIME, compiled, errors, write

SHOP = Path(__file__).with_name("shop.pf").read_text("utf-8")


@dataclass(frozen=True)
class Shop:
    """A project in a folder, built."""

    root: Path

    @property
    def source(self) -> Path:
        return self.root / "shop.pf"

    def line(self, text: str) -> int:
        """The number of the only line of the source that has a text."""
        lines = self.source.read_text("utf-8").split("\n")
        (found,) = (at for at, line in enumerate(lines, 1) if text in line)
        return found

    def python(
        self, *arguments: str, given: str = "", **variables: str
    ) -> tuple[int, str]:
        """Runs Python in the project; the exit code, and what was printed."""
        paths = os.pathsep.join(map(str, (self.root / "build", ROOT, RUNTIME)))
        environment = {**os.environ, "PYTHONPATH": paths, "COLUMNS": "200", **variables}
        environment.pop("PYTHONWARNINGS", None)
        ran = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env=environment,
            input=given,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return ran.returncode, ran.stdout + ran.stderr


def build(root: Path, text: str = SHOP) -> Shop:
    """Builds a project of one module, as `pfc build` does."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "shop.pf").write_bytes(text.encode())
    (root / "pyproject.toml").write_text("[tool.pfc]\n")
    made = compiled({"shop.pf": text}, root)
    assert errors(made) == []
    write(root / "build", made.files)
    return Shop(root)


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return build(tmp_path_factory.mktemp("shop"))
