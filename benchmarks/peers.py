"""The peers, each in an environment of its own beside ours: `make bench` makes them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks import inputs
from benchmarks.measure import Command

ROOT: Final = Path(__file__).resolve().parents[1]
# Named as ratios are: the package, with underscores.
PACKAGES: Final = {
    "datamodel_code_generator": ("datamodel-code-generator",),
    "baml_py": ("baml-py",),
    "mypy_protobuf": ("mypy-protobuf", "grpcio-tools"),
    "cedarpy": ("cedarpy",),
    "casbin": ("casbin",),
    "regorus": ("hobofan-regorus",),
    "vakt": ("vakt",),
    "biscuit_python": ("biscuit-python",),
    "z3_solver": ("z3-solver",),
    "pykka": ("pykka",),
    "thespian": ("thespian",),
    "xoscar": ("xoscar",),
    "sqlalchemy": ("sqlalchemy",),
}


def environment(peer: str) -> Path:
    """The folder of a peer's environment."""
    return ROOT / f".venv-bench-{peer}"


def install() -> None:
    """Make the environments that are missing; one that fails is skipped later."""
    for peer, packages in PACKAGES.items():
        folder = environment(peer)
        if (folder / "installed").exists():
            continue
        print(f"== installing {', '.join(packages)} for comparison")
        pip = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet"]
        made = [sys.executable, "-m", "venv", "--clear", str(folder)]
        done = [
            subprocess.run(command, check=False).returncode
            for command in (made, [*pip, *packages])
        ]
        if not any(done):
            (folder / "installed").touch()


def present() -> list[str]:
    """The peers that are installed."""
    return [peer for peer in PACKAGES if (environment(peer) / "installed").exists()]


def generating(folder: Path, lines: int) -> Iterator[tuple[str, Command]]:
    """For each peer that is there: generate Python from so many lines of its input."""
    for peer in present():
        if peer not in _COMMANDS:
            continue
        here = folder / peer
        here.mkdir()
        yield peer, _COMMANDS[peer](environment(peer) / "bin", here, lines)


def _datamodel(programs: Path, here: Path, lines: int) -> Command:
    (here / "things.yaml").write_text(inputs.openapi(lines))
    arguments = "--input things.yaml --input-file-type openapi --output things.py"
    more = "--output-model-type pydantic_v2.BaseModel --formatters builtin"
    program = str(programs / "datamodel-codegen")
    return Command([program, *arguments.split(), *more.split()], str(here))


def _baml(programs: Path, here: Path, lines: int) -> Command:
    source = here / "baml_src"
    source.mkdir()
    (source / "things.baml").write_text(inputs.baml(lines))
    told = subprocess.run(
        [programs / "baml-cli", "--version"], capture_output=True, text=True, check=True
    )
    version = told.stdout.split()[-1]
    generator = inputs.BAML_GENERATOR.replace("VERSION", version)
    (source / "generators.baml").write_text(generator)

    def clear() -> None:
        shutil.rmtree(here / "baml_client", ignore_errors=True)

    arguments = [str(programs / "baml-cli"), "generate", "--from", "baml_src"]
    return Command(arguments, str(here), before=clear)


def _proto(programs: Path, here: Path, lines: int) -> Command:
    (here / "things.proto").write_text(inputs.proto(lines))
    arguments = "-m grpc_tools.protoc -I. --python_out=. --mypy_out=. things.proto"
    path = {"PATH": f"{programs}:/usr/bin:/bin"}
    return Command([str(programs / "python"), *arguments.split()], str(here), path)


_COMMANDS: Final = {
    "datamodel_code_generator": _datamodel,
    "baml_py": _baml,
    "mypy_protobuf": _proto,
}
