"""What a page's render function is given besides its parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from packetflow.clock import Clock
from packetflow.context import Context
from packetflow.intent import Intent
from packetflow.web.form import (
    Form,
    OpenForm,
    Submission,
    alert,
    fixed_texts,
    hidden_fields,
)
from packetflow.web.route import Route
from packetflow.web.security import Signer

__all__ = ["Asks", "Fragment", "Out", "View"]

C_co = TypeVar("C_co", bound=Context, covariant=True)
R = TypeVar("R")

Out = list[str]
"""Where markup is appended to, piece by piece."""

Fragment = Sequence[str]
"""Markup already rendered, for a slot."""


class Asks(Protocol):
    """The part of an app that pages and endpoints use."""

    @property
    def clock(self) -> Clock:
        """Where the app takes the time from."""
        ...

    async def ask(self, intent: Intent[R], caller: Context) -> R:
        """Admit and dispatch an intent; give its result."""
        ...


class View(Generic[C_co]):
    """One rendering of a page, for one caller."""

    __slots__ = ("_app", "_signer", "_target", "caller", "claimed", "failed", "title")

    def __init__(
        self,
        app: Asks,
        caller: C_co,
        *,
        title: str,
        target: str,
        signer: Signer,
        failed: Submission | None = None,
    ) -> None:
        self._app = app
        self._signer = signer
        self._target = target
        self.caller = caller
        self.title = title
        self.failed = failed
        self.claimed = False

    async def ask(self, intent: Intent[R]) -> R:
        """Ask in the caller's name; a failure ends the page with its status."""
        return await self._app.ask(intent, self.caller)

    def now(self) -> datetime:
        """Give the present instant, in UTC, by the app's clock."""
        return self._app.clock.now()

    def form(
        self,
        form: Form[Any],
        fixed: Mapping[str, object],
        *,
        then: Route | None = None,
        flash: str = "",
    ) -> OpenForm:
        """Open a form: give its hidden fields, and what it shows after a failure.

        On success the browser goes to `then`, else to the same page, and sees `flash`.
        """
        texts = fixed_texts(fixed)
        hidden = self._hidden(form, texts, then, flash)
        failed = self.failed
        if failed is None or failed.form != form.name or failed.fixed != texts:
            return OpenForm(hidden, None)
        self.claimed = True
        return OpenForm(hidden + alert(failed.problem), failed)

    def button(
        self,
        form: Form[Any],
        fixed: Mapping[str, object],
        *,
        then: Route | None = None,
        flash: str = "",
    ) -> str:
        """Give the hidden fields of a form that is only a button."""
        return self._hidden(form, fixed_texts(fixed), then, flash)

    def _hidden(
        self,
        form: Form[Any],
        texts: Mapping[str, tuple[str, ...]],
        then: Route | None,
        flash: str,
    ) -> str:
        goal = self._target if then is None else then.url()
        return hidden_fields(self._signer.sign(form.name, goal, flash), texts)
