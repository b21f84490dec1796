"""`pfc check -`: what an editor has of a file, saved or not."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Pfc

Typed = Callable[[bytes], None]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Puts bytes on standard input."""

    def put(data: bytes) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))

    return put


def test_a_text_without_a_file(pfc_command: Pfc, typed: Typed) -> None:
    typed(b"fine")
    result = pfc_command("check", "-")
    assert (result.code, result.out) == (0, "checked standard input: no errors\n")
    typed(b"module shop.desk\nBAD")
    result = pfc_command("check", "-")
    assert result.code == 1
    assert " --> <stdin>:2:1" in result.out


def test_the_text_goes_before_the_file_and_imports_come_from_disk(
    tmp_path: Path, pfc_command: Pfc, typed: Typed
) -> None:
    (tmp_path / "a.pf").write_text("BAD")
    (tmp_path / "b.pf").write_text("ODD")
    (tmp_path / "c.pf").write_text("BAD")
    typed("import b\n# é\n".encode())
    result = pfc_command("check", "-", "--stdin-path", "a.pf", "--format", "json")
    found = json.loads(result.out)["diagnostics"]
    assert [(each["path"], each["code"]) for each in found] == [("b.pf", "PF407")]
    assert result.code == 0
    assert (tmp_path / "a.pf").read_text() == "BAD"


def test_a_file_that_is_not_there_yet(
    tmp_path: Path, pfc_command: Pfc, typed: Typed
) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.pfc]\n")
    typed(b"BAD")
    result = pfc_command("check", "-", "--stdin-path", "shop/new.pf")
    assert result.code == 1
    assert " --> shop/new.pf:1:1" in result.out


@pytest.mark.parametrize(
    ("path", "data", "code"),
    [
        ("notes.txt", b"", "PF909"),
        (".", b"", "PF905"),
        ("a\0b.pf", b"", "PF905"),
        ("a.pf", b"\xff", "PF903"),
    ],
)
def test_what_cannot_be_read(
    pfc_command: Pfc, typed: Typed, path: str, data: bytes, code: str
) -> None:
    typed(data)
    result = pfc_command("check", "-", "--stdin-path", path)
    assert result.code == 1
    assert f"error[{code}]" in result.out


@pytest.mark.parametrize(
    "arguments", [("-", "a.pf"), ("-", "--watch"), ("--stdin-path", "a.pf")]
)
def test_what_does_not_go_together(
    pfc_command: Pfc, typed: Typed, arguments: tuple[str, ...]
) -> None:
    typed(b"")
    assert pfc_command("check", *arguments).code == 2


def test_packages_among_sources_are_told_of_once(
    tmp_path: Path, pfc_command: Pfc
) -> None:
    (tmp_path / "a.pf").write_text("fine")
    told = "note: sources are in . too"
    assert told in pfc_command("build", "--out", ".").out
    assert told not in pfc_command("build", "--out", ".").out
    assert told not in pfc_command("build").out
    assert told not in pfc_command("build", "--out", "made").out
