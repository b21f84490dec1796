"""The few colours of a report, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from pfc.diagnostics.model import Severity
from pfc.frozen import dataclass

_RESET: Final = "\x1b[0m"
_CODE: Final = {
    "keyword": "35",
    "constant": "36",
    "type": "33",
    "declared": "34",
    "tag": "34",
    "number": "36",
    "string": "32",
    "escape": "36",
    "hole": "36",
    "comment": "90",
    "doc": "90",
}
"""The colour of each class of `pfc.highlight`; the others have none."""

Reader: TypeAlias = Callable[[str], Iterable[tuple[int, str, str]]]
"""What tells the pieces of a source: where each begins, its class, its text."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Paints text for a terminal; the plain palette leaves it as it is."""

    colour: bool
    links: bool = False
    read: Reader | None = None

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

    def code(self, class_: str, text: str) -> str:
        """A piece of a source; `class_` is what it is to a highlighter."""
        style = _CODE.get(class_)
        return text if style is None else self._paint(style, text)

    def _paint(self, style: str, text: str) -> str:
        return f"\x1b[{style}m{text}{_RESET}" if self.colour and text else text
