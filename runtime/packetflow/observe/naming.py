"""The names of declared metrics as Prometheus takes them: no two write one sample."""

from __future__ import annotations

import re
from collections import Counter as Tally
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from packetflow.observe.declared import MetricKind

Declared: TypeAlias = tuple[str, MetricKind]

# What is beside a name in its samples.
_SUFFIXES: Final[dict[MetricKind, tuple[str, ...]]] = {
    "counter": ("", "_total", "_created"),
    "gauge": ("",),
    "histogram": ("", "_bucket", "_sum", "_count", "_created"),
}
_OWN: Final = "packetflow_"


def names(wanted: Iterable[Declared]) -> dict[Declared, str]:
    """A name for each; those that are good as they are come first.

    Two kinds of one name are told apart by the kind, others that come to one by number.
    """
    every = sorted(set(wanted), key=lambda one: (_plain(one) != one[0], one))
    kinds = Tally(_plain(one) for one in {(_plain(one), one[1]) for one in every})
    taken: set[str] = set()
    found: dict[Declared, str] = {}
    for one in every:
        plain, kind = _plain(one), one[1]
        first = plain if kinds[plain] == 1 else f"{plain}_{kind}"
        for name in _candidates(first, kind):
            samples = {f"{name}{suffix}" for suffix in _SUFFIXES[kind]}
            if not samples & taken:
                taken |= samples
                found[one] = name
                break
    return found


def _candidates(name: str, kind: MetricKind) -> Iterator[str]:
    yield name
    if not name.endswith(f"_{kind}"):
        name = f"{name}_{kind}"
        yield name
    number = 2
    while True:
        yield f"{name}_{number}"
        number += 1


def _plain(one: Declared) -> str:
    """A name that Prometheus takes; names in a program may have other letters."""
    name, kind = one
    made = re.sub(r"[^a-zA-Z0-9_]", "_", name)
    if kind == "counter":
        made = made.removesuffix("_total") or made
    if made[:1].isdigit():
        return f"_{made}"
    # INVARIANT: what begins like this is the runtime's own.
    return f"declared_{made}" if made.startswith(_OWN) else made
