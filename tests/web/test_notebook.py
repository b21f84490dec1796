"""The generated notebook answers as the handwritten one: the same tests for both."""

from __future__ import annotations

import inspect
from types import ModuleType

from tests.runtime.web import test_api, test_pages, test_site
from tests.runtime.web.browsing import Browser

_OVER_HTTP = {"ann", "browser"}
_NAMES_THE_MODULE = {"test_a_failure_has_its_status_and_fields"}


def _over_http(module: ModuleType) -> dict[str, object]:
    """The tests of a module that only browse; the others are about the runtime."""
    prefix = module.__name__.rpartition(".test_")[2]
    found: dict[str, object] = {}
    for name, test in vars(module).items():
        if name.startswith("test_") and name not in _NAMES_THE_MODULE:
            parameters = set(inspect.signature(test).parameters)
            marks = getattr(test, "pytestmark", [])
            given = {n.strip() for m in marks for n in _names(m.args[0])}
            if parameters & _OVER_HTTP and parameters <= _OVER_HTTP | given:
                found[f"test_{prefix}_{name.removeprefix('test_')}"] = test
    return found


def _names(written: object) -> list[str]:
    return written.split(",") if isinstance(written, str) else list(written)  # type: ignore[call-overload]


globals().update(_over_http(test_pages))
globals().update(_over_http(test_api))
globals().update(_over_http(test_site))


async def test_a_failure_names_the_module(ann: Browser) -> None:
    answer = await ann.http.get("/api/ann/notes/7")
    assert answer.status_code == 404
    assert answer.json() == {
        "type": "urn:packetflow:made_notebook:NotFound",
        "title": "Not found",
        "status": 404,
        "note": 7,
    }


def test_there_are_such_tests() -> None:
    assert len([name for name in globals() if name.startswith("test_pages_")]) > 15
