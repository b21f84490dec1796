"""`pfc build` as people run it: drift, manifest, nothing to do, two at once, watching."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SOURCE = """\
record Note { title: String }

fn shown(note: Note) -> String = "{note.title}!"
"""
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="counts on Linux")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text("[tool.pfc]\n")
    (folder / "notes.pf").write_text(SOURCE)
    return folder


def environment(project: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PFC_")}
    cache = str(project.parent / "cache")
    return {**kept, "PFC_CACHE_DIR": cache, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}


def pfc(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "pfc", *arguments],
        cwd=project,
        env=environment(project),
        capture_output=True,
        text=True,
        check=False,
    )


def build(project: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return pfc(project, "build", "--no-mypy", *more)


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_drift_is_told_and_nothing_is_written(project: Path) -> None:
    missing = build(project, "--check")
    assert missing.returncode == 1
    assert "missing build/notes/types.py" in missing.stdout
    assert not (project / "build").exists()
    assert build(project).returncode == 0
    fine = build(project, "--check")
    assert (fine.returncode, fine.stderr) == (0, "")
    assert "as a build would write them" in fine.stdout

    types = project / "build/notes/types.py"
    types.write_text(types.read_text().replace("title", "titel"))
    (project / "build/notes/functions.py").unlink()
    before = files(project)
    drifted = build(project, "--check")
    assert drifted.returncode == 1
    assert "changed build/notes/types.py" in drifted.stdout
    assert "-    titel: str" in drifted.stdout
    assert "+    title: str" in drifted.stdout
    assert "missing build/notes/functions.py" in drifted.stdout
    assert drifted.stdout.endswith("1 changed, 1 missing\n")
    assert files(project) == before


def test_drift_finds_what_is_left_over(project: Path) -> None:
    (project / "more.pf").write_text("record More {}\n")
    build(project)
    (project / "more.pf").unlink()
    (project / "build/mine.txt").write_text("mine")
    told = build(project, "--check", "--format", "json")
    assert told.returncode == 1
    found = {(each["path"], each["kind"]) for each in json.loads(told.stdout)["drift"]}
    assert ("build/more/types.py", "extra") in found
    assert not any("mine" in path for path, _ in found)
    assert (project / "build/more/types.py").exists()


def test_the_manifest_names_every_file_and_its_source(project: Path) -> None:
    told = json.loads(build(project, "--manifest").stdout)
    assert (told["version"], told["abi"]) == (1, 1)
    (one,) = told["projects"]
    assert {each["path"] for each in one["files"]} == {
        path for path in files(project / "build") if not path.startswith(".")
    }
    for each in one["files"]:
        assert [source["path"] for source in each["sources"]] == ["notes.pf"]


def imported(project: Path, *arguments: str) -> tuple[str, set[str]]:
    """What a command says, and the modules it imports."""
    script = (
        "import sys; sys.argv = ['pfc', *sys.argv[1:]]\n"
        "from pfc.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(*sorted(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script, *arguments],
        cwd=project,
        env=environment(project),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout, set(done.stderr.split())


HEAVY = {"lark", "jinja2", "black", "mypy", "rich", "msgspec", "watchfiles"}


def test_a_build_with_nothing_to_do_imports_almost_nothing(project: Path) -> None:
    nothing = subprocess.run(
        [sys.executable, "-P", "-c", "import sys; print(len(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    build(project)
    for path in [*project.rglob("*"), project]:  # as if all of it were older
        os.utime(path, (1_000_000_000, 1_000_000_000))
    said, modules = imported(project, "build", "--no-mypy")
    assert "none has changed" in said
    assert not HEAVY & modules
    assert "pfc.driver" not in modules
    settled(project)
    again, fewer = imported(project, "build", "--no-mypy")
    assert again == said
    assert len(fewer) < int(nothing.stdout) + 10
    assert "click" not in fewer


def settled(project: Path) -> None:
    """Leave a record as a run does that begins when nothing changes any more."""
    script = (
        "import sys, time\n"
        "from pfc.cli import unchanged\n"
        "unchanged._MARGIN = -10**12\n"
        "sys.argv = ['pfc', 'build', '--no-mypy']\n"
        "from pfc.cli.app import run; run()\n"
    )
    command = [sys.executable, "-P", "-c", script]
    subprocess.run(
        command, cwd=project, env=environment(project), check=True, capture_output=True
    )


@pytest.mark.parametrize(
    "change",
    ["source", "new source", "settings", "generated", "removed", "folder", "option"],
)
def test_whatever_changes_is_noticed(project: Path, change: str) -> None:
    build(project)
    settled(project)
    assert "click" not in imported(project, "build", "--no-mypy")[1]
    arguments = ["build", "--no-mypy"]
    match change:
        case "source":
            (project / "notes.pf").write_text(SOURCE.replace("!", "?"))
        case "new source":
            (project / "more.pf").write_text("record More {}\n")
        case "settings":
            (project / "pyproject.toml").write_text('[tool.pfc]\nout = "gen"\n')
        case "generated":
            (project / "build/notes/types.py").write_text("x = 1\n")
        case "removed":
            (project / "build/notes/types.py").unlink()
        case "folder":
            (project / "sub").mkdir()
        case "option":
            arguments.append("--strict")
    _, modules = imported(project, *arguments)
    assert "click" in modules
    assert build(project, "--check").returncode == 0


def test_without_the_cache_nothing_is_kept(project: Path) -> None:
    assert build(project, "--no-cache").returncode == 0
    assert not (project.parent / "cache").exists()


def test_completion_scripts(project: Path) -> None:
    for shell in ("bash", "zsh", "fish"):
        assert "_PFC_COMPLETE" in pfc(project, "completion", shell).stdout
    assert pfc(project, "completion", "cmd").returncode == 2


@LINUX
def test_a_second_build_waits_and_says_so(project: Path) -> None:
    import fcntl

    held = os.open(project, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    second = subprocess.Popen(
        [sys.executable, "-P", "-m", "pfc", "build", "--no-mypy"],
        cwd=project,
        env=environment(project),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert second.stderr is not None
    assert "another build is writing to build" in second.stderr.readline()
    assert not (project / "build").exists()
    os.close(held)
    told, _ = second.communicate(timeout=60)
    assert (second.returncode, told.startswith("built ")) == (0, True)


@LINUX
def test_builds_at_once_do_not_mix(project: Path) -> None:
    """Two different programs, built again and again into one folder."""
    texts = {
        name: SOURCE.replace("title", name) + f"record {name.title()} {{}}\n"
        for name in ("alpha", "omega")
    }
    for name, text in texts.items():
        (project.parent / name).mkdir()
        (project.parent / name / "notes.pf").write_text(text)
    out = project.parent / "out"
    script = (
        "import sys\nfrom pfc.cli.app import run\n"
        "for _ in range(5): assert run(sys.argv[1:]) == 0\n"
    )
    arguments = ["build", "--no-mypy", "--out", str(out)]
    running = [
        subprocess.Popen(
            [sys.executable, "-P", "-c", script, *arguments],
            cwd=project.parent / name,
            env=environment(project),
            stdout=subprocess.DEVNULL,
        )
        for name in texts
    ]
    assert [each.wait(60) for each in running] == [0, 0]
    made = (out / "notes/types.py").read_text()
    assert ("alpha" in made) != ("omega" in made)
    for name in texts:
        assert pfc(project.parent / name, *arguments).returncode == 0
    assert [path.name for path in out.parent.glob(".pfc-*")] == []


# ---------------------------------------------------------------- watching
@contextmanager
def watching(
    project: Path, verb: str
) -> Iterator[tuple[subprocess.Popen[str], queue.Queue[str]]]:
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "pfc", verb, "--watch", "--no-mypy"],
        cwd=project,
        env=environment(project),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: queue.Queue[str] = queue.Queue()
    assert process.stdout is not None
    stream = process.stdout

    def read() -> None:
        for line in stream:
            lines.put(line)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        yield process, lines
    finally:
        process.kill()
        process.wait()
        reader.join()
        stream.close()


def until(lines: queue.Queue[str], words: str) -> str:
    seen: list[str] = []
    while not seen or words not in seen[-1]:
        seen.append(lines.get(timeout=60))
    return "".join(seen)


def test_watching_builds_again_and_survives_errors(project: Path) -> None:
    with watching(project, "build") as (process, lines):
        assert "built" in until(lines, "watching for changes")
        (project / "notes.pf").write_text("record Note {")
        assert "PF104" in until(lines, "watching for changes")
        (project / "notes.pf").write_text(SOURCE.replace("title", "name"))
        assert "built" in until(lines, "watching for changes")
        assert "name: str" in (project / "build/notes/types.py").read_text()
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert "Traceback" not in "".join(lines.queue)


def test_watching_a_check(project: Path) -> None:
    with watching(project, "check") as (process, lines):
        assert "no errors" in until(lines, "watching for changes")
        (project / "more.pf").write_text("fn f() -> Int = nonsense\n")
        assert "PF2" in until(lines, "watching for changes")
        (project / "more.pf").unlink()
        assert "no errors" in until(lines, "watching for changes")
        process.terminate()
        assert process.wait(60) == 0
    assert not (project / "build").exists()
