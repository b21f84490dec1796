"""What follows a commit: effects that are performed when the state is kept."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from packetflow.actor.bulletin import Bulletin
from packetflow.capability import Held
from packetflow.effect import SCOPE, Scope

logger: Final = logging.getLogger("packetflow.actor")


class Performing(Bulletin):
    """Performs effects after a commit; what goes wrong then is told, not raised."""

    scope: Scope

    def perform(
        self, name: str, call: Callable[[], Any], authority: Held
    ) -> Awaitable[None] | None:
        """Perform an effect after the commit; its failure is reported, not raised."""
        if self.paranoid:
            return self._performed(name, partial(self._guarded, call, authority))
        try:
            pending = call()
        except Exception as error:
            self._perform_failed(name, error)
            return None
        if isinstance(pending, Awaitable):
            return self._performed(name, lambda: pending)
        return None

    async def _performed(
        self, name: str, call: Callable[[], Awaitable[object]]
    ) -> None:
        try:
            await call()
        except Exception as error:
            self._perform_failed(name, error)

    async def _guarded(self, call: Callable[[], Any], authority: Held) -> None:
        token = SCOPE.set((SCOPE.get() or self.scope).within(authority))
        try:
            pending = call()
            if isinstance(pending, Awaitable):
                await pending
        finally:
            SCOPE.reset(token)

    def _perform_failed(self, name: str, error: Exception) -> None:
        self.stats.failed_performs += 1
        logger.error("%s failed after the commit", name)
        self.report(error)
