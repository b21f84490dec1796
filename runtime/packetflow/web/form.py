"""Forms: what one sends, and what it shows again when that failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import msgspec

from packetflow.errors import Violation
from packetflow.intent import Intent
from packetflow.web.escape import attribute, text
from packetflow.web.problem import Problem, invalid, problem, sentence
from packetflow.web.wire import field_texts, raw_values

__all__ = ["Form", "OpenForm", "Submission"]

I = TypeVar("I", bound="Intent[Any]")  # noqa: E741 (the usual letter for an intent)

TOKEN_FIELD: Final = "_pf"


class Form(Generic[I]):
    """A form that stands in a page or component: the intent it sends, and from what.

    `name` is unique in the app. `fixed` names the fields that `sends:` gives; they
    travel as hidden inputs and are as trusted as any other input, which is not at all:
    the intent is validated and admitted when it arrives. `inputs` names the fields that
    the person fills in. Nothing else that is posted is looked at.
    """

    def __init__(
        self,
        name: str,
        intent: type[I],
        *,
        fixed: Sequence[str] = (),
        inputs: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.intent = intent
        self.fixed = tuple(fixed)
        self.inputs = tuple(inputs)

    def decode(self, posted: Mapping[str, Sequence[str]]) -> I | Problem:
        """Make the intent from what was posted, or say what is wrong with it."""
        names = (*self.fixed, *self.inputs)
        try:
            values = raw_values(
                self.intent,
                {name: posted[name] for name in names if name in posted},
                typed=frozenset(self.inputs),
                offered=names,
            )
            intent: I = msgspec.convert(values, self.intent, strict=False)
            return intent
        except (msgspec.ValidationError, Violation) as error:
            return invalid(error)
        except (msgspec.DecodeError, RecursionError):
            return problem(400, "A field of the form cannot be read.")


@dataclass(frozen=True, slots=True)
class Submission:
    """A form that was posted and failed, for the page to show again."""

    form: str
    fixed: Mapping[str, tuple[str, ...]]
    posted: Mapping[str, Sequence[str]]
    problem: Problem


class OpenForm:
    """A form while it is rendered: its hidden fields, and the values to show."""

    __slots__ = ("_failed", "fields")

    def __init__(self, fields: str, failed: Submission | None) -> None:
        self.fields = fields
        self._failed = failed

    def value(self, name: str, initial: str = "") -> str:
        """Give the text of an input: what was typed before, else the initial one."""
        if self._failed is None:
            return initial
        given = self._failed.posted.get(name, ())
        return given[-1] if given else ""

    def checked(
        self, name: str, value: str | None = None, *, initial: bool = False
    ) -> str:
        """Give ` checked` for a box or radio button that is on.

        A box without a value is on if anything was sent for it.
        """
        if self._failed is None:
            return " checked" if initial else ""
        given = self._failed.posted.get(name, ())
        on = bool(given) if value is None else value in given
        return " checked" if on else ""

    def selected(self, name: str, value: str, *, initial: bool = False) -> str:
        """Give ` selected` for the option that is chosen."""
        if self._failed is None:
            return " selected" if initial else ""
        return " selected" if value in self._failed.posted.get(name, ()) else ""

    def invalid(self, name: str) -> str:
        """Give the attribute that marks the input whose value was refused."""
        if self._failed is None or self._failed.problem.field != name:
            return ""
        return ' aria-invalid="true"'


def hidden_fields(token: str, fixed: Mapping[str, tuple[str, ...]]) -> str:
    """Write the hidden inputs of a form."""
    inputs = [f'<input type="hidden" name="{TOKEN_FIELD}" value="{token}">']
    for name, values in fixed.items():
        inputs += (
            f'<input type="hidden" name="{attribute(name)}" value="{attribute(value)}">'
            for value in values
        )
    return "".join(inputs)


def alert(told: Problem) -> str:
    """Write what went wrong, where a screen reader announces it."""
    return f'<p class="pf-alert" role="alert">{text(sentence(told))}</p>'


def fixed_texts(fixed: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """Give the strings that the fixed fields travel as."""
    return {name: field_texts(value) for name, value in fixed.items()}
