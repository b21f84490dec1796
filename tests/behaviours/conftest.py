"""The program that the behaviours are tried on, compiled once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behaviours.program import compiled_program


@pytest.fixture(scope="session")
def rights(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The package made from `rights.pf`."""
    return compiled_program(tmp_path_factory.mktemp("behaviours"))
