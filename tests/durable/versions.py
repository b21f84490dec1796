"""Programs of one name, one after another, over one store."""

from __future__ import annotations

import contextlib
import importlib
import sys

from packetflow import Context
from packetflow.store.sqlite import SqliteStore
from pfc.driver import compile_sources
from pfc.semantics.shapes import shapes

ANN = Context()


def till(state, *, types="", body="", put="Int = 0", more="", every=1000):
    """A program: `body` is what its one handler does with `n` and `text`."""
    return f"""
{types}
intent Put(n: Int, text: String = "") requires nothing
intent Size -> Int requires nothing
reactor Till {{
  state {{ {state} }}
  journal snapshot every {every}
  on Put(n, text) {{ {body or "state.n = n"} }}
  on Size {{ reply 1 }}
}}
{more}
app Shop {{ supervise one_for_one {{ Till }} store memory }}
"""


def compiled(text, python=None):
    made = compile_sources({"till.pf": text}, (python or {}).get)
    errors = [one.message for one in made.diagnostics if one.severity.value == "error"]
    assert not errors, errors
    return made


def shape(text):
    return shapes(compiled(text).ir)["till.Till"]


@contextlib.contextmanager
def version(folder, text, python=None):
    """The generated package `till` of this text, as long as it is wanted.

    `python` are the texts of linked modules, whose names begin with `till_`.
    """
    folder.mkdir(parents=True)
    files = {f"{name}.py": text for name, text in (python or {}).items()}
    for path, content in {**compiled(text, python).files, **files}.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, "utf-8")
    _forget()
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield importlib.import_module("till")
    finally:
        sys.path.remove(str(folder))
        _forget()


def _forget():
    for name in [one for one in sys.modules if one.split(".")[0].startswith("till")]:
        del sys.modules[name]


class Shop:
    """The versions of a shop over one SQLite file."""

    def __init__(self, folder):
        self.folder = folder
        self.number = 0

    async def run(self, text, *puts, migrations=None, python=None):
        """Start a version, put something, stop; gives the state as a dict of values."""
        self.number += 1
        store = SqliteStore(self.folder / "shop.db")
        try:
            with version(self.folder / f"v{self.number}", text, python) as module:
                async with module.Shop(store=store, migrations=migrations) as app:
                    for put in puts:
                        await app.ask(module.Put(*put), ANN)
                    state = app.system.cell(module.Till).state
                    return {
                        name: getattr(state, name) for name in state.__struct_fields__
                    }
        finally:
            store.close()

    def content(self):
        """All that the store holds, to see that nothing was touched."""
        store = SqliteStore(self.folder / "shop.db")
        try:
            logs = {one.log: store.read(one.log) for one in store.survey().logs}
            spaces = {one.space: store.scan(one.space) for one in store.survey().spaces}
            return {k: v for k, v in logs.items() if k != "audit"}, spaces
        finally:
            store.close()
