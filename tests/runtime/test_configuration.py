"""Where the values of configurations come from, and what is wrong with them."""

from __future__ import annotations

import logging
from datetime import timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, ClassVar

import msgspec
import pytest
import rich.pretty

from packetflow import App, Config, ConfigError, check
from packetflow.configuration import Settings


class Mode(Enum):
    FAST = "Fast"
    SLOW = "Slow"


class Limits(Config, frozen=True, kw_only=True):
    section: ClassVar[str] = "shop.UploadLimits"
    secrets: ClassVar[frozenset[str]] = frozenset({"api_key"})

    max_size: Annotated[int, msgspec.Meta(gt=0)] = 10
    price: Decimal = Decimal("2.5")
    wait: timedelta = timedelta(hours=72)
    mode: Mode = Mode.FAST
    names: tuple[str, ...] = ("a",)
    note: str | None = None
    api_key: str = "none"

    def __post_init__(self) -> None:
        check(self.max_size > 0, "max_size", "must be more than 0")
        check(self.api_key != "", "api_key", f"is empty: {self.api_key!r}")


class Needed(Config, frozen=True, kw_only=True):
    section: ClassVar[str] = "shop.Needed"

    api_key: str


class Shop(App):
    name: ClassVar[str] = "shop.Shop"
    configs: ClassVar[tuple[type[Config], ...]] = (Limits,)


def settings(folder: Path, toml: str = "", **environment: str) -> Settings:
    (folder / "pyproject.toml").write_text(toml, "utf-8")
    return Settings(environment=environment, folder=folder)


def test_defaults(tmp_path: Path) -> None:
    assert settings(tmp_path).of(Limits) == Limits()


def test_later_sources_win(tmp_path: Path) -> None:
    toml = "[tool.pfc.config.UploadLimits]\nmax_size = 20\nnames = ['b']\nprice = 3.25"
    inner = tmp_path / "some" / "folder"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(toml, "utf-8")
    environment = {"UPLOAD_LIMITS_MAX_SIZE": "30"}
    for given, size in (({}, 30), ({Limits: {"max_size": 40}}, 40)):
        found = Settings(given, environment=environment, folder=inner).of(Limits)
        assert found.max_size == size
        assert found.names == ("b",)
        assert found.price == Decimal("3.25")


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("max_size", "7", 7),
        ("price", "0.10", Decimal("0.10")),
        ("wait", "90m", timedelta(minutes=90)),
        ("wait", "1.5h", timedelta(minutes=90)),
        ("wait", "PT90M", timedelta(minutes=90)),
        ("mode", "Slow", Mode.SLOW),
        ("names", '["x", "y"]', ("x", "y")),
        ("note", "5m", "5m"),
        ("note", "", ""),
        ("api_key", "12", "12"),
        ("api_key", "5m", "5m"),
    ],
)
def test_texts_of_the_environment(
    tmp_path: Path, field: str, text: str, value: object
) -> None:
    variable = f"UPLOAD_LIMITS_{field.upper()}"
    found = settings(tmp_path, **{variable: text}).of(Limits)
    assert getattr(found, field) == value


def test_a_name_may_have_its_module(tmp_path: Path) -> None:
    toml = '[tool.pfc.config."shop.UploadLimits"]\nmax_size = 21'
    assert settings(tmp_path, toml).of(Limits).max_size == 21


@pytest.mark.parametrize(
    ("toml", "environment", "told"),
    [
        ("max_siz = 2", {}, "UploadLimits has no max_siz ([tool.pfc.config.UploadL"),
        (
            "max_size = 'x'",
            {},
            "UploadLimits.max_size ([tool.pfc.config.UploadLimits])",
        ),
        ("", {"UPLOAD_LIMITS_MAX_SIZE": "0"}, "(UPLOAD_LIMITS_MAX_SIZE)"),
        (
            "",
            {"UPLOAD_LIMITS_MODE": "Medium"},
            "UploadLimits.mode (UPLOAD_LIMITS_MODE)",
        ),
        ("", {"UPLOAD_LIMITS_NAMES": "x"}, "UploadLimits.names"),
        ("", {"UPLOAD_LIMITS_WAIT": "9" * 20 + "w"}, "UploadLimits.wait"),
    ],
)
def test_what_does_not_fit_names_its_place(
    tmp_path: Path, toml: str, environment: dict[str, str], told: str
) -> None:
    written = f"[tool.pfc.config.UploadLimits]\n{toml}"
    with pytest.raises(ConfigError) as error:
        settings(tmp_path, written, **environment).of(Limits)
    assert told in str(error.value)


def test_what_is_not_set_says_how_to() -> None:
    with pytest.raises(ConfigError, match="set NEEDED_API_KEY, or api_key under"):
        Settings(environment={}).of(Needed)


@pytest.mark.parametrize("value", ["", "hunter2"])
def test_secrets_are_not_shown(value: str, tmp_path: Path) -> None:
    found = settings(tmp_path, UPLOAD_LIMITS_API_KEY=value)
    if value:
        limits = found.of(Limits)
        assert limits.api_key == value
        for shown in (repr(limits), str(limits), rich.pretty.pretty_repr(limits)):
            assert value not in shown
            assert "max_size=10" in shown
    else:
        with pytest.raises(ConfigError) as error:
            found.of(Limits)
        assert "api_key does not fit" in str(error.value)
        assert "is empty" not in str(error.value)


async def test_an_app_does_not_start_with_what_does_not_fit() -> None:
    class Both(Shop):
        configs: ClassVar[tuple[type[Config], ...]] = (Limits, Needed)

    with pytest.raises(ConfigError) as error:
        async with Both(config={"UploadLimits": {"max_size": 0}, "Lmits": {}}):
            pass
    lines = str(error.value).splitlines()
    assert len(lines) == 3
    assert any("there is no configuration Lmits" in line for line in lines)


async def test_an_app_is_given_values() -> None:
    async with Shop(config={Limits: Limits(max_size=5)}) as app:
        assert app.config(Limits).max_size == 5
    async with Shop() as app:
        assert app.config(Limits).max_size == 10


def test_an_unknown_section_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        settings(tmp_path, "[tool.pfc.config.Limts]\nmax_size = 1").check([Limits])
    assert "configures Limts" in caplog.text


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        settings(tmp_path, "[tool").of(Limits)
