"""Where an app keeps what outlives its process."""

from __future__ import annotations

from collections.abc import Sequence

from pfc.diagnostics import did_you_mean
from pfc.ir import surface as u
from pfc.semantics.type_checker import TypeChecker
from pfc.syntax.ast import apps as a
from pfc.syntax.strings import unescape

STORES = ("sqlite", "postgres", "memory")


def declared_store(checker: TypeChecker, items: Sequence[a.Store]) -> u.Store | None:
    """The `store` clause of an app; a second one is reported."""
    for extra in items[1:]:
        checker.report("PF211", extra.span, name="store")
    if not items:
        return None
    node = items[0]
    kind = node.kind.text
    if kind not in STORES:
        listed = ", ".join(f"`{each}`" for each in STORES)
        notes = [*did_you_mean(kind, STORES), f"there are {listed}"]
        checker.report("PF210", node.kind.span, notes=notes, kind="store", name=kind)
        return None
    if (node.url is None) != (kind == "memory"):
        problem = (
            "nothing is kept outside the process, so it has no address"
            if kind == "memory"
            else f"say where, as in {_EXAMPLES[kind]}"
        )
        checker.report("PF267", node.span, kind=kind, problem=problem)
        return None
    where = "" if node.url is None else unescape(node.url.raw)[0]
    return u.Store(node.span, kind, where)


_EXAMPLES = {
    "sqlite": '`store sqlite "app.db"`',
    "postgres": '`store postgres "env:DATABASE_URL"`',
}
