"""The process in which `pfc store reshard` moves what an app keeps.

Arguments: output folder, source root, module, class, and the orders as JSON: the
store's address or none, pairs of a reactor and a field, and of a reactor and a function.
"""

from __future__ import annotations

import json
import sys
import traceback
from importlib import import_module
from typing import Any

from packetflow.actor.resharding import reshard
from packetflow.store.interface import StoreError
from packetflow.store.opening import open_store
from pfc.cli.child import enter


def main() -> None:
    """Move everything, and tell what was moved."""
    out, root, module, name, written = sys.argv[1:]
    enter(out, root)
    app = getattr(import_module(module), name)
    orders = json.loads(written)
    keyed: dict[str, list[str]] = {}
    for reactor, field in orders["keyed"]:
        keyed.setdefault(reactor, []).append(field)
    functions = {reactor: _function(where) for reactor, where in orders["functions"]}
    try:
        store = _store(app, orders["store"])
        try:
            moved = reshard(app.tree, store, functions=functions, keyed=keyed)
        finally:
            store.close()
    except StoreError as problem:
        sys.exit(f"pfc: {problem}")
    for one in moved:
        print(f"{one.reactor}: {one.before} -> {one.after}")
    if not moved:
        print("everything is where it belongs")


def _store(app: Any, address: str | None) -> Any:
    if address is not None:
        return open_store(address, existing=True)
    if app.store is None:
        sys.exit(f"pfc: {app.name} keeps nothing: give --store")
    return app.store.open()


def _function(where: str) -> Any:
    module, _, name = where.partition(":")
    try:
        return getattr(import_module(module), name)
    except Exception as problem:
        told = traceback.format_exception_only(problem)[-1].strip()
        sys.exit(f"pfc: {where!r} is not there: {told}")


if __name__ == "__main__":
    main()
