"""From what the parser reads to the syntax tree: a method for each rule that makes a node."""

from __future__ import annotations

from pfc.syntax.tree.builder import Builder

__all__ = ["Builder"]
