"""Which audit events of Python reach outside the program, in words."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

# https://docs.python.org/3/library/audit_events.html
_EVENTS: Final[Mapping[str, str]] = {
    "ctypes.dlopen": "loads the library {}",
    "fcntl.flock": "locks a file",
    "ftplib.connect": "uses the network",
    "glob.glob": "looks for the files {}",
    "http.client.connect": "connects to {1}",
    "os.chmod": "changes the file {}",
    "os.chown": "changes the file {}",
    "os.exec": "starts the process {}",
    "os.fork": "starts a process",
    "os.forkpty": "starts a process",
    "os.kill": "sends a signal",
    "os.link": "links the file {}",
    "os.listdir": "looks into the folder {}",
    "os.mkdir": "makes the folder {}",
    "os.posix_spawn": "starts the process {}",
    "os.putenv": "changes the environment variable {}",
    "os.remove": "removes the file {}",
    "os.rename": "moves the file {}",
    "os.rmdir": "removes the folder {}",
    "os.scandir": "looks into the folder {}",
    "os.spawn": "starts the process {1}",
    "os.startfile": "starts {}",
    "os.symlink": "links the file {}",
    "os.system": "starts the process {}",
    "os.truncate": "changes the file {}",
    "os.unsetenv": "changes the environment variable {}",
    "os.utime": "changes the file {}",
    "pty.spawn": "starts the process {}",
    "smtplib.connect": "uses the network",
    "socket.bind": "listens on {1}",
    "socket.connect": "connects to {1}",
    "socket.getaddrinfo": "looks up the host {}",
    "socket.gethostbyname": "looks up the host {}",
    "socket.sendmsg": "uses the network",
    "socket.sendto": "sends to {1}",
    "sqlite3.connect": "opens the database {}",
    "subprocess.Popen": "starts the process {}",
    "urllib.Request": "asks {}",
    "webbrowser.open": "opens {} in a browser",
}
_LONGEST: Final = 120


def described(event: str, arguments: tuple[Any, ...]) -> str:
    """What an audit event does, such as "opens the file '/etc/passwd'"; "" if nothing.

    Opening what is open already (a descriptor) is nothing new.
    """
    if event == "open":
        path = arguments[0] if arguments else None
        if isinstance(path, int) or _is_zone(path):
            return ""
        return f"opens the file {_shown(path)}"
    words = _EVENTS.get(event)
    if words is None:
        return ""
    return words.format(*map(_shown, arguments)) if arguments else words


def _is_zone(path: object) -> bool:
    """Whether a file is one of time zones: C code opens those for `zoneinfo`."""
    zones = sys.modules.get("zoneinfo")
    folders: tuple[str, ...] = getattr(zones, "TZPATH", ())
    return isinstance(path, str) and path.startswith(
        tuple(f"{folder}{os.sep}" for folder in folders)
    )


def _shown(value: object) -> str:
    if isinstance(value, bytes):
        value = os.fsdecode(value)
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


class Reached(Protocol):
    """Told when something reaches outside; `itself`: libraries doing it do not count."""

    def __call__(self, does: str, *, itself: bool = False) -> None: ...


class Environment:
    """Reading the environment: Python has no audit event for it."""

    @staticmethod
    def watched(reached: Reached) -> Callable[[], None]:
        """Have every variable that is read told; gives what ends that."""
        kind = type(os.environ)
        plain = kind.__getitem__

        def read(self: Any, key: Any) -> Any:
            reached(f"reads the environment variable {_shown(key)}", itself=True)
            return plain(self, key)

        def undo() -> None:
            _replace(kind, plain)

        _replace(kind, read)
        return undo


def _replace(kind: type[Any], read: Any) -> None:
    setattr(kind, "__getitem__", read)  # noqa: B010 - mypy knows it as a method
