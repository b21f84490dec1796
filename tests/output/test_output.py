"""Output folders: brought up to date completely or not at all, foreign files kept."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import pfc.output.swap
from pfc.output import OutputError, write_output
from pfc.output.exchange import exchange

OLD = {"counter/__init__.py": "old\n", "counter/gone.py": "old\n", "b/x.py": "same\n"}
NEW = {"counter/__init__.py": "new\n", "counter/more.py": "new\n", "b/x.py": "same\n"}
MANIFEST = ".pfc-manifest.json"


def tree(out: Path) -> dict[str, str]:
    """What a folder holds, without pfc's bookkeeping."""
    return {
        path.relative_to(out).as_posix(): path.read_text()
        for path in out.rglob("*")
        if path.is_file()
        and path.name != MANIFEST
        and not path.relative_to(out).parts[0].startswith(".pfc-stage-")
    }


@pytest.fixture(params=["swapped", "in place"])
def strategy(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of writing: by exchanging folders, and where that is impossible."""
    if request.param == "in place":
        monkeypatch.setattr(pfc.output.swap, "exchange", lambda one, other: False)
    return str(request.param)


@pytest.mark.usefixtures("strategy")
def test_a_build_writes_updates_and_removes(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "build"
    write_output(out, OLD)
    assert tree(out) == OLD
    written = write_output(out, NEW)
    assert tree(out) == NEW
    assert written.changed == (MANIFEST, "counter/__init__.py", "counter/more.py")
    assert written.removed == ("counter/gone.py",)
    assert [path.name for path in out.parent.iterdir()] == ["build"]


def test_nothing_is_written_when_nothing_changes(tmp_path: Path) -> None:
    out = tmp_path / "build"
    write_output(out, OLD)
    before = {path: path.stat().st_mtime_ns for path in [out, *out.rglob("*")]}
    inode = out.stat().st_ino
    assert write_output(out, OLD).changed == ()
    assert before == {p: p.stat().st_mtime_ns for p in [out, *out.rglob("*")]}
    assert out.stat().st_ino == inode


def test_unchanged_files_keep_their_times(tmp_path: Path) -> None:
    out = tmp_path / "build"
    write_output(out, OLD)
    before = (out / "b/x.py").stat().st_mtime_ns
    write_output(out, NEW)
    assert (out / "b/x.py").stat().st_mtime_ns == before


@pytest.mark.usefixtures("strategy")
def test_foreign_files_survive(tmp_path: Path) -> None:
    out = tmp_path / "build"
    write_output(out, OLD)
    (out / "mine.txt").write_text("mine")
    (out / "counter" / "mine.py").write_text("mine")
    (out / "empty").mkdir()
    (out / "link").symlink_to("nowhere")
    write_output(out, NEW)
    assert tree(out) == {**NEW, "mine.txt": "mine", "counter/mine.py": "mine"}
    assert (out / "empty").is_dir()
    assert (out / "link").readlink() == Path("nowhere")


@pytest.mark.usefixtures("strategy")
def test_a_file_that_pfc_did_not_write_is_not_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "build"
    (out / "counter").mkdir(parents=True)
    (out / "counter" / "__init__.py").write_text("mine")
    with pytest.raises(OutputError, match="did not write"):
        write_output(out, NEW)
    assert tree(out) == {"counter/__init__.py": "mine"}


def test_an_edited_file_is_not_removed(tmp_path: Path) -> None:
    out = tmp_path / "build"
    write_output(out, OLD)
    (out / "counter" / "gone.py").write_text("edited")
    write_output(out, NEW)
    assert tree(out) == {**NEW, "counter/gone.py": "edited"}


@pytest.mark.usefixtures("strategy")
def test_folders_left_empty_are_removed_with_their_caches(tmp_path: Path) -> None:
    out = tmp_path / "build"
    write_output(out, OLD)
    (out / "b" / "__pycache__").mkdir()
    (out / "b" / "__pycache__" / "x.pyc").write_text("cache")
    write_output(out, {"counter/__init__.py": "new\n"})
    assert not (out / "b").exists()


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "build", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    (out / "counter").symlink_to(elsewhere)
    with pytest.raises(OutputError, match="a folder has to stand here"):
        write_output(out, NEW)
    assert list(elsewhere.iterdir()) == []


def test_a_manifest_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    out, victim = tmp_path / "build", tmp_path / "victim"
    write_output(out, OLD)
    victim.write_text("old\n")
    manifest = json.loads((out / MANIFEST).read_text())
    manifest["files"]["../victim"] = manifest["files"]["counter/gone.py"]
    (out / MANIFEST).write_text(json.dumps(manifest))
    write_output(out, NEW)
    assert victim.read_text() == "old\n"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 9, "files": {}}'])
def test_a_broken_manifest_makes_all_files_foreign(
    tmp_path: Path, content: str
) -> None:
    out = tmp_path / "build"
    write_output(out, OLD)
    (out / MANIFEST).write_text(content)
    with pytest.raises(OutputError):
        write_output(out, NEW)
    assert tree(out) == OLD


def test_output_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "build").write_text("mine")
    with pytest.raises(OutputError, match="not a folder"):
        write_output(tmp_path / "build", NEW)
    with pytest.raises(OutputError):
        write_output(tmp_path / "build" / "below", NEW)


def test_output_through_a_link_goes_to_its_target(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "build").symlink_to("real")
    write_output(tmp_path / "build", NEW)
    assert tree(tmp_path / "real") == NEW
    assert (tmp_path / "build").is_symlink()


def test_the_folder_in_which_somebody_works_stays_the_same_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    inode = tmp_path.stat().st_ino
    write_output(tmp_path, OLD)
    write_output(tmp_path, NEW)
    assert tree(tmp_path) == NEW
    assert tmp_path.stat().st_ino == inode


def test_the_manifest_does_not_depend_on_place_or_order(tmp_path: Path) -> None:
    write_output(tmp_path / "a", OLD)
    write_output(tmp_path / "b", dict(reversed(OLD.items())))
    assert (tmp_path / "a" / MANIFEST).read_bytes() == (
        tmp_path / "b" / MANIFEST
    ).read_bytes()


def killed(out: Path, files: dict[str, str], at: int) -> bool:
    """Run a build that dies at its `at`-th step; False if it ends."""
    script = Path(__file__).with_name("killed_build.py")
    done = subprocess.run(
        [sys.executable, script, out, json.dumps(files), str(at)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        check=False,
    )
    assert done.returncode in (0, -signal.SIGKILL)
    return done.returncode != 0


@pytest.mark.skipif(sys.platform != "linux", reason="exchanges folders on Linux")
def test_killed_anywhere_the_folder_is_old_or_new(tmp_path: Path) -> None:
    foreign = {"mine.txt": "mine", "counter/mine.py": "mine"}
    seen = []
    for at in range(1, 1_000):
        out = tmp_path / str(at) / "build"
        write_output(out, OLD)
        for name, text in foreign.items():
            (out / name).write_text(text)
        alive = not killed(out, NEW, at)
        state = tree(out)
        assert state in ({**OLD, **foreign}, {**NEW, **foreign})
        seen.append("new" if "counter/more.py" in state else "old")
        write_output(out, NEW)
        assert tree(out) == {**NEW, **foreign}
        assert [path.name for path in out.parent.iterdir()] == ["build"]
        if alive:
            break
    # It was killed before and after the one moment at which the folders change places.
    assert seen == sorted(seen, reverse=True)
    assert seen.count("old") > 5
    assert seen.count("new") > 2


@pytest.mark.skipif(sys.platform != "linux", reason="exchanges folders on Linux")
def test_killed_in_a_working_folder_the_next_build_repairs(tmp_path: Path) -> None:
    for at in range(1, 1_000):
        out = tmp_path / str(at)
        out.mkdir()
        (out / "app.pf").write_text("mine")  # sources: never exchanged
        write_output(out, OLD)
        alive = not killed(out, NEW, at)
        write_output(out, NEW)
        assert tree(out) == {**NEW, "app.pf": "mine"}
        assert sorted(path.name for path in out.iterdir()) == [
            MANIFEST,
            "app.pf",
            "b",
            "counter",
        ]
        if alive:
            break


def test_a_file_written_during_the_build_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "build"
    write_output(out, OLD)

    def slow_exchange(one: Path, other: Path) -> bool:
        (other / "late.txt").write_text("mine")
        return exchange(one, other)

    monkeypatch.setattr(pfc.output.swap, "exchange", slow_exchange)
    write_output(out, NEW)
    assert tree(out) == {**NEW, "late.txt": "mine"}


def test_a_full_disk_leaves_the_folder_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "build"
    write_output(out, OLD)

    def full(path: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(OutputError, match="No space"):
        patch.setattr(Path, "write_bytes", full)
        write_output(out, NEW)
    assert tree(out) == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["build"]


def test_a_partial_build_removes_only_beside_what_it_writes(tmp_path: Path) -> None:
    out = tmp_path / "build"
    write_output(out, OLD)
    write_output(out, {"counter/__init__.py": "new\n"}, partial=True)
    assert tree(out) == {"counter/__init__.py": "new\n", "b/x.py": "same\n"}
    write_output(out, NEW)
    assert tree(out) == NEW
