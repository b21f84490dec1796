"""What each test of the runtime begins with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.runtime.handwritten import store


@pytest.fixture(autouse=True)
def fresh_store() -> Iterator[None]:
    store.LOG.clear()
    store.GATE.clear()
    yield
    store.LOG.clear()
    store.GATE.clear()
