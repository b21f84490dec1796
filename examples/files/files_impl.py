"""What the file store does outside: who signs in, the disk, the audit trail."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from files import DiskFull, Request, Role, User

_LOG = logging.getLogger("files")
_ADMINS = frozenset({"eve"})


def load_user(subject: str) -> Request | None:
    """The context of whoever signs in; a name that is no user's gives none."""
    if not (subject.isascii() and subject.isalpha() and subject.islower()):
        return None
    if not 2 <= len(subject) <= 20:
        return None
    role = Role.ADMIN if subject in _ADMINS else Role.MEMBER
    return Request(user=User(name=subject, role=role))


def disk_write(path: str, content: bytes) -> None:
    """Writes below the folder that FILES_ROOT names, if there is one."""
    root = os.environ.get("FILES_ROOT")
    if root is None:
        return
    target = Path(root) / path.removeprefix("/")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    except OSError as error:
        raise DiskFull from error


def audit(line: str) -> None:
    """One line per change."""
    _LOG.info("%s", line)
