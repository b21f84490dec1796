"""`.pf` files from installed wheels: found, generated with the project, and run."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.generated.building import ROOT, RUNTIME

CAPS = """\
## What Acme's programs may do.
capability Badge { open(door: String) }
record Door { name: String }
fn opened(door: Door) -> String python "acme_caps.impl:opened"
"""
SHOP = """\
from acme_caps.caps import Badge, Door, opened
context Caller { name: String  grant Badge.open("front") }
intents in Caller { intent Enter(door: String) -> String requires Badge.open(door) }
reactor Doors { on Enter(door) { reply opened(Door(name: door)) } }
app ShopApp { supervise one_for_one { Doors } }
test "the front door" {
  as Caller(name: "ann") {
    expect Enter(door: "front") == "front is open"
    expect Enter(door: "back") denied Badge.open("back")
  }
}
"""
IMPL = """\
from acme_caps import STATE
from acme_caps.caps import Door


def opened(door: Door) -> str:
    return f"{door.name} is {STATE}"
"""
METADATA = "Metadata-Version: 2.1\nName: acme-caps\nVersion: 1.0\n"
WHEEL = (
    "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
)


def wheel(folder: Path) -> Path:
    """A wheel with a package that has Python and a `.pf` file."""
    path = folder / "acme_caps-1.0-py3-none-any.whl"
    files = {
        "acme_caps/__init__.py": 'STATE = "open"\n',
        "acme_caps/caps.pf": CAPS,
        "acme_caps/impl.py": IMPL,
        "acme_caps-1.0.dist-info/METADATA": METADATA,
        "acme_caps-1.0.dist-info/WHEEL": WHEEL,
    }
    record = "".join(f"{name},,\n" for name in files)
    files["acme_caps-1.0.dist-info/RECORD"] = (
        record + "acme_caps-1.0.dist-info/RECORD,,\n"
    )
    with ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment in which the wheel is installed."""
    folder = tmp_path_factory.mktemp("installed")
    environment = folder / "venv"
    venv.create(environment, with_pip=False)
    (site,) = environment.rglob("site-packages")
    with ZipFile(wheel(folder)) as archive:  # what pip does with a wheel like this
        archive.extractall(site)
    # What pfc needs is where the tests run; it comes after the environment's own.
    known = [entry for entry in sys.path if entry.endswith("site-packages")]
    lines = [str(ROOT), str(RUNTIME), *known]
    (site / "pfc.pth").write_text("".join(f"{line}\n" for line in lines))
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def pfc(python: Path, root: Path, *arguments: str) -> tuple[int, str]:
    """Runs pfc in a project; the exit code and what was printed."""
    ran = subprocess.run(
        [str(python), "-P", "-m", "pfc", *arguments],
        cwd=root,
        env={**os.environ, "NO_COLOR": "1", "PFC_CACHE_DIR": ""},
        capture_output=True,
        text=True,
    )
    return ran.returncode, ran.stdout + ran.stderr


def project(root: Path, **files: str) -> Path:
    for name, text in {"pyproject.toml": "[tool.pfc]\n", **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.mark.slow
def test_an_installed_module_is_used_like_an_own_one(
    python: Path, tmp_path: Path
) -> None:
    root = project(tmp_path, **{"shop.pf": SHOP})
    code, told = pfc(python, root, "test")
    assert code == 0, told
    assert told.endswith("ok     the front door\n1 test passed\n")
    code, told = pfc(python, root, "build", "--no-mypy")
    assert code == 0, told
    made = {
        path.relative_to(root / "build").parts[:2] for path in root.rglob("build/*/*")
    }
    assert ("acme_caps", "caps") in made
    script = (
        "import acme_caps, shop; from acme_caps import impl;"
        "from acme_caps.caps import Door;"
        "print(acme_caps.STATE, impl.opened(Door(name='side')))"
    )
    ran = subprocess.run(
        [str(python), "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(root / "build")},
        capture_output=True,
        text=True,
    )
    assert ran.stdout == "open side is open\n", ran.stderr


@pytest.mark.slow
def test_the_project_comes_first_and_says_so(python: Path, tmp_path: Path) -> None:
    own = CAPS.replace('python "acme_caps.impl:opened"', '= "{door.name} is shut"')
    root = project(tmp_path, **{"shop.pf": SHOP, "acme_caps/caps.pf": own})
    code, told = pfc(python, root, "check")
    assert code == 0
    assert "warning[PF925]" in told
    assert "--> shop.pf:1:6" in told
    code, told = pfc(python, root, "test")
    assert code == 1
    assert "shut" in told


@pytest.mark.slow
def test_what_is_not_installed_is_not_found(python: Path, tmp_path: Path) -> None:
    root = project(tmp_path, **{"shop.pf": SHOP.replace("acme_caps", "acme_bags")})
    code, told = pfc(python, root, "check")
    assert code == 1
    assert "acme_bags" in told
