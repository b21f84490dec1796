"""`pfc caps` as people type it: what is missing is named, and files can be compared."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pfc.cli.app import commands

OLD = """\
module shop.doors

capability Book { read sign clear }
context Visitor { name: String grant Book.read authenticate "people:load" }
"""
NEW = OLD.replace("grant Book.read", "grant Book.read grant Book.sign")


def caps(*arguments: str) -> tuple[int, str]:
    ran = CliRunner().invoke(commands, ["caps", *arguments])
    return ran.exit_code, ran.output


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.py").write_text("def load(subject): return None\n")
    (tmp_path / "before.pf").write_text(OLD)
    (tmp_path / "after.pf").write_text(NEW)
    return tmp_path


@pytest.mark.usefixtures("versions")
def test_two_versions_of_one_file() -> None:
    assert caps("diff", "before.pf", "after.pf") == (
        0,
        "+ grant context Visitor: Book.sign\n",
    )
    assert caps("diff", "before.pf", "after.pf", "--deny-gain")[0] == 1
    assert caps("diff", "before.pf", "before.pf", "--deny-gain")[0] == 0


@pytest.mark.usefixtures("versions")
def test_elsewhere_a_file_is_the_module_of_its_name() -> None:
    code, told = caps("tree", "before.pf")
    assert (code, "PF110" in told) == (1, True)


def test_errors_of_a_version_are_shown_in_its_file(versions: Path) -> None:
    (versions / "after.pf").write_text(NEW.replace("Book.sign", "Book.sing"))
    code, told = caps("diff", "before.pf", "after.pf")
    assert (code, "--> after.pf:4:" in told) == (1, True)


def test_a_file_and_what_it_imports(versions: Path) -> None:
    (versions / "base.pf").write_text("record Base { size: Int }\n")
    for name, text in (("before.pf", OLD), ("after.pf", NEW)):
        more = "\nfrom base import Base\nfn f(b: Base) -> Int = b.size\n"
        head, _, rest = text.partition("\n")
        (versions / name).write_text(head + more + rest)
    assert caps("diff", "before.pf", "after.pf")[1].startswith("+ grant")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["who-can", "Book"], "which operation of Book: Book.read, Book.sign, Book.cl"),
        (["who-can", "Bok.read"], "no capability family 'Bok'. There are: Book."),
        (["who-can", "Bok"], "no capability family 'Bok'. There are: Book."),
        (["what-can", "Visitr"], "Did you mean Visitor?"),
    ],
)
def test_what_is_not_there_is_told_without_a_usage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: list[str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "doors.pf").write_text(OLD.partition("\n")[2])
    (tmp_path / "people.py").write_text("def load(subject): return None\n")
    code, output = caps(*asked)
    assert code == 2
    assert told in output
    assert "Usage" not in output
