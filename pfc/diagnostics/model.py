"""What a diagnostic is: a small value, without any rendering."""

from __future__ import annotations

import enum
from typing import TypeAlias

from pfc.diagnostics.suggest import hinted, same_word
from pfc.frozen import dataclass
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
    """A repair that an editor can offer: all of its edits together.

    A safe one gives the only sensible reading of what is written, or says the same in
    other words: `pfc fix` applies it unasked. The others want to be looked at: they
    guess, take something away, or change who may do what.
    """

    title: str
    edits: tuple[Edit, ...]
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Hint:
    """What a misspelt name was probably meant to be, looked for only when it is shown."""

    name: str
    candidates: tuple[str, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """One note, or none."""
        return hinted(self.name, self.candidates)[0]

    @property
    def meant(self) -> str | None:
        """What to write in place of the name, if it is known."""
        return hinted(self.name, self.candidates)[1]


Note: TypeAlias = "str | Hint"
"""A sentence, or what becomes one when it is shown."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: what is wrong, where, what else matters, how to repair it.

    A finding about a file as a whole has an empty span at offset 0. `remarks` and
    `repairs` are what was given; read `notes` and `fixes`, which are complete.
    """

    code: str
    severity: Severity
    message: str
    span: Span
    related: tuple[Label, ...] = ()
    remarks: tuple[Note, ...] = ()
    repairs: tuple[Fix, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What else there is to know, a sentence each."""
        found: list[str] = []
        for remark in self.remarks:
            found.extend([remark] if isinstance(remark, str) else remark.notes)
        return tuple(found)

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """The repairs, best first; a misspelt name is one if the finding is about it alone."""
        hints = (each for each in self.remarks if isinstance(each, Hint))
        alone = (
            each for each in hints if self.span.end - self.span.start == len(each.name)
        )
        return (*self.repairs, *(fix for each in alone for fix in self._named(each)))

    def _named(self, hint: Hint) -> tuple[Fix, ...]:
        if hint.meant is None:
            return ()
        safe = same_word(hint.name, hint.meant)
        return (Fix(f"write `{hint.meant}`", (Edit(self.span, hint.meant),), safe),)
