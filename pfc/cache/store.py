"""A store of bytes by key in the user's cache folder, never in a project.

A key is the hash of everything that the content was made from, so nothing is ever out of
date. Only files that no other user can write are read, each carries a hash of its content,
and whatever is wrong with one makes it missing: then it is made anew. Contents are data
(JSON, text), never code: reading one runs nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from typing import Final

LARGEST: Final = 256_000_000
"""Bytes that a store holds at most, after `tidy`."""

_SHARED: Final = stat.S_IWGRP | stat.S_IWOTH
_DIGEST: Final = 32
_DAY: Final = 86_400.0
_HOUR: Final = 3_600.0
_TIDIED: Final = "tidied"


def key_of(*parts: str | bytes) -> str:
    """The hash of what something is made from; the parts cannot run into each other."""
    digest = hashlib.blake2b(digest_size=20)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


class Store:
    """Contents of one folder, by kind and key; nothing here ever raises OSError."""

    def __init__(self, folder: str | None) -> None:
        self._folder = folder if folder is not None and _own_folder(folder) else None

    @property
    def is_usable(self) -> bool:
        """Whether anything can be kept at all."""
        return self._folder is not None

    def get(self, kind: str, key: str) -> bytes | None:
        """The content, if it is there, whole, and this user's own."""
        if self._folder is None:
            return None
        path = f"{self._folder}/{kind}/{key}"
        with contextlib.suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            with open(descriptor, "rb") as file:
                told = os.fstat(descriptor)
                data = file.read() if _own(told) else b""
            content = data[_DIGEST:]
            if data[:_DIGEST] == _digest(content):
                self._note_use(path, told)
                return content
        return None

    def put(self, kind: str, key: str, content: bytes) -> None:
        """Keep a content."""
        self.put_plain(kind, key, _digest(content) + content)

    def put_plain(self, kind: str, key: str, data: bytes) -> None:
        """Keep bytes as they are, for those who read the file without this class.

        They are written apart, then put in place, so none is ever half there.
        """
        if self._folder is None:
            return
        folder = f"{self._folder}/{kind}"
        with contextlib.suppress(OSError):
            os.makedirs(folder, mode=0o700, exist_ok=True)
            descriptor, apart = tempfile.mkstemp(prefix=".making-", dir=folder)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(data)
                os.replace(apart, f"{folder}/{key}")
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(apart)
                raise

    def tidy(self, largest: int = LARGEST) -> None:
        """Remove what was not used for longest until the rest is small enough."""
        if self._folder is None:
            return
        found = sorted(_files(self._folder))
        total = sum(size for _, size, _ in found)
        for _, size, path in found:
            if total <= largest:
                return
            with contextlib.suppress(OSError):
                os.unlink(path)
            total -= size

    def tidy_sometimes(self) -> None:
        """`tidy`, if nobody has for an hour."""
        if self._folder is None:
            return
        import time

        mark = f"{self._folder}/{_TIDIED}"
        with contextlib.suppress(OSError):
            if time.time() - os.stat(mark).st_mtime < _HOUR:
                return
        with contextlib.suppress(OSError):
            os.close(os.open(mark, os.O_WRONLY | os.O_CREAT, 0o600))
            os.utime(mark)
        self.tidy()

    @staticmethod
    def _note_use(path: str, told: os.stat_result) -> None:
        """Once a day is enough to know what is still in use."""
        import time

        if time.time() - told.st_mtime > _DAY:
            with contextlib.suppress(OSError):
                os.utime(path)


def _files(folder: str) -> Iterator[tuple[float, int, str]]:
    for top, _, names in os.walk(folder):
        for name in names:
            path = f"{top}/{name}"
            with contextlib.suppress(OSError):
                told = os.lstat(path)
                yield told.st_mtime, told.st_size, path


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_DIGEST).digest()


def _own_folder(folder: str) -> bool:
    """Whether the folder is, or can be made, one that only this user writes to."""
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        return _own(os.stat(folder)) and os.access(folder, os.W_OK | os.X_OK)
    except OSError:
        return False


def _own(told: os.stat_result) -> bool:
    if not hasattr(os, "getuid"):
        return True
    return told.st_uid == os.getuid() and not told.st_mode & _SHARED
