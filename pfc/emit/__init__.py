"""From the typed IR to the text of generated files."""

from __future__ import annotations

from pfc.emit.python import NotEmitted, collisions
from pfc.emit.python.package import Known
from pfc.emit.python.package import generate as _generate
from pfc.emit.python.seeing import Group
from pfc.emit.web import WebPart
from pfc.ir.program import Program

__all__ = ["Group", "Known", "NotEmitted", "collisions", "generate"]


def generate(program: Program, known: Known | None = None) -> dict[str, str]:
    """The generated files of a checked program: path → text.

    The same program gives the same bytes everywhere, whatever is `known` of it.
    """
    return _generate(program, (WebPart(),), known)
