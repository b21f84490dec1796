"""The formatter: from the text of a file to its canonical text."""

from __future__ import annotations

from pfc.format.formatter import Formatted, format_source

__all__ = ["Formatted", "format_source"]
