"""The few colours of a report, or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pfc.diagnostics.model import Severity

_RESET: Final = "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Palette:
    """Paints text for a terminal; the plain palette leaves it as it is."""

    colour: bool

    def severity(self, severity: Severity, text: str) -> str:
        """Red for errors, yellow for warnings."""
        return self._paint("1;31" if severity is Severity.ERROR else "1;33", text)

    def bold(self, text: str) -> str:
        """The message."""
        return self._paint("1", text)

    def frame(self, text: str) -> str:
        """Line numbers, bars and secondary marks."""
        return self._paint("1;34", text)

    def help(self, text: str) -> str:
        """What can be done."""
        return self._paint("1;32", text)

    def _paint(self, style: str, text: str) -> str:
        return f"\x1b[{style}m{text}{_RESET}" if self.colour and text else text
