"""Names, types, refinements, exhaustiveness: from syntax trees to the typed program."""

from __future__ import annotations

from pfc.semantics.analyse import Analysis, analyse

__all__ = ["Analysis", "analyse"]
