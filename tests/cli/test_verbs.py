from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pfc import __version__
from pfc.diagnostics import TABLE
from tests.cli.conftest import Pfc


def test_build_writes_what_was_generated(tmp_path: Path, pfc_command: Pfc) -> None:
    (tmp_path / "a.pf").write_text("fine")
    result = pfc_command("build")
    assert (result.code, result.out) == (0, "built 1 file in build\n")
    assert (tmp_path / "build/a/__init__.py").read_text() == "# a\n"
    assert pfc_command("build").out == "1 file in build, none has changed\n"


def test_build_with_errors_leaves_the_output(tmp_path: Path, pfc_command: Pfc) -> None:
    (tmp_path / "a.pf").write_text("fine")
    pfc_command("build", "--out", "gen")
    (tmp_path / "a.pf").write_text("BAD")
    (tmp_path / "b.pf").write_text("fine")
    result = pfc_command("build", "--out", "gen")
    assert result.code == 1
    assert "nothing was written" in result.out
    assert not (tmp_path / "gen/b").exists()
    assert (tmp_path / "gen/a/__init__.py").exists()


def test_strict_build_with_warnings_writes_nothing(
    tmp_path: Path, pfc_command: Pfc
) -> None:
    (tmp_path / "a.pf").write_text("ODD")
    assert pfc_command("build", "--strict").code == 1
    assert not (tmp_path / "build").exists()
    assert pfc_command("build").code == 0


def test_build_uses_the_settings_of_the_project(
    tmp_path: Path, pfc_command: Pfc
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.pfc]\nout = "gen"\n')
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.pf").write_text("fine")
    assert pfc_command("build", "sub/a.pf").code == 0
    assert (tmp_path / "gen/sub/a/__init__.py").exists()


def test_an_empty_output_folder_is_no_folder(tmp_path: Path, pfc_command: Pfc) -> None:
    (tmp_path / "a.pf").write_text("fine")
    for verb in ("build", "run"):
        result = pfc_command(verb, "--out", "")
        assert result.code == 2
        assert "it is empty" in result.err
    assert [path.name for path in tmp_path.iterdir()] == ["a.pf"]


def test_output_that_cannot_be_written(tmp_path: Path, pfc_command: Pfc) -> None:
    (tmp_path / "a.pf").write_text("fine")
    (tmp_path / "build").write_text("a file")
    result = pfc_command("build", "--format", "json")
    assert result.code == 1
    (found,) = json.loads(result.out)["diagnostics"]
    assert (found["code"], found["path"]) == ("PF904", "build")


def test_builds_of_single_files_share_an_output(
    tmp_path: Path, pfc_command: Pfc
) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.pf").write_text("fine")
        assert pfc_command("build", f"{name}.pf").code == 0
    assert (tmp_path / "build/a/__init__.py").exists()


def test_ir_as_json(tmp_path: Path, pfc_command: Pfc) -> None:
    (tmp_path / "a.pf").write_text("fine")
    result = pfc_command("ir", "--json")
    assert result.code == 0
    assert json.loads(result.out) == {"version": 1, "projects": [{"modules": ["a.pf"]}]}
    assert pfc_command("ir").code == 2
    (tmp_path / "a.pf").write_text("BAD")
    assert pfc_command("ir", "--json").code == 1


def test_explain_prints_the_page(pfc_command: Pfc) -> None:
    result = pfc_command("explain", "PF301")
    assert result.code == 0
    assert result.out.startswith("# PF301: authority not covered\n")
    assert pfc_command("explain", "pf301").out == result.out
    assert pfc_command("explain", "301").out == result.out


def test_explain_in_colour(pfc_command: Pfc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "PF301: authority not covered" in pfc_command("explain", "PF301").out


def test_explain_without_a_code_lists_all(pfc_command: Pfc) -> None:
    lines = pfc_command("explain").out.splitlines()
    assert [line.split()[0] for line in lines] == list(TABLE)


def test_explain_an_unknown_code(pfc_command: Pfc) -> None:
    result = pfc_command("explain", "PF3O1")
    assert result.code == 2
    assert "`pfc explain` lists all" in result.err
    assert "Usage" not in result.err


def test_new_makes_a_project(tmp_path: Path, pfc_command: Pfc) -> None:
    result = pfc_command("new", "my-shop")
    assert result.code == 0
    assert "pfc run" in result.out
    made = sorted(path.name for path in (tmp_path / "my-shop").iterdir())
    assert made == [
        ".gitignore",
        "README.md",
        "my_shop.pf",
        "my_shop_people.py",
        "pyproject.toml",
    ]
    source = (tmp_path / "my-shop/my_shop.pf").read_text()
    assert "module my_shop\n" in source
    assert "app MyShopApp {" in source
    assert "$" not in source


@pytest.mark.parametrize("name", ["", "1st", "a b", "../", "class", "json", "ä"])
def test_names_that_no_project_can_have(
    tmp_path: Path, pfc_command: Pfc, name: str
) -> None:
    result = pfc_command("new", name)
    assert (result.code, result.out) == (2, "")
    assert list(tmp_path.iterdir()) == []


def test_new_does_not_touch_what_is_there(tmp_path: Path, pfc_command: Pfc) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/mine").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for name in ("shop", "file", "file/below"):
        assert pfc_command("new", name).code == 2
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "mine", "shop"]


def test_the_help_says_what_exit_codes_mean(tmp_path: Path, pfc_command: Pfc) -> None:
    told = " ".join(pfc_command("--help").out.split())
    assert "1 there are findings; a path that is missing" in told
    assert "2 the command line makes no sense, or pfc failed" in told
    assert pfc_command("check", str(tmp_path / "missing")).code == 1
    assert pfc_command("check", "--nonsense").code == 2


def test_version() -> None:
    command = [sys.executable, "-m", "pfc", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == f"pfc {__version__}\n"


def test_version_and_help_import_nothing_heavy() -> None:
    heavy = "{'lark', 'jinja2', 'black', 'mypy', 'rich', 'msgspec', 'watchfiles'}"
    script = (
        "import sys; from pfc.cli.app import run; run(['--help']);"
        f"sys.exit(', '.join({heavy} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.stderr.strip() == ""
