"""What a page's render function is given besides its parameters."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from packetflow.capability import Capability, Held
from packetflow.clock import Clock
from packetflow.configuration import Config
from packetflow.context import Context
from packetflow.effect import Retry
from packetflow.errors import DeadlineExceeded, Denied, Fault, Unavailable
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
F = TypeVar("F", bound=Config)

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

    def config(self, kind: type[F]) -> F:
        """The values of a configuration."""
        ...

    async def ask(self, intent: Intent[R], caller: Context) -> R:
        """Admit and dispatch an intent; give its result."""
        ...

    async def ask_alone(self, intent: Intent[R], caller: Context, key: str) -> R:
        """The same once for each key; raises InProgress, KeyMisused and NoJournal."""
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

    async def ask(
        self,
        intent: Intent[R],
        *,
        within: timedelta | None = None,
        only: tuple[Capability, ...] | None = None,
        retry: Retry | None = None,
        heard: bool = False,
    ) -> R:
        """Ask in the caller's name; a failure ends the page with its status.

        `within` is how long each try may take. Whoever is asked gets `only` these
        capabilities of the caller. `retry` tries again when there was no answer. With
        `heard`, a fault is Unavailable: somebody says what is shown then.
        """
        caller: Context = self.caller
        if only is not None:
            caller = caller.holding(Held(one for one in only if caller.can(one)))
        attempt = 0
        while True:
            asked = self._app.ask(intent, caller)
            try:
                if within is None:
                    return await asked
                return await _within(asked, within, self._app.clock)
            except (Unavailable, Fault) as error:
                attempt += 1
                if retry is None or attempt > retry.times:
                    if heard and isinstance(error, Fault):
                        raise Unavailable(str(error)) from error
                    raise
                await self._app.clock.sleep(retry.delay(attempt))

    def denial(self, *capabilities: Capability, reason: str = "") -> Denied:
        """The exception that denies this page."""
        return Denied(capabilities, caller=self.caller, reason=reason)

    def config(self, kind: type[F]) -> F:
        """The values of a configuration of the app."""
        return self._app.config(kind)

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


async def _within(asked: Awaitable[R], most: timedelta, clock: Clock) -> R:
    """An answer in time; raises DeadlineExceeded, and does not wait for a late one."""
    task = asyncio.ensure_future(asked)
    late = False

    def overdue() -> None:
        nonlocal late
        late = True
        task.cancel()

    timer = clock.call_later(most.total_seconds(), overdue)
    try:
        return await task
    except asyncio.CancelledError:
        if late and task.cancelled():
            seconds = most.total_seconds()
            raise DeadlineExceeded(f"no answer within {seconds:g} s") from None
        raise
    finally:
        timer.cancel()
