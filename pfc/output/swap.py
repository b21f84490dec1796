"""Writing by exchange: the complete new folder is built beside the old one.

Whoever looks, and whenever the process is killed, sees the old folder or the new one.
Files that do not change, and files that pfc did not write, are hard links in the new
folder, so nothing of them is copied or lost.
"""

from __future__ import annotations

import glob
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pfc.output.exchange import exchange
from pfc.output.manifest import NAME, read_manifest
from pfc.output.plan import Plan

_MOST_ENTRIES: Final = 5_000
_WORKING_FOLDER: Final = (".git", "pyproject.toml")
_TREE: Final = "tree"
_RECORD: Final = "staged"

STAGED: Final = ".pfc-"
"""What the names of folders begin with that stand beside the output for a moment."""


class CannotSwap(Exception):
    """This folder has to be written in place."""


def swap(out: Path, plan: Plan) -> None:
    """Make the planned changes; raises CannotSwap before anything has changed."""
    _check(out)
    try:
        stage = Path(tempfile.mkdtemp(prefix=_prefix(out), dir=out.parent))
    except OSError as problem:
        raise CannotSwap(str(problem)) from problem
    exchanged = False
    try:
        tree = stage / _TREE
        _build(out, tree, plan)
        if out.exists():
            (stage / _RECORD).write_text(str(tree.stat().st_ino), "ascii")
            exchanged = exchange(tree, out)
            if not exchanged:
                raise CannotSwap("the system cannot exchange folders")
            _rescue(tree, out)
        else:
            tree.rename(out)
    except BaseException:
        if not exchanged:  # else the stage may hold somebody's only copy
            shutil.rmtree(stage, ignore_errors=True)
        raise
    shutil.rmtree(stage, ignore_errors=True)


def recover_swaps(out: Path) -> None:
    """Clean up after processes that were killed; their folders stand beside `out`.

    Nobody else is building: the caller holds the lock.
    """
    for stage in out.parent.glob(f"{glob.escape(_prefix(out))}*"):
        tree = stage / _TREE
        if _was_exchanged(stage):
            _rescue(tree, out)
        shutil.rmtree(stage, ignore_errors=True)


def _prefix(out: Path) -> str:
    return f"{STAGED}{out.name}-"


def _was_exchanged(stage: Path) -> bool:
    """Whether the folder under the stage is no longer the one built there."""
    try:
        built = (stage / _RECORD).read_text("ascii")
        return bool(built) and built != str((stage / _TREE).stat().st_ino)
    except OSError:
        return False


def _check(out: Path) -> None:
    """A folder in which somebody works must keep its identity."""
    if not out.exists():
        return
    here = Path.cwd()
    if out == here or out in here.parents:
        raise CannotSwap("the current folder is in it")
    if out.is_mount() or any((out / name).exists() for name in _WORKING_FOLDER):
        raise CannotSwap("it is more than an output folder")
    if next(out.glob("*.pf"), None) is not None:
        raise CannotSwap("it has sources")


def _build(out: Path, tree: Path, plan: Plan) -> None:
    tree.mkdir()
    if out.exists():
        try:
            _link(out, tree, plan)
        except OSError as problem:
            raise CannotSwap(str(problem)) from problem
    for name, data in plan.changed.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for name in plan.stale:
        drop_empty_folders(tree, name)


def _link(out: Path, tree: Path, plan: Plan) -> None:
    shutil.copymode(out, tree)
    for count, (entry, name) in enumerate(walk(out)):
        if count >= _MOST_ENTRIES:
            raise CannotSwap("it holds very many files")
        if entry.is_dir(follow_symlinks=False):
            (tree / name).mkdir()
            shutil.copymode(entry.path, f"{tree}/{name}")
        elif name not in plan.changed and name not in plan.stale:
            os.link(entry.path, f"{tree}/{name}", follow_symlinks=False)


def _rescue(old: Path, out: Path) -> None:
    """Bring over what somebody else wrote to the old folder while we were building."""
    generated = {NAME, *read_manifest(old), *read_manifest(out)}
    for entry, name in walk(old):
        if entry.is_dir(follow_symlinks=False):
            continue
        if name in generated or "__pycache__" in name.split("/"):
            continue
        path, target = Path(entry.path), out / name
        if _is_newer(path, target):
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)


def _is_newer(path: Path, target: Path) -> bool:
    told = path.lstat()
    try:
        present = target.lstat()
    except FileNotFoundError:
        return True
    return told.st_ino != present.st_ino and told.st_mtime_ns > present.st_mtime_ns


def walk(folder: Path) -> Iterator[tuple[os.DirEntry[str], str]]:
    """All entries below a folder, parents first, with their relative names.

    Links to folders are entries like others; folders that cannot be read are empty.
    """
    waiting = [(str(folder), "")]
    while waiting:
        path, above = waiting.pop()
        try:
            with os.scandir(path) as found:
                entries = list(found)
        except OSError:
            continue
        for entry in entries:
            name = f"{above}{entry.name}"
            yield entry, name
            if entry.is_dir(follow_symlinks=False):
                waiting.append((entry.path, f"{name}/"))


def drop_empty_folders(tree: Path, name: str) -> None:
    """Remove the folders above a removed file that hold at most Python's cache."""
    for parent in Path(name).parents[:-1]:
        folder = tree / parent
        if not folder.is_dir() or _names(folder) - {"__pycache__"}:
            return
        shutil.rmtree(folder)


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}
