"""Python packages from the typed IR."""

from __future__ import annotations

from pfc.emit.python.base import Surroundings
from pfc.emit.python.collisions import collisions
from pfc.emit.python.expressions import Expressions
from pfc.emit.python.file import File, NotEmitted
from pfc.emit.python.naming import Names
from pfc.emit.python.package import Package, Part, generate
from pfc.emit.python.scope import Scope
from pfc.emit.python.statements import Statements
from pfc.emit.python.syntax import Py

__all__ = [
    "Expressions",
    "File",
    "Names",
    "NotEmitted",
    "Package",
    "Part",
    "Py",
    "Scope",
    "Statements",
    "Surroundings",
    "collisions",
    "generate",
]
