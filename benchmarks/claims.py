"""What is claimed about speed: each claim is measured with its peers in the same run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from queue import Empty, Queue
from statistics import median
from typing import IO, Final

from benchmarks import generate, peers
from benchmarks.measure import Command, Times, measured
from benchmarks.result import Result

_PFC: Final = str(Path(sys.executable).with_name("pfc"))


@dataclass
class Setting:
    """A generated project in a folder of its own, with a cache of its own."""

    folder: Path
    lines: int
    rounds: int

    @cached_property
    def project(self) -> Path:
        """The folder of the project: made, and built once, when it is first used."""
        folder = self.folder / "project"
        generate.write(folder, self._sources)
        # The grammar's tables and the compiled templates are kept from here on.
        self._run(folder, "build", "--no-mypy")
        return folder

    @cached_property
    def made(self) -> generate.Size:
        """How large the project is."""
        return generate.size(self._sources)

    @cached_property
    def _sources(self) -> dict[str, str]:
        return generate.project(self.lines)

    @property
    def environment(self) -> dict[str, str]:
        """Where the cache is; and no colours."""
        return {"PFC_CACHE_DIR": str(self.folder / "cache"), "NO_COLOR": "1"}

    def run(self, *arguments: str) -> None:
        """Run pfc once, untimed."""
        self._run(self.project, *arguments)

    def _run(self, folder: Path, *arguments: str) -> None:
        subprocess.run(
            [_PFC, *arguments],
            cwd=folder,
            env={**os.environ, **self.environment},
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def pfc(
        self, *arguments: str, before: Callable[[], None] = lambda: None
    ) -> Command:
        """A command to time."""
        return Command([_PFC, *arguments], str(self.project), self.environment, before)

    def forget(self) -> None:
        """No output, and nothing known about the project."""
        shutil.rmtree(self.project / "build", ignore_errors=True)
        for kind in ("units", "unchanged"):
            shutil.rmtree(self.folder / "cache" / kind, ignore_errors=True)

    def edit(self, number: int) -> None:
        """Change a statement of one file, as nobody has before."""
        texts = {p: p.read_text("utf-8") for p in self.project.glob("*/*s.pf")}
        path = max(path for path, text in texts.items() if ".take(" in text)
        text = texts[path]
        at = text.index(".take(")
        end = text.index(")", at)
        path.write_text(f"{text[:at]}.take({10 + number}{text[end:]}", "utf-8")


def build_cold(setting: Setting) -> Result:
    """From sources to written packages, nothing known about the project.

    All checks but mypy; the grammar's tables and compiled templates are there, as after
    the first run on a machine. Each peer generates Python from as many lines of its own
    input (OpenAPI in YAML; BAML; Protocol Buffers with stubs for mypy) in whole
    processes, in turn with ours. Limits: a line says more in one language than in
    another, and no peer checks what we check.
    """
    theirs = dict(peers.generating(setting.folder, setting.made.lines))
    ours = setting.pfc("build", "--no-mypy", before=setting.forget)
    return _compared("build_cold", build_cold, setting, ours, theirs)


def check(setting: Setting) -> Result:
    """All checks but mypy, nothing known about the project, nothing written.

    The peers have no check that does not generate, so they generate; see build_cold.
    """
    theirs = dict(peers.generating(setting.folder, setting.made.lines))
    ours = setting.pfc("check", "--no-mypy", before=setting.forget)
    return _compared("check", check, setting, ours, theirs)


def build_noop(setting: Setting) -> Result:
    """A build when nothing has changed, against Python starting and ending.

    Whole processes: `pfc build`, and `python -c pass` of the same environment.
    """
    time.sleep(0.2)  # what was written this very moment is not yet taken for settled
    setting.run("build", "--no-mypy")
    theirs = {"python_startup": _python(setting)}
    return _compared(
        "build_noop", build_noop, setting, setting.pfc("build", "--no-mypy"), theirs
    )


def version(setting: Setting) -> Result:
    """`pfc --version`, against Python starting and ending; whole processes."""
    theirs = {"python_startup": _python(setting)}
    ours = setting.pfc("--version")
    return _compared("version", version, setting, ours, theirs)


def build_edit(setting: Setting) -> Result:
    """One statement of one file changed, in a project that is known.

    Ours is the time from saving the file until `pfc build --watch` has written and said
    so; `one_process` a `pfc build` from its start to its end. The peers know no edit:
    they generate everything again. `limit` is 0.15 seconds.
    """
    numbers = iter(range(1_000_000))
    theirs = dict(peers.generating(setting.folder, setting.made.lines))
    theirs["one_process"] = setting.pfc(
        "build", "--no-mypy", before=lambda: setting.edit(next(numbers))
    )
    times = measured(theirs, setting.rounds)
    ours = _watched(setting, numbers)
    found = {name: each.median for name, each in times.items()}
    ratios = {name: value / ours for name, value in found.items()}
    ratios["limit"] = 0.15 / ours
    return Result("build_edit", ours, found, ratios, _method(build_edit, setting))


CLAIMS: Final[Mapping[str, Callable[[Setting], Result]]] = {
    each.__name__: each for each in (build_cold, check, build_noop, version, build_edit)
}


def _python(setting: Setting) -> Command:
    return Command([sys.executable, "-c", "pass"], str(setting.project))


def _compared(
    name: str,
    claim: Callable[[Setting], Result],
    setting: Setting,
    ours: Command,
    theirs: Mapping[str, Command],
) -> Result:
    times = measured({"ours": ours, **theirs}, setting.rounds)
    mine = times.pop("ours")
    found = {peer: each.median for peer, each in times.items()}
    ratios = {peer: value / mine.median for peer, value in found.items()}
    method = _method(claim, setting, mine)
    return Result(name, mine.median, found, ratios, method)


def _method(
    claim: Callable[[Setting], Result], setting: Setting, times: Times | None = None
) -> str:
    """What was done, in words, with the sizes of this run."""
    text = " ".join((claim.__doc__ or "").split())
    told = (
        f"{text} {setting.made.modules} modules, {setting.made.lines} lines;"
        f" median of {setting.rounds} interleaved rounds after one that does not count,"
        f" in seconds of wall clock, {os.cpu_count()} processors."
    )
    if times is not None:
        least, most = min(times.seconds), max(times.seconds)
        told += f" Ours took {least:.3f} to {most:.3f} s, {times.megabytes:.0f} MB."
    return told


# ---------------------------------------------------------------- watching
def _watched(setting: Setting, numbers: Iterator[int]) -> float:
    """The median of the seconds from a change to the end of the build of a watcher."""
    with _watcher(setting) as lines:
        _until(lines, "watching for changes")
        taken = []
        for _ in range(setting.rounds + 1):
            time.sleep(0.3)
            began = time.perf_counter()
            setting.edit(next(numbers))
            _until(lines, "built ")
            taken.append(time.perf_counter() - began)
            _until(lines, "watching for changes")
    return median(taken[1:])


@contextmanager
def _watcher(setting: Setting) -> Iterator[Queue[str]]:
    process = subprocess.Popen(
        [_PFC, "build", "--watch", "--no-mypy"],
        cwd=setting.project,
        env={**os.environ, **setting.environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    lines: Queue[str] = Queue()
    reader = threading.Thread(target=_read, args=(process.stdout, lines), daemon=True)
    reader.start()
    try:
        yield lines
    finally:
        process.terminate()
        process.wait()
        reader.join()


def _read(stream: IO[str], lines: Queue[str]) -> None:
    for line in stream:
        lines.put(line)


def _until(lines: Queue[str], beginning: str) -> None:
    seen: list[str] = []
    try:
        while not (line := lines.get(timeout=60)).startswith(beginning):
            seen.append(line)
    except Empty:
        raise RuntimeError(f"no {beginning!r} after {''.join(seen)!r}") from None
