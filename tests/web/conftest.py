"""The generated packages, built once, and browsers for their apps."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.web.browsing import Browser
from tests.web.building import (
    browsing,
    build,
    gallery_sources,
    golden_sources,
    imported,
)


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages `made_notebook` and `gallery`."""
    folder = tmp_path_factory.mktemp("packages")
    build(folder, *golden_sources())
    build(folder, *gallery_sources())
    return folder


@pytest.fixture
async def app(packages: Path) -> AsyncIterator[Any]:
    """The notebook, running."""
    async with imported(packages, "made_notebook").NotebookApp() as running:
        yield running


@pytest.fixture
async def browser(app: object) -> AsyncIterator[Browser]:
    async with browsing(app) as made:
        yield made


@pytest.fixture
async def ann(browser: Browser) -> Browser:
    await browser.sign_in("ann")
    return browser


@pytest.fixture
async def gallery(packages: Path) -> AsyncIterator[Browser]:
    """A browser at the gallery, signed in as its keeper, who may do everything."""
    async with (
        imported(packages, "gallery").GalleryApp() as running,
        browsing(running) as made,
    ):
        await made.sign_in("keeper")
        yield made
