"""A sign-in function that fails: a trace for the operator, nothing for the visitor."""

from __future__ import annotations

import pytest

from packetflow.web import DevAuth
from tests.runtime.web.browsing import Browser


def _fails(self: object, subject: str) -> object:
    raise ZeroDivisionError(f"no {subject} today")


async def test_a_failing_sign_in_function_is_logged(
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(DevAuth, "load", _fails)
    answer = await browser.sign_in("ann")
    assert answer.status_code == 500
    assert "today" not in answer.text
    (record,) = caplog.records
    assert record.getMessage() == "POST /sign-in: ZeroDivisionError('no ann today')"
    assert record.exc_info is not None


async def test_an_unknown_subject_is_no_fault(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await browser.sign_in("eve")).status_code == 422
    assert caplog.records == []
