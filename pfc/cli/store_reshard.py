"""`pfc store reshard`: build a project, and let its app divide what it keeps anew."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pfc.cli import child
from pfc.cli.app import FAILURE, Unanswerable
from pfc.cli.building import build
from pfc.cli.checking import check
from pfc.cli.reporting import report
from pfc.cli.run import chosen

_FORMAT = "text"


def reshard(
    path: str,
    out: str | None,
    app: str | None,
    address: str | None,
    keyed: Sequence[str],
    functions: Sequence[str],
) -> None:
    """Divide anew in a process of its own; exits with 1 if that was refused."""
    orders = {
        "store": address,
        "keyed": [_pair(one, ".", "REACTOR.FIELD") for one in keyed],
        "functions": [_pair(one, "=", "REACTOR=MODULE:FUNCTION") for one in functions],
    }
    (checked,) = check([path])
    project = checked.project
    folder = (project.out if out is None else Path(out)).resolve()
    built = build(checked, folder, keeps=True)
    report([built.checked], _FORMAT)
    if built.written is None:
        raise SystemExit(FAILURE)
    module, name = chosen(checked, app or project.settings.app)
    arguments = [str(folder), str(project.root), module, name, json.dumps(orders)]
    running = child.start("pfc.cli.child_reshard", arguments, project.root)
    try:
        code = running.wait()
    finally:
        child.stop(running)
    if code != 0:
        raise SystemExit(FAILURE)


def _pair(text: str, separator: str, form: str) -> tuple[str, str]:
    name, found, rest = (
        text.rpartition(".") if separator == "." else text.partition("=")
    )
    if not (name and found and rest):
        raise Unanswerable(f"{text!r} is no {form}.")
    return name, rest
