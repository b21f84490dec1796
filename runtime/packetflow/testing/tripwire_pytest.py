"""The tripwire for pytest: `pytest_plugins = ["packetflow.testing.tripwire_pytest"]`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from packetflow.testing.tripwire import Tripwire, watching


@pytest.fixture
def tripwire() -> Iterator[Tripwire]:
    """Fail a test in which Python of the program reaches outside without saying so.

    To look at what was found instead, read its `trips` and `forget` them.
    """
    with watching() as found:
        yield found
    found.check()
