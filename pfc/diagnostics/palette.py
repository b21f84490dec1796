"""The few colours of a report, or none."""

from __future__ import annotations

from typing import Final

from pfc.diagnostics.model import Severity
from pfc.frozen import dataclass

_RESET: Final = "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Palette:
    """Paints text for a terminal; the plain palette leaves it as it is."""

    colour: bool
    links: bool = False

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

    def link(self, text: str, uri: str | None) -> str:
        """A hyperlink (OSC 8), https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda."""
        if not self.links or uri is None:
            return text
        return f"\x1b]8;;{uri}\x1b\\{text}\x1b]8;;\x1b\\"

    def _paint(self, style: str, text: str) -> str:
        return f"\x1b[{style}m{text}{_RESET}" if self.colour and text else text
