"""What the tests of stores have in common."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.store.postgres_server import PostgresServer


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server for the tests of one process."""
    server = PostgresServer()
    yield server
    server.remove()
