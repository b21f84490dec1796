"""Diagnostics: the one table, the values, and how they are shown."""

from __future__ import annotations

from pfc.diagnostics.make import diagnostic, diagnostic_with
from pfc.diagnostics.model import Diagnostic, Edit, Fix, Label, Severity
from pfc.diagnostics.suggest import did_you_mean, suggest
from pfc.diagnostics.table import TABLE, entry_of

__all__ = [
    "TABLE",
    "Diagnostic",
    "Edit",
    "Fix",
    "Label",
    "Severity",
    "diagnostic",
    "diagnostic_with",
    "did_you_mean",
    "entry_of",
    "suggest",
]
