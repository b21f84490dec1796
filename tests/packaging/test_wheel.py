"""The wheel, installed into an empty environment, works far from the repository."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pfc import __version__

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command outside of the repository; its output."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=clean,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    options = ("--wheel", "--no-isolation", "--outdir", out)
    run(sys.executable, "-m", "build", *options, ROOT, cwd=out)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment that has the wheel and nothing else."""
    folder = tmp_path_factory.mktemp("elsewhere")
    run(sys.executable, "-m", "venv", folder / "env", cwd=folder)
    bin_folder = folder / "env" / "bin"
    run(bin_folder / "python", "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    return bin_folder


@pytest.mark.parametrize(
    ("folder", "place"),
    [
        ("pfc", "pfc"),
        ("runtime/packetflow", "packetflow"),
        ("grammar", "pfc/grammar"),
        ("templates", "pfc/templates"),
    ],
)
def test_the_wheel_holds_every_file(wheel: Path, folder: str, place: str) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for path in (ROOT / folder).rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert f"{place}/{path.relative_to(ROOT / folder).as_posix()}" in names


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    top = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert top == {"pfc", "packetflow", f"pfc-{__version__}.dist-info"}


def test_the_command_line_works(installed: Path, tmp_path: Path) -> None:
    pfc = installed / "pfc"
    assert run(pfc, "--version", cwd=tmp_path) == f"pfc {__version__}\n"
    assert "# PF301" in run(pfc, "explain", "PF301", cwd=tmp_path)
    assert run(installed / "python", "-m", "pfc", "--version", cwd=tmp_path)


def test_a_new_project_builds_and_passes_its_tests(
    installed: Path, tmp_path: Path
) -> None:
    pfc = installed / "pfc"
    run(pfc, "new", "demo", cwd=tmp_path)
    run(pfc, "check", "demo", "--strict", cwd=tmp_path)
    run(pfc, "build", "demo", cwd=tmp_path)
    assert (tmp_path / "demo/build/demo/__init__.py").is_file()
    assert "passed" in run(pfc, "test", "demo", cwd=tmp_path)


def test_the_runtime_does_not_bring_the_compiler(
    installed: Path, tmp_path: Path
) -> None:
    script = "import sys, packetflow; sys.exit('pfc' in sys.modules)"
    run(installed / "python", "-c", script, cwd=tmp_path)
