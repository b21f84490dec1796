"""What the whole suite has in common."""

from __future__ import annotations

import os
import shutil

import pytest
from hypothesis import settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

# Generated inputs are the same in every run, so that a failure can be repeated; a
# deadline in wall clock time would make results depend on the machine.
settings.register_profile("suite", derandomize=True, deadline=None)
settings.load_profile("suite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without chromium the browser tests are skipped, each under its own name."""
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="chromium is not installed"))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """`PFC_FAIL_ON_SKIP=1`: a run with skipped tests fails."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    skipped = reporter.stats.get("skipped", [])
    if skipped and os.environ.get("PFC_FAIL_ON_SKIP") == "1":
        names = "\n".join(f"  {report.nodeid}" for report in skipped)
        reporter.write_line(f"\nPFC_FAIL_ON_SKIP: these were skipped:\n{names}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser for tests marked `browser`."""
    assert CHROMIUM is not None
    return CHROMIUM
