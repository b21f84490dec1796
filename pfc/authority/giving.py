"""Which `delegate`s give away what a reactor holds, and not what its caller has."""

from __future__ import annotations

from pfc.authority.check import judged
from pfc.authority.nodes import nodes
from pfc.ir import declarations as d
from pfc.ir import statements as st
from pfc.ir.program import Program
from pfc.semantics.built_in import DELEGATE
from pfc.span import Span


def own_delegations(program: Program) -> frozenset[Span]:
    """Where `delegate` is performed with what only the reactor is known to have."""
    if DELEGATE not in program.by_id or not _lends(program):
        return frozenset()
    judge = judged(program)
    found: set[Span] = set()
    for use in judge.context.trace.uses:
        if use.target != DELEGATE or use.authority is None:
            continue
        given = use.needs[-1]
        arriving = judge.arriving(use, use.facts)
        if judge.cover(given, arriving, use.facts) is None:
            found.add(use.span)
    return frozenset(found)


def _lends(program: Program) -> bool:
    """Whether there is own authority to use: without, nothing has to be judged."""
    return any(
        isinstance(node, st.WithAuthority | d.Intent)
        and (isinstance(node, st.WithAuthority) or bool(node.performs))
        for module in program.modules.values()
        for node in nodes(tuple(module.declarations))
    )
