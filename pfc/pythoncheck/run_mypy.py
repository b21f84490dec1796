"""Running mypy over generated files, in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypedDict

from pfc.cache.folder import cache_folder
from pfc.cache.store import key_of
from pfc.pythoncheck.reached import runtime_folder
from pfc.pythoncheck.widened import exact_aliases, widened

_OPTIONS: Final = (
    "--config-file=",  # the user's settings may name plugins, which are code
    "--output=json",
    "--no-error-summary",
    "--no-pretty",
    "--follow-imports=silent",
    "--explicit-package-bases",
    "--namespace-packages",
    "--check-untyped-defs",
    "--python-version=3.11",
    # What is installed here need not be what is installed where the program runs.
    "--disable-error-code=import-not-found",
    "--disable-error-code=import-untyped",
    # A fence need not be annotated more than its types are in doubt.
    "--disable-error-code=var-annotated",
)
_TIMEOUT: Final = 300.0
_FINDINGS: Final = 1


class Raw(TypedDict):
    """One finding as mypy tells it: lines from 1, columns from 0."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    message: str
    hint: str | None
    code: str | None
    severity: str


class CannotCheck(Exception):
    """mypy came to no result; the message says why, in its words."""


def run_mypy(root: str, files: Mapping[str, str], checked: Sequence[str]) -> list[Raw]:
    """The findings in the generated files `checked`, by their paths.

    `root` is where linked Python is. mypy's own cache is kept in the user's cache folder,
    so that a later run looks only at what has changed. Raises CannotCheck.
    """
    with _folders(root) as (out, cache):
        aliases = exact_aliases(files)
        seen = {name: widened(files[name], aliases) for name in checked}
        _write(out, {**files, **seen})
        modules = [
            word
            for name in checked
            for word in ("-m", name.removesuffix(".py").replace("/", "."))
        ]
        command = [sys.executable, "-P", "-m", "mypy", *_OPTIONS]
        command += [f"--cache-dir={cache}", *modules]
        try:
            ran = subprocess.run(
                command,
                cwd=out,
                env=_environment(out, root),
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=_TIMEOUT,
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise CannotCheck(str(problem)) from problem
        found = list(_read(ran.stdout))
        if ran.returncode > _FINDINGS or (ran.returncode and not found):
            said = (ran.stderr or ran.stdout).strip().split("\n")[-1]
            raise CannotCheck(said[:500] or f"it ended with {ran.returncode}")
        return [one for one in found if one["file"] in set(checked)]


def _environment(out: Path, root: str) -> dict[str, str]:
    paths = [str(out), root]
    runtime = runtime_folder().parent
    if runtime.name not in ("site-packages", "dist-packages"):
        paths.append(str(runtime))
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MYPY")}
    return {**kept, "MYPYPATH": os.pathsep.join(paths), "NO_COLOR": "1"}


def _read(output: str) -> Iterator[Raw]:
    for line in output.splitlines():
        with contextlib.suppress(ValueError):
            found = json.loads(line)
            if isinstance(found, dict) and found.get("severity") == "error":
                found["file"] = str(found["file"]).replace("\\", "/")
                yield found  # type: ignore[misc]  # told by mypy, in this form


@contextlib.contextmanager
def _folders(root: str) -> Iterator[tuple[Path, Path]]:
    """Where the generated files go, and mypy's cache, used by nobody else meanwhile.

    Projects share a cache: most of it is about libraries. While one project uses that,
    another one has its own.
    """
    base = cache_folder()
    if base is not None:
        shared = Path(base) / "mypy" / "shared"
        own = Path(base) / "mypy" / key_of(root, sys.version)
        with _locked(own) as is_ours:
            if is_ours:
                with _locked(shared) as is_free:
                    yield own / "generated", (shared if is_free else own) / "cache"
                return
    with tempfile.TemporaryDirectory(prefix="pfc-mypy-") as name:
        yield Path(name, "generated"), Path(name, "cache")


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = (folder / "lock").open("w")
    except OSError:
        yield False
        return
    with file:
        yield _lock(file.fileno())


def _lock(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _write(out: Path, files: Mapping[str, str]) -> None:
    """The generated files and no others; what is the same keeps its time."""
    present = (
        {path for path in out.rglob("*") if path.is_file()} if out.exists() else set()
    )
    for name, text in files.items():
        target = out / name
        present.discard(target)
        data = text.encode("utf-8", "surrogatepass")
        if target.is_file() and target.read_bytes() == data:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    for stale in present:
        stale.unlink(missing_ok=True)
