"""The process in which `pfc run` serves an app.

Arguments: output folder, source root, host, port or "", module, class.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from importlib import import_module

import uvicorn

from packetflow.web import Web
from packetflow.web.server import server
from pfc.cli.child import enter


def main() -> None:
    """Serve until told to stop."""
    out, root, host, port, module, name = sys.argv[1:]
    enter(out, root)
    app = getattr(import_module(module), name)()
    if app.web is None:
        sys.exit(f"pfc: {name} serves nothing: it has no `web`.")
    try:
        running = server(app, host, int(port) if port else None)
    except ValueError as problem:  # such as development sign-in for everybody
        sys.exit(f"pfc: {problem}")
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(running, name, app.web))


async def _serve(running: uvicorn.Server, name: str, web: Web) -> None:
    serving = asyncio.create_task(running.serve())
    while not running.started and not serving.done():
        await asyncio.sleep(0.01)
    if running.started:
        _announce(running, name, web)
    await serving


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
