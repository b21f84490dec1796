"""The Python surface of a package, on the counter."""

from __future__ import annotations

import pytest

from packetflow import Denied, Ok
from packetflow.errors import Stopped
from packetflow.testing import run_async
from tests.runtime.handwritten.counter import (
    SCENARIOS,
    CounterApp,
    Increment,
    Reset,
    UserCap,
    UserContext,
)


async def test_the_surface_works_as_the_documentation_shows_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with CounterApp() as app:
        ann = UserContext(user_id="ann", capabilities=[UserCap.basic])
        n: int = await app.ask(Increment(), ann)
        assert n == 1
        await app.tell(Increment(), ann)
        with pytest.raises(Denied) as denied:
            await app.ask(Reset(), ann)
        assert denied.value.missing == (UserCap.admin,)
        assert "UserCap.admin" in str(denied.value)
        assert "UserCap.basic" in str(denied.value)  # the nearest grant
        assert await app.try_ask(Increment(), ann) == Ok(3)
    assert capsys.readouterr().out == "incrementing the counter\n" * 3
    assert UserCap.admin.implies(UserCap.basic)
    assert not UserCap.basic.implies(UserCap.admin)


async def test_an_app_answers_only_between_start_and_stop() -> None:
    app = CounterApp()
    ann = UserContext(user_id="ann", capabilities=[UserCap.basic])
    with pytest.raises(Stopped):
        await app.ask(Increment(), ann)
    async with app:
        assert await app.ask(Increment(), ann) == 1
    with pytest.raises(Stopped):
        await app.ask(Increment(), ann)


async def test_an_app_without_web_has_no_asgi_application() -> None:
    with pytest.raises(LookupError, match="declares no web"):
        CounterApp().asgi  # noqa: B018 - asking for it is the test


async def test_its_scenarios_pass() -> None:
    outcomes = await run_async(SCENARIOS)
    assert [(one.name, one.passed, one.message) for one in outcomes] == [
        ("only admins reset", True, "")
    ]
