"""PF9xx: files, settings, and what pfc cannot do yet."""

from __future__ import annotations

from typing import Final

from pfc.diagnostics.entry import error

PROJECT: Final = (
    error("PF901", "not supported yet", "{construct} is not supported yet"),
    error("PF902", "no .pf files", "there are no .pf files in {path}"),
    error("PF903", "not UTF-8", "this file is not UTF-8: {reason}"),
    error("PF904", "output cannot be written", "cannot write {path}: {reason}"),
    error("PF905", "no such path", "there is no file or folder {path}"),
    error(
        "PF906",
        "linked Python not found",
        "the linked Python `{target}` was not found: {reason}",
    ),
    error(
        "PF907",
        "file too large",
        "this file is too large: {size} bytes, and at most {limit} are read",
    ),
    error("PF908", "bad project settings", "[tool.pfc] cannot be used: {reason}"),
    error("PF909", "cannot be read", "cannot read {path}: {reason}"),
)
