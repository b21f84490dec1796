"""Reactors with state, and handlers that change it and may fail on the way."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

KEYS: Final = ("a", "b", "c")
_STATE: Final = """
record Inner{p} {{ a: Int where it < 60  b: List[Int] = []  c: Map[String, Int] = {{}} }}
intent Change{p}(n: Int, k: String) -> {result} fails Bad{p} requires nothing
reactor Store{p} {{
  state {{
    count: Int = 0 where it <= 90
    m: Map[String, Int] = {{}}
    deep: Map[String, Inner{p}] = {{}}
    xs: List[Int] = [1, 2, 3]
    tags: Set[String] = []
    box: Inner{p} = Inner{p}(a: 0)
    last: Int? = none
    low: Int = 0
    high: Int = 40
    always low <= high
  }}
  on Change{p}(n, k) {{
{body}
    reply {reply}
  }}
}}
"""
REPLIES: Final = {
    "Int": "state.count",
    "Map[String, Int]": "state.m",
    "List[Int]": "state.xs + state.box.b",
    "Inner{p}": "state.box",
    "Map[String, Inner{p}]": "state.deep",
    "Set[String]": "state.tags",
}
_NUMBERS: Final = (
    "n",
    "1",
    "n * 2",
    "state.count",
    "state.low + n",
    "state.xs[n]",
    "state.m[k]",
    "state.xs.length",
    "(state.m.get(k) or 3)",
    "100 % n",
    "state.box.a - n",
    "state.deep[k].a",
    "state.xs.sum",
    "(state.last or n)",
)
_CONDITIONS: Final = (
    "n > 3",
    "k in state.m",
    "state.count % 2 == 0",
    "state.last != none",
    "state.xs.length > 4",
    "state.tags.has(k)",
    "7 / n > 1",
    "state.low < state.high",
)
_CHANGES: Final = (
    "state.count = {n}",
    "state.count += {n}",
    "state.count -= {n}",
    "state.count *= {n}",
    "state.m[k] = {n}",
    "state.m[k] += {n}",
    "state.m = state.m.merge({{k_}})",
    "remove state.m[k]",
    "state.deep[k] = Inner{p}(a: {n}, b: state.xs)",
    "state.deep[k].a += {n}",
    "state.deep[k].c[k] = {n}",
    "remove state.deep[k].c[k]",
    "state.xs = state.xs + [{n}]",
    "state.xs = state.xs.drop(1)",
    "state.xs[1] = {n}",
    "state.tags = state.tags.union([k])",
    "state.box.a = {n}",
    "state.box.b = state.xs",
    "state.box.c[k] = {n}",
    "state.box = state.box.with(a: {n})",
    "state.last = {n}",
    "state.last = none",
    "state.low = {n}",
    "state.high = {n}",
)


@dataclass(frozen=True)
class Store:
    """A reactor, and what it is asked."""

    prefix: str
    text: str
    asks: tuple[tuple[int, str], ...]


def store(seed: str, prefix: str) -> Store:
    """The reactor of a seed."""
    random = Random(seed)
    result = random.choice(sorted(REPLIES))
    count = random.randint(2, 6)
    lines = [_statement(random, prefix, 2) for _ in range(count)]
    text = _STATE.format(
        p=prefix,
        result=result.format(p=prefix),
        body="\n".join(f"    {line}" for line in lines),
        reply=REPLIES[result],
    )
    asks = tuple(
        (random.choice((-2, 0, 1, 2, 3, 5, 7, 20)), random.choice(KEYS))
        for _ in range(12)
    )
    return Store(prefix, text, asks)


def _statement(random: Random, p: str, depth: int) -> str:
    draw = random.random()
    if depth == 0 or draw < 0.5:
        return _change(random, p)
    inner = [_statement(random, p, depth - 1) for _ in range(random.randint(1, 2))]
    block = "{ " + "  ".join(inner) + " }"
    condition = random.choice(_CONDITIONS)
    if draw < 0.61:
        return f"if {condition} {block}"
    if draw < 0.67:
        return f"if {condition} {block} else {{ {_change(random, p)} }}"
    if draw < 0.73:
        return f"for x in state.xs {block}"
    if draw < 0.78:
        return f"for key, one in state.m {{ state.m[key] = one + 1  {inner[0]} }}"
    if draw < 0.83:
        return f"match state.m.get(k) {{ none => {block}  v => {{ state.count = v }} }}"
    if draw < 0.87:
        return f"require {condition} else {{ {_change(random, p)}  fail Bad{p} }}"
    if draw < 0.9:
        return f"let got = state.m.get(k) else {{ {_change(random, p)}  deny }}"
    if draw < 0.96:
        return f"if {condition} {{ {_change(random, p)}  fail Bad{p} }}"
    return f"if {condition} {{ {_change(random, p)}  deny }}"


def _change(random: Random, p: str) -> str:
    number = random.choice(_NUMBERS)
    change = random.choice(_CHANGES)
    if "{{k_}}" in change:
        return 'state.m = state.m.merge({"a": ' + number + "})"
    return change.format(n=number, p=p)
