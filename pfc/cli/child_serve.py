"""The process in which `pfc run` serves an app.

Arguments: output folder, source root, host, port or "", module, class, where migrations
are (`module:NAME`) or "", and the linked Python modules.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import sys
import traceback
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import uvicorn

from packetflow.store.interface import StoreError
from packetflow.web import Web
from packetflow.web.server import server
from pfc.cli.child import enter


def main() -> None:
    """Serve until told to stop."""
    out, root, host, port, module, name, migrations, *linked = sys.argv[1:]
    enter(out, root)
    made = getattr(import_module(module), name)
    given = {"migrations": _migrations(migrations)} if migrations else {}
    try:
        app = made(**given)
    except ValueError as problem:  # such as migrations of a reactor that is not there
        sys.exit(f"pfc: {name} cannot be made: {problem}")
    except StoreError as problem:
        sys.exit(f"pfc: the store of {name} cannot be opened: {problem}")
    if app.web is None:
        sys.exit(f"pfc: {name} serves nothing: it has no `web`.")
    try:
        running = server(app, host, int(port) if port else None)
    except ValueError as problem:  # such as development sign-in for everybody
        sys.exit(f"pfc: {problem}")
    try:
        listening = _listening(host, running.config.port)
    except OSError as problem:
        sys.exit(f"pfc: {_no_port(host, running.config.port, problem)}")
    for message in _not_importable(linked):
        print(f"pfc: {message}", file=sys.stderr, flush=True)
    with suppress(KeyboardInterrupt):
        said = _errors_before(running)
        asyncio.run(_serve(running, listening, name, app.web))
        if not running.started:
            sys.exit(f"pfc: {name} did not start: {'; '.join(said) or 'see above'}")


def _errors_before(running: uvicorn.Server) -> list[str]:
    """What will be said of a start that fails: it is told in one line then."""
    said: list[str] = []

    def note(record: logging.LogRecord) -> bool:
        if running.started or record.levelno < logging.ERROR or record.exc_info:
            return True
        if not record.getMessage().startswith("Application startup failed"):
            said.append(record.getMessage())
        return False

    logging.getLogger("uvicorn.error").addFilter(note)
    return said


def _migrations(where: str) -> object:
    module, _, name = where.partition(":")
    try:
        return getattr(import_module(module), name)
    except Exception as problem:
        told = traceback.format_exception_only(problem)[-1].strip()
        sys.exit(
            f"pfc: the setting `migrations` is {where!r}, which is not there: {told}"
        )


def _listening(host: str, port: int) -> list[socket.socket]:
    """Listen before serving: what uvicorn does when it cannot is to end in a task."""
    kind = socket.SOCK_STREAM
    found = socket.getaddrinfo(host, port, type=kind, flags=socket.AI_PASSIVE)
    made: list[socket.socket] = []
    problems: list[OSError] = []
    for family, address in dict.fromkeys((each[0], each[4]) for each in found):
        try:
            made.append(socket.create_server(address[:2], family=family))
        except OSError as problem:
            problems.append(problem)
    taken = [one for one in problems if one.errno == errno.EADDRINUSE]
    if taken or not made:  # an address that this machine does not have is no loss
        for each in made:
            each.close()
        raise (taken or problems)[0]
    return made


def _no_port(host: str, port: int, problem: OSError) -> str:
    if problem.errno == errno.EADDRINUSE:
        return (
            f"port {port} is taken: something listens on it already, another `pfc run`"
            " perhaps. --port 0 takes a free one."
        )
    return f"cannot listen on {host}, port {port}: {problem.strerror or problem}"


def _not_importable(modules: Iterable[str]) -> list[str]:
    """What is wrong with linked modules: they are else imported when they are called."""
    messages = []
    for module in modules:
        try:
            import_module(module)
        except (Exception, SystemExit) as problem:
            told = traceback.format_exception_only(problem)[-1].strip()
            frames = traceback.extract_tb(problem.__traceback__)
            here = [frame for frame in frames if Path(frame.filename).is_file()]
            last = here[-1] if here else None
            where = f" ({Path(last.filename).name}, line {last.lineno})" if last else ""
            messages.append(
                f"the linked module {module} cannot be imported: {told}{where}"
            )
    return messages


async def _serve(
    running: uvicorn.Server, listening: list[socket.socket], name: str, web: Web
) -> None:
    serving = asyncio.create_task(_until_its_end(running, listening))
    while not running.started and not serving.done():
        await asyncio.sleep(0.01)
    if running.started:
        _announce(running, name, web)
    await serving


async def _until_its_end(
    running: uvicorn.Server, listening: list[socket.socket]
) -> None:
    # How uvicorn leaves when the app does not start; out of a task it would tear down
    # the loop.
    with suppress(SystemExit):
        await running.serve(listening)


def _announce(running: uvicorn.Server, name: str, web: Web) -> None:
    host, port = running.servers[0].sockets[0].getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    print(f"{name} is on {address}/ (Ctrl-C stops it)", flush=True)
    if web.auth:
        people = list(dict.fromkeys(who for auth in web.auth for who in auth.people))
        known = f" as {' or '.join(people)}" if people else ""
        print(f"Sign in at {address}/sign-in{known}; no password is asked", flush=True)


if __name__ == "__main__":
    main()
