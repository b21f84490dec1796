"""Handlers are transactions: after one that fails the state is what it was before.

`PFC_DIFFERENTIAL_STORES=1000` tests more reactors, each asked a dozen times.
"""

from __future__ import annotations

import copy
import os
from types import ModuleType
from typing import Any

import pytest

import packetflow
from pfc.diagnostics import Severity
from pfc.driver import compile_sources
from pfc.span import Source
from pfc.syntax.ast.module import Module
from pfc.syntax.parser import parse
from tests.differential.batches import PACKAGE, black_left_out, imported
from tests.differential.comparing import from_python, show
from tests.differential.evaluator.handlers import Ending, Handlers
from tests.differential.generator.reactors import Store, store

STORES = int(os.environ.get("PFC_DIFFERENTIAL_STORES", "160"))
BATCH = 20


def made(stores: list[Store]) -> tuple[dict[str, str], Module]:
    """The package of some reactors, all in one app."""
    names = ", ".join(f"Store{each.prefix}" for each in stores).replace(",", "")
    app = f"app Stores {{ supervise one_for_one max 100000 within 1s {{ {names} }} }}"
    parts = [f"module {PACKAGE}", *(each.text for each in stores), app]
    text = "\n".join(parts)
    with black_left_out():
        found = compile_sources({f"{PACKAGE}.pf": text})
    errors = [d for d in found.diagnostics if d.severity is Severity.ERROR]
    assert not errors, [
        (d.code, d.message, text[d.span.start - 40 : d.span.end + 20]) for d in errors
    ]
    return found.files, parse(Source(f"{PACKAGE}.pf", text)).module


async def asked(app: Any, intent: Any, failure: type[Exception]) -> tuple[Ending, Any]:
    """How the handler ended, and what it replied."""
    try:
        reply = await app.ask(intent, packetflow.Context())
    except failure:
        return Ending("fail"), None
    except packetflow.Denied:
        return Ending("deny"), None
    except packetflow.Fault as fault:
        cause = fault.__cause__
        crashes = (TypeError, AttributeError, NameError, AssertionError)
        assert not isinstance(cause, crashes), repr(cause)
        return Ending("fault"), None
    return Ending("reply", show(from_python(reply))), reply


async def compared(app: Any, package: ModuleType, one: Store, tree: Module) -> set[str]:
    """Asks a reactor and the evaluator the same; the kinds of endings that were seen."""
    evaluator = Handlers(tree, f"Store{one.prefix}")
    cell = app.system.cell(getattr(package, f"Store{one.prefix}"))
    intent = getattr(package, f"Change{one.prefix}")
    failure = getattr(package, f"Bad{one.prefix}")
    replies: list[tuple[Any, str]] = []
    kinds: set[str] = set()
    for n, k in one.asks:
        before = copy.deepcopy(cell.state)
        wanted = evaluator.ask(f"Change{one.prefix}", n, k)
        found, reply = await asked(app, intent(n=n, k=k), failure)
        context = f"n={n} k={k}\n{one.text}"
        assert found.kind == wanted.kind, f"{found} {wanted} {context}"
        kinds.add(found.kind)
        if found.kind == "reply":
            assert found.value == show(wanted.value), context
            replies.append((reply, show(from_python(reply))))
        else:
            assert cell.state == before, f"{before}\n{cell.state}\n{context}"
        state = show(from_python(cell.state).fields)
        assert state == show(tuple(evaluator.state.items())), context
    for reply, shown in replies:
        assert show(from_python(reply)) == shown, f"an alias: {one.text}"
    return kinds


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, STORES, BATCH))
async def test_state_changes_only_where_a_handler_succeeds(first: int) -> None:
    stores = [store(f"store{n}", f"P{n}") for n in range(first, first + BATCH)]
    files, tree = made(stores)
    kinds: set[str] = set()
    with imported(files) as package:
        async with package.Stores() as app:
            for one in stores:
                kinds |= await compared(app, package, one, tree)
    assert "reply" in kinds
    assert kinds & {"fail", "deny", "fault"}


@pytest.mark.slow
async def test_a_handler_that_keeps_its_changes_is_found() -> None:
    """The negative control: without the rollback the comparison fails."""
    stores = [store(f"store{n}", f"P{n}") for n in range(BATCH)]
    files, tree = made(stores)
    with imported(files) as package:
        async with package.Stores() as app:
            with pytest.raises(AssertionError):
                for one in stores:
                    cell = app.system.cell(getattr(package, f"Store{one.prefix}"))
                    cell.state.count += 1
                    await compared(app, package, one, tree)
