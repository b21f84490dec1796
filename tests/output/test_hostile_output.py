"""Output folders that cannot be written to, and somebody else's files in them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from pfc.output import OutputError, drift, write_output
from pfc.output.lock import locked

FILES = {"notes/__init__.py": "a = 1\n", "notes/types.py": "b = 2\n"}
UNIX = pytest.mark.skipif(sys.platform == "win32", reason="Unix permissions")
NOBODY = 65534


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".pfc")
    }


@UNIX
def test_a_read_only_folder_is_told_and_left() -> None:
    # Not below pytest's own folder: into that nobody but its owner can look.
    with tempfile.TemporaryDirectory() as parent:
        out = Path(parent) / "build"
        write_output(out, {"notes/__init__.py": "old\n"})
        folders = (out / "notes", out, Path(parent))
        if os.geteuid() == 0:
            for path in (*out.rglob("*"), out, Path(parent)):
                os.chown(path, NOBODY, NOBODY)
        for folder in folders:
            folder.chmod(0o555)
        try:
            # Modes do not bind root: a process of root's becomes one that they bind.
            done = run(
                "import os, sys, tempfile\n"
                "from pathlib import Path\n"
                "from pfc.output import OutputError, write_output\n"
                "files = {'notes/types.py': 'new'}\n"
                "with tempfile.TemporaryDirectory() as own:\n"
                "    write_output(Path(own) / 'build', files)\n"
                f"if os.getuid() == 0: os.setresuid({NOBODY}, {NOBODY}, {NOBODY})\n"
                "try: write_output(Path(sys.argv[1]), files)\n"
                "except OutputError as problem: sys.exit(f'told: {problem.reason}')\n",
                out,
            )
            assert (done.returncode, done.stderr) == (
                1,
                "told: the folder cannot be written to\n",
            )
            assert tree(out) == {"notes/__init__.py": "old\n"}
        finally:
            for folder in reversed(folders):
                folder.chmod(0o755)


def run(script: str, out: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", script, str(out)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@UNIX
def test_a_disk_that_fills_up_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "build"
    write_output(out, FILES)
    script = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from pfc.output import OutputError, write_output\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))\n"
        "try: write_output(Path(sys.argv[1]), {'notes/types.py': 'x' * 5_000})\n"
        "except OutputError as problem: sys.exit(f'told: {problem.reason}')\n"
    )
    done = run(script, out)
    assert (done.returncode, done.stderr) == (1, "told: File too large\n")
    assert tree(out) == FILES
    assert [path.name for path in tmp_path.iterdir()] == ["build"]


def test_names_that_differ_in_case_only(tmp_path: Path) -> None:
    out = tmp_path / "build"
    files = {"notes/a.py": "a\n", "Notes/a.py": "A\n"}
    folds = (tmp_path / "x").touch() or (tmp_path / "X").exists()
    if folds:
        with pytest.raises(OutputError):
            write_output(out, files)
    else:
        write_output(out, files)
        assert tree(out) == files


@UNIX
def test_a_loop_of_links_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OutputError):
        write_output(tmp_path / "a", FILES)


@UNIX
def test_whoever_waits_too_long_says_so(tmp_path: Path) -> None:
    waited: list[str] = []
    holds, release = threading.Event(), threading.Event()

    def hold() -> None:
        with locked(tmp_path, tmp_path, lambda: None):
            holds.set()
            release.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    holds.wait()
    try:
        with pytest.raises(OutputError, match="another build has been writing"):
            write_output(
                tmp_path / "build", FILES, on_wait=lambda: waited.append("x"), wait=0.05
            )
    finally:
        release.set()
        holder.join()
    assert waited == ["x"]
    assert not (tmp_path / "build").exists()


def test_drift_of_a_partial_build_is_that_of_its_folders(tmp_path: Path) -> None:
    out = tmp_path / "build"
    write_output(out, {**FILES, "other/x.py": "x\n"})
    assert drift(out, FILES, partial=True) == []
    assert [each.kind for each in drift(out, FILES)] == ["changed", "extra"]


def test_drift_where_a_folder_or_nothing_stands(tmp_path: Path) -> None:
    out = tmp_path / "build"
    assert {each.kind for each in drift(out, FILES)} == {"missing"}
    (out / "notes" / "types.py").mkdir(parents=True)
    found = {each.path: each.kind for each in drift(out, FILES, partial=True)}
    assert found == {"notes/__init__.py": "missing", "notes/types.py": "changed"}
