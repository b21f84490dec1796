"""`pfc fmt` on files, folders and standard input."""

from __future__ import annotations

import io
import os
import stat
import sys
from pathlib import Path

import pytest

from pfc.cli.app import run

PLAIN = "record R{a:Int,b:Int}#x"
TIDY = "record R { a: Int, b: Int }  # x\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")


def test_files_are_formatted_in_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.pf").write_text(PLAIN)
    (tmp_path / "sub" / "b.pf").write_text(TIDY)
    assert run(["fmt"]) == 0
    assert (tmp_path / "a.pf").read_text() == TIDY
    assert capsys.readouterr().out == "formatted a.pf\n"
    assert run(["fmt"]) == 0
    assert capsys.readouterr().out == "2 files checked, none to format\n"


def test_only_what_is_named_is_formatted(tmp_path: Path) -> None:
    (tmp_path / "a.pf").write_text("import b\n" + PLAIN)
    (tmp_path / "b.pf").write_text(PLAIN)
    assert run(["fmt", "a.pf"]) == 0
    assert (tmp_path / "a.pf").read_text() == "import b\n" + TIDY
    assert (tmp_path / "b.pf").read_text() == PLAIN


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_nothing_is_written_but_told(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.pf").write_text(PLAIN)
    (tmp_path / "b.pf").write_text(TIDY)
    assert run(["fmt", option]) == 1
    assert (tmp_path / "a.pf").read_text() == PLAIN
    out = capsys.readouterr().out
    assert out.endswith("would format a.pf\n")
    assert ("+record R { a: Int, b: Int }  # x\n" in out) == (option == "--diff")
    assert run(["fmt", option, "b.pf"]) == 0


def test_a_file_that_does_not_parse_stays_and_the_others_do_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.pf").write_text("record R { a Int }")
    (tmp_path / "b.pf").write_text(PLAIN)
    assert run(["fmt"]) == 1
    assert (tmp_path / "a.pf").read_text() == "record R { a Int }"
    assert (tmp_path / "b.pf").read_text() == TIDY
    assert "error[PF101]" in capsys.readouterr().out


def test_what_only_the_checker_finds_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "a.pf").write_text("record R { a: Missing }")
    assert run(["fmt"]) == 0
    assert (tmp_path / "a.pf").read_text() == "record R { a: Missing }\n"


def test_a_mark_and_carriage_returns_go_away(tmp_path: Path) -> None:
    file = tmp_path / "a.pf"
    file.write_bytes(b"\xef\xbb\xbfrecord R {\r\n  a: Int\r\n}\r\n")
    assert run(["fmt", "--check"]) == 1
    assert run(["fmt"]) == 0
    assert file.read_bytes() == b"record R {\n  a: Int\n}\n"


def test_a_file_that_is_not_utf_8_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.pf"
    file.write_bytes(b"record R{a:Int} # \xff")
    assert run(["fmt"]) == 1
    assert file.read_bytes() == b"record R{a:Int} # \xff"
    assert "error[PF903]" in capsys.readouterr().out


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_permissions_and_links_stay(tmp_path: Path) -> None:
    file, link = tmp_path / "a.pf", tmp_path / "link.pf"
    file.write_text(PLAIN)
    file.chmod(0o640)
    link.symlink_to(file)
    assert run(["fmt", "link.pf"]) == 0
    assert link.is_symlink()
    assert file.read_text() == TIDY
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.pf", "link.pf"]


def test_a_file_that_cannot_be_replaced_is_named(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.pf").write_text(PLAIN)
    monkeypatch.setattr("pfc.output.source_file.tempfile.mkstemp", refuse)
    assert run(["fmt"]) == 1
    assert "error[PF904]: cannot write `a.pf`" in capsys.readouterr().out
    assert (tmp_path / "a.pf").read_text() == PLAIN


def test_nothing_is_left_behind_when_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "a.pf").write_text(PLAIN)
    monkeypatch.setattr("pfc.output.source_file.os.fsync", full)
    assert run(["fmt"]) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["a.pf"]
    assert (tmp_path / "a.pf").read_text() == PLAIN


# ---------------------------------------------------------------- standard input
def given(monkeypatch: pytest.MonkeyPatch, text: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))


def test_standard_input_goes_to_standard_output(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    given(monkeypatch, PLAIN.encode())
    assert run(["fmt", "-"]) == 0
    assert capfdbinary.readouterr().out == TIDY.encode()


def test_standard_input_that_does_not_parse(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given(monkeypatch, b"record R { a Int }")
    assert run(["fmt", "-"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "<stdin>:1:14" in captured.err


@pytest.mark.parametrize(("text", "code"), [(PLAIN, 1), (TIDY, 0)])
def test_standard_input_is_checked(
    text: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, text.encode())
    assert run(["fmt", "--check", "-"]) == code


def test_standard_input_stands_alone() -> None:
    assert run(["fmt", "-", "a.pf"]) == 2


def test_a_new_project_is_formatted(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", "guest-book"]) == 0
    assert run(["fmt", "--check", "guest-book"]) == 0
    capsys.readouterr()
