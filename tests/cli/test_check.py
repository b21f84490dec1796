from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Pfc


def test_a_project_without_findings(tmp_path: Path, pfc_command: Pfc) -> None:
    (tmp_path / "a.pf").write_text("fine")
    result = pfc_command("check")
    assert (result.code, result.out) == (0, "checked 1 file: no errors\n")


def test_an_error_is_shown_where_it_is(tmp_path: Path, pfc_command: Pfc) -> None:
    (tmp_path / "a.pf").write_text("one\n  BAD")
    result = pfc_command("check", "a.pf")
    assert result.code == 1
    assert result.out.splitlines() == [
        "error[PF213]: there is no module `BAD`",
        " --> a.pf:2:3",
        "  |",
        "2 |   BAD",
        "  |   ^^^",
        "",
        "1 error",
    ]


def test_warnings_alone_pass_unless_strict(tmp_path: Path, pfc_command: Pfc) -> None:
    (tmp_path / "a.pf").write_text("ODD")
    assert pfc_command("check").code == 0
    assert pfc_command("check", "--strict").code == 1


def test_json_is_all_that_standard_output_gets(
    tmp_path: Path, pfc_command: Pfc
) -> None:
    (tmp_path / "a.pf").write_text("BAD ODD")
    result = pfc_command("check", "--format", "json")
    document = json.loads(result.out)
    assert result.code == 1
    assert document["version"] == 1
    assert [
        (found["code"], found["severity"], found["path"], found["start"]["column"])
        for found in document["diagnostics"]
    ] == [("PF213", "error", "a.pf", 1), ("PF407", "warning", "a.pf", 5)]


def test_json_of_nothing(tmp_path: Path, pfc_command: Pfc) -> None:
    (tmp_path / "a.pf").write_text("")
    result = pfc_command("check", "--format", "json")
    assert json.loads(result.out) == {"version": 1, "diagnostics": []}


def test_github_annotations(tmp_path: Path, pfc_command: Pfc) -> None:
    (tmp_path / "a.pf").write_text("BAD")
    result = pfc_command("check", "--format", "github")
    assert result.out == (
        "::error file=a.pf,line=1,endLine=1,title=PF213,col=1,endColumn=4::"
        "there is no module `BAD`\n"
    )


def test_several_projects_have_one_summary(tmp_path: Path, pfc_command: Pfc) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.pf").write_text("BAD")
    result = pfc_command("check", "one", "two")
    assert "one/a.pf:1:1" in result.out
    assert "two/a.pf:1:1" in result.out
    assert result.out.endswith("\n2 errors\n")


@pytest.mark.parametrize(
    ("argument", "code"),
    [("missing", "PF905"), ("", "PF905"), ("empty", "PF902"), ("a.txt", "PF909")],
)
def test_paths_that_cannot_be_checked(
    tmp_path: Path, pfc_command: Pfc, argument: str, code: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.txt").write_text("text")
    result = pfc_command("check", argument, "--format", "json")
    assert result.code == 1
    assert [d["code"] for d in json.loads(result.out)["diagnostics"]] == [code]
    assert f"error[{code}]" in pfc_command("check", argument).out


def test_a_mistake_in_pfc_is_told_in_short(
    tmp_path: Path, pfc_command: Pfc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PFC_TRACEBACK", raising=False)
    (tmp_path / "a.pf").write_text("CRASH")
    result = pfc_command("check", "--format", "json")
    assert (result.code, result.out) == (2, "")
    assert "RecursionError: too deep" in result.err
    assert "Traceback" not in result.err
    monkeypatch.setenv("PFC_TRACEBACK", "1")
    assert "Traceback" in pfc_command("check").err


def test_wrong_use_is_exit_code_2(pfc_command: Pfc) -> None:
    assert pfc_command("check", "--format", "xml").code == 2
    result = pfc_command("chek")
    assert result.code == 2
    assert "Did you mean 'check'?" in result.err


@pytest.mark.parametrize(
    "verb", ["new", "check", "build", "run", "test", "explain", "ir"]
)
def test_every_verb_has_help_with_examples(pfc_command: Pfc, verb: str) -> None:
    result = pfc_command(verb, "--help")
    assert result.code == 0
    assert f"  pfc {verb}" in result.out.partition("Examples:")[2]
    assert f"  {verb} " in pfc_command("--help").out


def test_colour_only_when_asked_for_in_a_pipe(
    tmp_path: Path, pfc_command: Pfc, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.pf").write_text("BAD")
    assert "\x1b" not in pfc_command("check").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" in pfc_command("check").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in pfc_command("check").out
