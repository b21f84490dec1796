"""A row of the table of diagnostics."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from string import Formatter

from pfc.diagnostics.model import Severity


@dataclass(frozen=True)
class Entry:
    """What a code means: `message` has a `{name}` for each parameter."""

    code: str
    title: str
    message: str
    severity: Severity

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The names that the message needs."""
        fields = (name for _, name, _, _ in Formatter().parse(self.message))
        return frozenset(name for name in fields if name is not None)


def error(code: str, title: str, message: str) -> Entry:
    """A row for a finding that stops the build."""
    return Entry(code, title, message, Severity.ERROR)


def warning(code: str, title: str, message: str) -> Entry:
    """A row for a finding that does not stop the build, unless `--strict`."""
    return Entry(code, title, message, Severity.WARNING)
