"""What has to change in an output folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from pfc.frozen import dataclass
from pfc.output.manifest import NAME, digest, inside, manifest_text, read_manifest


class OutputError(Exception):
    """The output cannot be written; what was there is as it was."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Plan:
    """`changed` is to be written, `stale` to be removed; both are relative paths.

    `changed` has the manifest too. Stale files that were edited since are left alone.
    """

    changed: Mapping[str, bytes]
    stale: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.changed or self.stale)


def plan(out: Path, texts: Mapping[str, str], *, partial: bool = False) -> Plan:
    """Compare the folder with what it should hold; raises OutputError on conflicts.

    A partial build knows only the folders that it writes to: files of earlier builds
    elsewhere are not stale.
    """
    files = {path: text.encode("utf-8") for path, text in texts.items()}
    ours = read_manifest(out)
    for path in files:
        if not inside(path) or path == NAME:
            raise ValueError(f"the generated file {path!r} would stand outside")
    _check_folders(out, {path.rpartition("/")[0] for path in files})
    present = {path: _content(f"{out}/{path}") for path in {NAME, *files, *ours}}
    for path, data in files.items():
        if path not in ours and present[path] not in (None, data):
            reason = "pfc did not write this file, so it does not overwrite it"
            raise OutputError(out / path, reason)
    folders = {PurePosixPath(path).parent for path in files} if partial else set()
    kept = {
        path: told
        for path, told in ours.items()
        if partial
        and PurePosixPath(path).parent not in folders
        and present[path] is not None
    }
    stale = {
        path
        for path in ours.keys() - files.keys() - kept.keys()
        if (old := present[path]) is not None and digest(old) == ours[path]
    }
    listed = {**kept, **{path: digest(data) for path, data in files.items()}}
    wanted = {**files, NAME: manifest_text(listed).encode("utf-8")}
    changed = {path: wanted[path] for path in wanted if present[path] != wanted[path]}
    return Plan(changed, frozenset(stale))


def _check_folders(out: Path, folders: Iterable[str]) -> None:
    """INVARIANT: nothing is written through a link that pfc did not make."""
    above = {
        each
        for folder in folders
        for each in (PurePosixPath(folder), *PurePosixPath(folder).parents)
    }
    for each in sorted(above):
        folder = out / each
        if folder != out and (folder.is_symlink() or folder.is_file()):
            raise OutputError(folder, "a folder has to stand here")


def _content(path: str) -> bytes | None:
    # Hundreds of files are looked at: `Path` would cost more than the system does.
    try:
        mode = os.lstat(path).st_mode
        if stat.S_ISLNK(mode) or stat.S_ISDIR(mode):
            raise OutputError(Path(path), "a generated file has to stand here")
        return Path(path).read_bytes()
    except FileNotFoundError:
        return None
