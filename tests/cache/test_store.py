"""The store gives back what was kept, or nothing; it never trusts, and never grows."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pfc.cache.folder import cache_folder
from pfc.cache.store import Store, key_of

OTHERS = pytest.mark.skipif(not hasattr(os, "getuid"), reason="no users here")


def test_what_is_kept_is_given_back(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "cache"))
    store.put("kind", "key", b"content")
    assert store.get("kind", "key") == b"content"
    assert Store(str(tmp_path / "cache")).get("kind", "key") == b"content"
    assert store.get("kind", "other") is None
    assert store.get("other", "key") is None


@OTHERS
def test_only_this_user_can_read_it(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "cache"))
    store.put("kind", "key", b"content")
    modes = [path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")]
    assert sorted(modes) == [0o600, 0o700, 0o700]


@OTHERS
@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_can_write_is_not_read(tmp_path: Path, mode: int) -> None:
    store = Store(str(tmp_path))
    store.put("kind", "key", b"content")
    (tmp_path / "kind" / "key").chmod(mode)
    assert store.get("kind", "key") is None


@OTHERS
def test_a_folder_that_others_can_write_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache").chmod(0o777)
    store = Store(str(tmp_path / "cache"))
    assert not store.is_usable
    store.put("kind", "key", b"content")
    assert list((tmp_path / "cache").iterdir()) == []


def test_links_are_not_followed(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "cache"))
    store.put("kind", "key", b"content")
    file = tmp_path / "cache" / "kind" / "key"
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert store.get("kind", "key") is None


def test_a_changed_byte_makes_it_missing(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    store.put("kind", "key", b"content")
    file = tmp_path / "kind" / "key"
    data = file.read_bytes()
    for at in range(len(data)):
        file.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert store.get("kind", "key") is None
    file.write_bytes(data[:-1])
    assert store.get("kind", "key") is None
    file.write_bytes(data)
    assert store.get("kind", "key") == b"content"


def test_without_a_folder_nothing_is_kept() -> None:
    store = Store(None)
    store.put("kind", "key", b"content")
    assert store.get("kind", "key") is None
    store.tidy()


def test_a_place_where_nothing_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Store(str(tmp_path / "file" / "cache"))
    store.put("kind", "key", b"content")
    assert store.get("kind", "key") is None


def test_tidying_removes_what_was_not_used_for_longest(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    for number in range(5):
        store.put("kind", str(number), bytes(1_000))
        os.utime(tmp_path / "kind" / str(number), (number, number))
    store.tidy(largest=2_500)
    assert sorted(path.name for path in (tmp_path / "kind").iterdir()) == ["3", "4"]


def test_tidying_is_done_once_in_an_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(str(tmp_path))
    tidied: list[int] = []
    monkeypatch.setattr(store, "tidy", lambda: tidied.append(1))
    store.tidy_sometimes()
    store.tidy_sometimes()
    assert tidied == [1]
    os.utime(tmp_path / "tidied", (1, 1))
    store.tidy_sometimes()
    assert tidied == [1, 1]


def test_parts_of_a_key_do_not_run_into_each_other() -> None:
    keys = {key_of("ab", "c"), key_of("a", "bc"), key_of("abc"), key_of(b"abc", "")}
    assert len(keys) == 4


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"PFC_CACHE_DIR": "/own"}, "/own"),
        ({"PFC_CACHE_DIR": ""}, None),
        ({"PFC_CACHE_DIR": "relative"}, None),
        ({"XDG_CACHE_HOME": "/xdg"}, "/xdg/pfc"),
        ({"XDG_CACHE_HOME": "relative"}, None),
    ],
)
def test_where_the_cache_is(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], expected: str | None
) -> None:
    for name in ("PFC_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert cache_folder() == expected
