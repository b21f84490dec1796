from __future__ import annotations

import os
from pathlib import Path

import pytest

from pfc.project import LARGEST_FILE, Project, read_projects


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def one(path: Path) -> Project:
    (project,) = read_projects([str(path)])
    return project


def codes(project: Project) -> list[str]:
    return [found.code for found in project.diagnostics]


def test_the_root_is_the_nearest_folder_with_settings(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "[tool.pfc]", "a/b/c.pf": ""})
    for path in ("", "a", "a/b", "a/b/c.pf"):
        project = one(tmp_path / path)
        assert project.root == tmp_path
        assert list(project.texts) == ["a/b/c.pf"]


def test_the_root_is_else_the_folder_given_or_that_of_the_file(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "[tool.other]", "a/b/c.pf": ""})
    assert one(tmp_path / "a").root == tmp_path / "a"
    assert one(tmp_path / "a/b/c.pf").root == tmp_path / "a/b"


def test_what_is_not_source_is_skipped(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "pyproject.toml": '[tool.pfc]\nout = "gen"',
            "a.pf": "",
            "b/c.pf": "",
            "b/c.py": "",
            "gen/no.pf": "",
            ".hidden/no.pf": "",
            "env/pyvenv.cfg": "",
            "env/lib/no.pf": "",
            "node_modules/no.pf": "",
        },
    )
    assert list(one(tmp_path).texts) == ["a.pf", "b/c.pf"]


def test_a_file_brings_the_modules_that_it_imports(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a.pf": "import b.c as x from d import Y",
            "b/c.pf": "import `e`",
            "d.pf": "import a",
            "e.pf": "import nowhere",
            "f.pf": "",
        },
    )
    project = one(tmp_path / "a.pf")
    assert list(project.texts) == ["a.pf", "b/c.pf", "d.pf", "e.pf"]
    assert not project.whole
    assert one(tmp_path).whole


def test_byte_order_marks_are_dropped_and_line_ends_kept(tmp_path: Path) -> None:
    (tmp_path / "a.pf").write_bytes(b"\xef\xbb\xbfone\r\ntwo")
    assert one(tmp_path).texts == {"a.pf": "one\r\ntwo"}


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_a_file_that_is_not_utf_8(tmp_path: Path, start: bytes) -> None:
    (tmp_path / "a.pf").write_bytes(start + "é\n12".encode() + b"\xff3")
    project = one(tmp_path)
    (found,) = project.diagnostics
    assert found.code == "PF903"
    assert "line 2 has the byte 0xff" in found.message
    source = project.sources["a.pf"]
    assert source.position(found.span.start) == (2, 3)


def test_the_largest_file(tmp_path: Path) -> None:
    (tmp_path / "a.pf").write_bytes(b" " * LARGEST_FILE)
    assert codes(one(tmp_path)) == []
    (tmp_path / "a.pf").write_bytes(b" " * (LARGEST_FILE + 1))
    assert codes(one(tmp_path)) == ["PF907"]


@pytest.mark.parametrize(
    "text",
    [
        "[tool.pfc]\nout = 1",
        "[tool.pfc]\nout = ''",
        "[tool.pfc]\nuot = 'x'",
        "[tool.pfc]\nout = ",
        "[tool]\npfc = 1",
    ],
)
def test_settings_that_cannot_be_used(tmp_path: Path, text: str) -> None:
    write(tmp_path, {"pyproject.toml": text, "a.pf": ""})
    assert codes(one(tmp_path)) == ["PF908"]


def test_a_link_to_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.pf").symlink_to("nowhere")
    assert codes(one(tmp_path)) == ["PF909"]


def test_hidden_files_of_a_folder_are_skipped(tmp_path: Path) -> None:
    write(tmp_path, {"a.pf": "", "sub/b.pf": "", ".draft.pf": ""})
    (tmp_path / ".#a.pf").symlink_to("somebody@host.123")
    (tmp_path / "sub/.#b.pf").symlink_to("somebody@host.123")
    project = one(tmp_path)
    assert codes(project) == []
    assert list(project.texts) == ["a.pf", "sub/b.pf"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_told_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.pf")
    (found,) = one(tmp_path).diagnostics
    assert found.code == "PF909"
    assert "no regular file" in found.message


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"a.pf": ""})
    (tmp_path / "loop").symlink_to(".")
    assert list(one(tmp_path).texts) == ["a.pf"]


@pytest.mark.parametrize("given", ["", "missing", "a\0b", "x" * 5_000])
def test_paths_that_do_not_exist(given: str) -> None:
    (project,) = read_projects([given])
    assert codes(project) == ["PF905"]


def test_one_project_for_each_root(tmp_path: Path) -> None:
    write(tmp_path, {"a/x.pf": "", "a/y.pf": "", "b/z.pf": ""})
    paths = [str(tmp_path / path) for path in ("a/x.pf", "a/y.pf", "b")]
    assert [list(project.texts) for project in read_projects(paths)] == [
        ["x.pf", "y.pf"],
        ["z.pf"],
    ]


def test_paths_are_shown_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"a/x.pf": ""})
    project = one(tmp_path / "a")
    monkeypatch.chdir(tmp_path)
    assert project.display("x.pf") == "a/x.pf"
    assert project.display("elsewhere.pf") == "elsewhere.pf"
    (tmp_path / "b").mkdir()
    monkeypatch.chdir(tmp_path / "b")
    assert project.display("x.pf") == (tmp_path / "a/x.pf").as_posix()
