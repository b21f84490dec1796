"""What a diagnostic is: a small value, without any rendering."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from pfc.span import Span


class Severity(enum.Enum):
    """How bad it is: an error stops the build, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that matters, and why; it may stand in another file."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `text` in place of what `span` covers; an empty span inserts."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair that an editor can offer: all of its edits together."""

    title: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: what is wrong, where, what else matters, how to repair it.

    A finding about a file as a whole has an empty span at offset 0.
    """

    code: str
    severity: Severity
    message: str
    span: Span
    related: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = ()
