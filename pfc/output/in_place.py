"""Writing into a folder that must stay the one it is, by a journal.

All content is staged first; then a journal says what will be moved and removed; then
that is done. A process killed before the journal stands has changed nothing; one
killed later is finished by the next build.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Final

from pfc.output.manifest import inside
from pfc.output.plan import OutputError, Plan
from pfc.output.swap import drop_empty_folders

_PREFIX: Final = ".pfc-stage-"
_JOURNAL: Final = "journal.json"
_FILES: Final = "files"


def write_in_place(out: Path, plan: Plan) -> None:
    """Make the planned changes; raises OSError and OutputError before the first."""
    out.mkdir(exist_ok=True)
    _check_access(out, [*plan.changed, *plan.stale])
    stage = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=out))
    try:
        for number, name in enumerate(plan.changed):
            staged = stage / _FILES / str(number)
            staged.parent.mkdir(exist_ok=True)
            staged.write_bytes(plan.changed[name])
        journal = {"changed": list(plan.changed), "stale": sorted(plan.stale)}
        draft = stage / f"{_JOURNAL}.draft"
        draft.write_text(json.dumps(journal), "utf-8")
        draft.replace(stage / _JOURNAL)
    except BaseException:
        shutil.rmtree(stage, ignore_errors=True)
        raise
    _apply(out, stage)


def recover_in_place(out: Path) -> None:
    """Finish what a killed process had begun, or clean up what it had only staged."""
    for stage in out.glob(f"{_PREFIX}*"):
        if (stage / _JOURNAL).exists():
            _apply(out, stage)
        else:
            shutil.rmtree(stage, ignore_errors=True)


def _apply(out: Path, stage: Path) -> None:
    """Do what the journal says; doing it twice is doing it once."""
    journal = json.loads((stage / _JOURNAL).read_text("utf-8"))
    for number, name in enumerate(journal["changed"]):
        staged = stage / _FILES / str(number)
        if inside(name) and staged.exists():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            staged.replace(out / name)
    for name in filter(inside, journal["stale"]):
        (out / name).unlink(missing_ok=True)
        drop_empty_folders(out, name)
    # The journal goes first: without it the rest of the stage means nothing.
    (stage / _JOURNAL).unlink()
    shutil.rmtree(stage, ignore_errors=True)


def _check_access(out: Path, names: Iterable[str]) -> None:
    folders = {out / parent for name in names for parent in PurePosixPath(name).parents}
    for folder in sorted(folders):
        if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
            raise OutputError(folder, "the folder cannot be written to")
