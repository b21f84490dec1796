"""The examples: the text of each generated module, and the Python surface of the counter."""

from __future__ import annotations

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.generated.building import (
    EXAMPLES,
    Tools,
    compiled,
    errors,
    output_of,
    scenarios,
    sources_in,
    write,
)
from tests.snapshots import PythonFile

NAMES = ("counter", "files")
# The web part's files are held by its own tests.
_WEB = ("api", "components", "pages", "routes")


def files_of(name: str) -> dict[str, str]:
    """What an example compiles to."""
    folder = EXAMPLES / name
    made = compiled(sources_in(folder), folder)
    assert errors(made) == []
    return made.files


FILES = {path: text for name in NAMES for path, text in files_of(name).items()}
MODULES = [
    path.removesuffix(".py")
    for path in FILES
    if path.endswith(".py") and Path(path).stem not in _WEB
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("examples")
    write(root, FILES)
    for name in NAMES:
        for path in (EXAMPLES / name).glob("*.py"):
            write(root, {path.name: path.read_text("utf-8")})
    return root


@pytest.mark.parametrize("name", MODULES)
def test_the_text_of_each_module(name: str, snapshot: SnapshotAssertion) -> None:
    assert FILES[f"{name}.py"] == snapshot(name=name, extension_class=PythonFile)


def test_the_tests_of_the_examples_pass(folder: Path) -> None:
    found = scenarios(folder, NAMES)
    assert [one for each in found.values() for one in each if not one[1]] == []
    assert all(found[name] for name in NAMES)


@pytest.mark.slow
def test_tools_find_nothing(folder: Path) -> None:
    tools = Tools(folder)
    assert tools.mypy() == ""
    assert tools.pyright() == ""
    assert tools.ruff() == ""
    assert tools.black() == ""


SURFACE = """
import asyncio

import packetflow
from packetflow import Err, Ok

from counter import Counter, CounterApp, Increment, Reset, UserCap, UserContext


async def main() -> None:
    async with CounterApp() as app:
        ann = UserContext(user_id="ann", capabilities=[UserCap.basic])
        n = await app.ask(Increment(), ann)
        n += 0
        assert n == 1
        await app.tell(Increment(), ann)
        try:
            await app.ask(Reset(), ann)
        except packetflow.Denied as denied:
            assert denied.missing == (UserCap.admin,)
        else:
            raise AssertionError("not denied")
        assert await app.try_ask(Increment(), ann) == Ok(3)
        assert isinstance(await app.try_ask(Reset(), ann), Err)
        root = UserContext(user_id="root", capabilities=[UserCap.admin])
        await app.ask(Reset(), root)
        assert await app.ask(Increment(), root) == 1
    assert UserCap.admin.implies(UserCap.basic)
    assert not UserCap.basic.implies(UserCap.admin)
    assert Counter.name == "counter.Counter"


asyncio.run(main())
"""


def test_the_python_surface_of_the_counter(folder: Path) -> None:
    code, text = output_of("-c", SURFACE, folder=folder)
    assert (code, text.splitlines().count("incrementing the counter")) == (0, 4), text


@pytest.mark.slow
def test_the_surface_is_typed(folder: Path, tmp_path: Path) -> None:
    write(tmp_path, {"use.py": SURFACE + "\nreveal_type(Increment)\n"})
    command = ("-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"))
    paths = f"{folder}:{EXAMPLES.parent / 'runtime'}"
    code, text = output_of(*command, "use.py", folder=tmp_path, MYPYPATH=paths)
    assert code == 0, text
