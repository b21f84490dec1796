"""Stands between a store and its server, and cuts the line where it hurts most."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Literal

_NAME: Final = ".s.PGSQL.5432"
_SYNC: Final = b"S\0\0\0\x04"  # the client waits now
_READY: Final = b"Z\0\0\0\x05I"  # the server waits, outside of a transaction

Cut = Literal["before", "after", "meanwhile"]


class CuttingProxy:
    """Forwards to a server; `cut` says what is done with the next COMMIT, once.

    before: the server does not get it. after: the client does not get the answer.
    meanwhile: the client is cut off while the server still works on it.
    While `flows` is not set nothing gets through, and nobody is told.
    """

    def __init__(self, server: str, folder: Path) -> None:
        self.cut: Cut | None = None
        self.cuts = 0
        self.flows = threading.Event()
        self.flows.set()
        self.url = f"postgresql://test@/postgres?host={folder}"
        self._server = f"{server}/{_NAME}"
        self._lines: list[socket.socket] = []
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(f"{folder}/{_NAME}")
        self._listening.listen()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def refuse(self) -> None:
        """Take no more clients."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def close(self) -> None:
        """End, and cut off all clients."""
        self.refuse()
        self.flows.set()
        for line in self._lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                self._lines.append(client)
                thread = threading.Thread(target=self._serve, args=(client,))
                self._threads.append(thread)
                thread.start()

    def _serve(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        server.connect(self._server)
        deaf = threading.Event()  # the client hears no more
        answers = threading.Thread(target=self._answer, args=(server, client, deaf))
        answers.start()
        with client, server:
            while said := _received(client):
                self.flows.wait()
                if b"COMMIT\0" in said and (cut := self.cut) is not None:
                    self.cut = None
                    self.cuts += 1
                    if cut != "before":
                        deaf.set()
                        self._pass_on(said, client, server)
                    if cut == "after":
                        answers.join()
                    client.shutdown(socket.SHUT_RDWR)
                    break
                with suppress(OSError):  # what comes late finds nobody
                    server.sendall(said)
            # The server still does what it was given.
            with suppress(OSError):
                server.shutdown(socket.SHUT_WR)
            answers.join()

    def _pass_on(
        self, said: bytes, client: socket.socket, server: socket.socket
    ) -> None:
        server.sendall(said)
        while _SYNC not in said:
            said = _received(client)
            server.sendall(said)

    def _answer(
        self, server: socket.socket, client: socket.socket, deaf: threading.Event
    ) -> None:
        while said := _received(server):
            self.flows.wait()
            if deaf.is_set():
                if said.endswith(_READY):
                    return
            else:
                with suppress(OSError):
                    client.sendall(said)


def _received(line: socket.socket) -> bytes:
    with suppress(OSError):
        return line.recv(1 << 16)
    return b""


@contextmanager
def cutting(server: str, folder: Path) -> Iterator[CuttingProxy]:
    """A proxy for a while."""
    proxy = CuttingProxy(server, folder)
    try:
        yield proxy
    finally:
        proxy.close()
