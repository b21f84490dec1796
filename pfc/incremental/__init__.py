"""Compiling only what has changed: a project in units, each kept by its content."""

from __future__ import annotations

from pfc.incremental.project import Made, compile_project

__all__ = ["Made", "compile_project"]
