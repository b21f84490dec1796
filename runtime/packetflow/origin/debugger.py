"""Breakpoints in `.pf` files for `pdb`, which from Python 3.13 on knows `.py` files alone."""

from __future__ import annotations

import sys
from pathlib import Path
from pdb import Pdb

_of_python = Pdb.lookupmodule


def _lookup(self: Pdb, filename: str) -> str | None:
    """The file that `break orders.pf:11` means; others are found as they always were."""
    if filename.endswith(".pf"):
        for folder in ("", *sys.path):
            path = Path(folder, filename).absolute()
            if path.is_file():
                return str(path)
    return _of_python(self, filename)


def install() -> None:
    """Have `pdb` find `.pf` files."""
    Pdb.lookupmodule = _lookup  # type: ignore[method-assign]  # pdb says it may be
