"""Data: paths, urls, results, pages, and the checks that refinements are made of."""

from __future__ import annotations

from packetflow.adt.checks import (
    check,
    checked_finite,
    checked_instant,
    matches,
)
from packetflow.adt.json import Json
from packetflow.adt.page import Cursor, Page
from packetflow.adt.path import checked_path, is_segment, normalise, under
from packetflow.adt.result import Err, Ok, Result, checked_result
from packetflow.adt.schema import json_schema
from packetflow.adt.url import checked_url

__all__ = [
    "Cursor",
    "Err",
    "Json",
    "Ok",
    "Page",
    "Result",
    "check",
    "checked_finite",
    "checked_instant",
    "checked_path",
    "checked_result",
    "checked_url",
    "is_segment",
    "json_schema",
    "matches",
    "normalise",
    "under",
]
