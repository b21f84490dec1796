"""Says at the end how many inputs the fuzz tests tried."""

from __future__ import annotations

from collections import Counter

import pytest

TRIED: Counter[str] = Counter()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object, error: object) -> None:
    """A worker of xdist brings its count home."""
    output = getattr(node, "workeroutput", {})
    TRIED.update(output.get("fuzz", {}))


def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["fuzz"] = dict(TRIED)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TRIED["inputs"]:
        tried, accepted = TRIED["inputs"], TRIED["accepted"]
        terminalreporter.write_line(f"fuzz: {tried} inputs tried, {accepted} accepted")
