"""Diagnostics: the one table, the values, and how they are shown."""

from __future__ import annotations

from pfc.diagnostics.make import diagnostic, diagnostic_with, did_you_mean
from pfc.diagnostics.model import Diagnostic, Edit, Fix, Hint, Label, Note, Severity
from pfc.diagnostics.suggest import suggest
from pfc.diagnostics.table import TABLE, entry_of

__all__ = [
    "TABLE",
    "Diagnostic",
    "Edit",
    "Fix",
    "Hint",
    "Label",
    "Note",
    "Severity",
    "diagnostic",
    "diagnostic_with",
    "did_you_mean",
    "entry_of",
    "suggest",
]
