"""Tables: rows that outlive memory, in the app's store."""

from __future__ import annotations

from packetflow.table.columns import Column
from packetflow.table.condition import (
    Absent,
    Among,
    Arg,
    Col,
    Compare,
    Condition,
    Holds,
    Opposite,
    Part,
    Under,
    every,
    some,
)
from packetflow.table.cursor import CursorRefused
from packetflow.table.declared import AnyTable, Guard, Query, Table
from packetflow.table.handlers import RowHandler
from packetflow.table.rows import Rows

__all__ = [
    "Absent",
    "Among",
    "AnyTable",
    "Arg",
    "Col",
    "Column",
    "Compare",
    "Condition",
    "CursorRefused",
    "Guard",
    "Holds",
    "Opposite",
    "Part",
    "Query",
    "RowHandler",
    "Rows",
    "Table",
    "Under",
    "every",
    "some",
]
