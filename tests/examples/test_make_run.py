"""The first command of the README: it builds the notebook and serves it."""

from __future__ import annotations

import shutil
import sys

import httpx
import pytest

from tests.examples.serving import ROOT, served_by

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("make-run")]


@pytest.mark.skipif(
    not sys.prefix.startswith(str(ROOT)), reason="the suite does not run in .venv"
)
def test_make_run_serves_the_notebook() -> None:
    make = shutil.which("make")
    assert make is not None
    with served_by([make, "run", "PORT=0"]) as address:
        page = httpx.get(f"{address}/sign-in")
        assert page.status_code == 200
        assert "Sign in" in page.text
