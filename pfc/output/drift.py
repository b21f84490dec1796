"""How an output folder differs from what it should hold; nothing is written."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from pfc.frozen import dataclass
from pfc.output.manifest import NAME, digest, manifest_text, read_manifest

_LONGEST: Final = 60  # lines of a diff that are shown for one file


@dataclass(frozen=True, slots=True)
class Difference:
    """One file: `diff` leads from what is there to what should be."""

    path: str
    kind: Literal["missing", "changed", "extra"]
    diff: tuple[str, ...] = ()


def drift(
    out: Path, texts: Mapping[str, str], *, partial: bool = False
) -> list[Difference]:
    """What a build would change, by path; an extra file is one that pfc once wrote.

    A partial build knows only the folders that it writes to. Raises OSError for files
    that cannot be read.
    """
    ours = read_manifest(out)
    folders = {PurePosixPath(path).parent for path in texts}
    if partial:
        ours = {p: d for p, d in ours.items() if PurePosixPath(p).parent in folders}
    wanted = dict(texts)
    if not partial:
        listed = {path: digest(text.encode()) for path, text in texts.items()}
        wanted[NAME] = manifest_text(listed)
    found = list(_differences(out, wanted))
    for path in ours.keys() - texts.keys():
        if (out / path).exists():
            found.append(Difference(path, "extra"))
    return sorted(found, key=lambda each: each.path)


def _differences(out: Path, wanted: Mapping[str, str]) -> Iterator[Difference]:
    for path, text in wanted.items():
        try:
            present = (out / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            yield Difference(path, "missing")
            continue
        except IsADirectoryError:
            yield Difference(path, "changed", ("a folder stands there",))
            continue
        if present != text.encode("utf-8"):
            yield Difference(path, "changed", _diff(path, present, text))


def _diff(path: str, present: bytes, wanted: str) -> tuple[str, ...]:
    before = present.decode("utf-8", errors="replace").splitlines()
    lines = difflib.unified_diff(
        before, wanted.splitlines(), f"present/{path}", f"wanted/{path}", lineterm=""
    )
    shown = list(lines)
    if len(shown) > _LONGEST:
        more = len(shown) - _LONGEST
        shown = [*shown[:_LONGEST], f"… and {more} more lines"]
    return tuple(shown)
