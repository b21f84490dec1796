"""The program that the behaviours are tried on, compiled once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.behaviours.program import (
    IMPLEMENTATION_NAME,
    compiled_program,
    compiled_sharing,
)


@pytest.fixture(scope="session")
def rights(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The package made from `rights.pf`."""
    return compiled_program(tmp_path_factory.mktemp("behaviours"))


@pytest.fixture(scope="session")
def sharing(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The package made from `sharing.pf`."""
    return compiled_sharing(tmp_path_factory.mktemp("sharing"))


@pytest.fixture(autouse=True)
def unbroken() -> Iterator[None]:
    """What a test breaks in the linked Python is whole again after it."""
    yield
    made = sys.modules.get(IMPLEMENTATION_NAME)
    if made is not None:
        made.BROKEN.clear()
        made.DONE.clear()
