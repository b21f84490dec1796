"""Answers requests to an API: an intent from each, JSON or a problem back."""

from __future__ import annotations

import re
from typing import Any, Final

from packetflow.context import Context
from packetflow.errors import NoJournal
from packetflow.intent import Intent
from packetflow.web.endpoint import Decoder, answer
from packetflow.web.http import Response, problem_response
from packetflow.web.idempotency import HEADER, key_of
from packetflow.web.page import Endpoint
from packetflow.web.pages import log_fault
from packetflow.web.problem import ProblemError, problem, problem_of
from packetflow.web.view import Asks
from packetflow.web.visit import Visit, Visitors

__all__ = ["ApiHandler"]

_PARAMETER: Final = re.compile(r"\{(\w+)\*?\}")


class ApiHandler:
    """Answers for one endpoint."""

    def __init__(
        self,
        endpoint: Endpoint,
        context: type[Context] | None,
        app: Asks,
        visitors: Visitors,
    ) -> None:
        self._endpoint = endpoint
        self._context = context
        self._app = app
        self._visitors = visitors
        names = frozenset(_PARAMETER.findall(endpoint.pattern))
        self._decoder = Decoder(endpoint, names)

    async def answer(self, visit: Visit) -> Response:
        """Make the intent, ask it, and tell the result or the problem."""
        try:
            caller = await self._visitors.caller(visit, self._context)
            key = key_of(visit.request)
            intent = await self._decoder.decode(visit.request, visit.parameters)
            if key is None:
                return answer(self._endpoint, await self._app.ask(intent, caller))
            return answer(self._endpoint, await self._once(intent, caller, key))
        except Exception as error:
            told = problem_of(error)
            log_fault(visit.request, told, error)
            return problem_response(ProblemError(told))

    async def _once(self, intent: Intent[Any], caller: Context, key: str) -> Any:
        """Handle a request that may be repeated; raises what `ask` does."""
        try:
            return await self._app.ask_alone(intent, caller, key)
        except NoJournal:
            # Who repeats it believes that it is handled once: it would not be.
            told = f"What this answers is kept nowhere: send it without {HEADER}."
            raise ProblemError(problem(400, told)) from None
