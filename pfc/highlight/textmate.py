"""The machine as a TextMate grammar.

TextMate has a stack of rules and no way to replace the one on top, so what is still to come is
opened at once: a rule with others above it opens those first, at `\\G`, the place where it began
itself. A rule ends where a token does not belong to it. Where a state takes one token only, that
token is the end of its rule. Where a longer piece may come but once, a rule below that one looks
back at its first token, and opens the rest (`THEN`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from pfc.highlight import patterns, scopes
from pfc.highlight.follow import could_repeat, takes_one_token
from pfc.highlight.machine import HOLE, ROOT, Rest, Step, steps
from pfc.highlight.rules import NAMED, NAMES, SIGN, Leaf, Sequence, Symbol, Until
from pfc.highlight.scopes import Json, include
from pfc.syntax.islands import DECLARATIONS

UNTIL, LOOP, TAKE, THEN = "until", "loop", "take", "then"
_SOMETHING: Final = r"(?=[^\s#])"
_SPACE: Final = r"[\s#]"


@dataclass(frozen=True, slots=True)
class Part:
    """One rule of the stack: what it does, for which state."""

    kind: str
    state: Symbol


Parts = tuple[Part, ...]
"""The rules for what is still to come, the next one first."""


def grammar() -> str:
    """The text of the grammar file."""
    parts = _Writing().grammar()
    rules = parts.pop("repository")
    assert isinstance(rules, dict)
    head = _lines(parts).removesuffix("\n}")
    return f'{head},\n"repository": {_lines(rules)}\n}}\n'


def _lines(parts: Json) -> str:
    """A part a line, so that changes can be read."""
    lines = (f"{json.dumps(k)}: {_compact(v)}" for k, v in parts.items())
    return "{\n" + ",\n".join(lines) + "\n}"


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def parts_of(rest: Rest) -> Parts:
    """The rules for states."""
    return tuple(part for state in rest for part in _parts(state))


def _parts(state: Symbol) -> Parts:
    if isinstance(state, Until):
        return (Part(UNTIL, state),)
    if takes_one_token(state) and not _has_fence(state):
        return (Part(TAKE, state),)
    if state in could_repeat():
        return Part(TAKE, state), Part(THEN, state)
    return (Part(LOOP, state),)


def _has_fence(state: Symbol) -> bool:
    return any(step.leaf.kind == "FENCE" for step in steps(state))


class _Writing:
    """One grammar being written: the rules that were needed so far."""

    def __init__(self) -> None:
        self.repository: dict[str, Json] = {}
        self.names: dict[object, str] = {}

    def grammar(self) -> Json:
        root = [
            include("comment"),
            *self.children(ROOT),
            include("anything"),
        ]
        hole = parts_of((HOLE, Until(Sequence(), Leaf(SIGN, "}", "hole"))))
        fixed = scopes.repository(self.body(hole))
        return {
            "information_for_contributors": [
                "Generated from grammar/ by `make generate`, and checked by the tests."
            ],
            "name": "PacketFlow",
            "scopeName": "source.packetflow",
            "fileTypes": ["pf"],
            "patterns": root,
            "repository": fixed | self.repository,
        }

    def named(self, key: object, kind: str, make: Callable[[], Json]) -> Json:
        """A reference to the rule of a key, which is made when it is first needed."""
        if key not in self.names:
            name = f"{kind}-{len(self.names)}"
            self.names[key] = name
            self.repository[name] = make()
        return include(self.names[key])

    # ------------------------------------------------------------ tokens
    def children(self, state: Symbol) -> list[Json]:
        """What may stand in a state: a rule for each of its steps."""
        closer = state.closer if isinstance(state, Until) else None
        return [self.step(step) for step in steps(state) if step.leaf != closer]

    def step(self, step: Step) -> Json:
        """A token, and what has to come after it."""
        if step.leaf.kind == "FENCE":
            return scopes.FENCE
        text, captures = scopes.captured([step])
        if not step.rest:
            return {"match": text, "captures": captures}
        parts = parts_of(step.rest)
        return self.named(
            (text, parts),
            "after",
            lambda: {"begin": text, "beginCaptures": captures, **self.body(parts)},
        )

    # ------------------------------------------------------------ what is to come
    def opened(self, parts: Parts) -> Json:
        """Rules that open where the rule around them began."""
        return self.named(
            parts, "open", lambda: {"begin": entry(parts), **self.body(parts)}
        )

    def body(self, parts: Parts) -> Json:
        """The end and the patterns of the last of some rules, with the others above it."""
        *above, last = parts
        held = f"(?!{entry(tuple(above))})" if above else ""
        before = [self.opened(tuple(above))] if above else []
        end, captures, patterns_ = self._rule(last)
        recovery = f"{scopes.RECOVERY}|" if _needs_recovery(last) else ""
        return {
            "end": f"{recovery}{held}{end}",
            **({"endCaptures": captures} if captures else {}),
            "patterns": [*before, include("comment"), *patterns_],
        }

    def _rule(self, part: Part) -> tuple[str, Json, list[Json]]:
        state = part.state
        if isinstance(state, Until):
            closing = [step for step in steps(state) if step.leaf == state.closer]
            text, captures = scopes.captured(closing)
            return text, captures, [*self.children(state), include("anything")]
        if part.kind == TAKE:
            text, captures = scopes.captured(steps(state))
            return f"(?:{text}|{_SOMETHING})", captures, []
        if part.kind == LOOP:
            end = rf"(?!{first([part])}){_SOMETHING}"
            return end, {}, self.children(state)
        looks = [
            (_looks_back(step), parts_of(step.rest))
            for step in steps(state)
            if step.rest
        ]
        begins = [
            rf"{look}(?={_SPACE}|{first(parts, loosely=True)})" for look, parts in looks
        ]
        opened = [
            self.after(begin, parts)
            for begin, (_, parts) in zip(begins, looks, strict=True)
        ]
        return rf"(?!{'|'.join(begins)}){_SOMETHING}", {}, opened

    def after(self, begin: str, parts: Parts) -> Json:
        """Rules that open right behind their first token, which is taken already."""
        return self.named(
            (begin, parts), "then", lambda: {"begin": begin, **self.body(parts)}
        )


def _needs_recovery(part: Part) -> bool:
    """Whether a rule would read a declaration that begins a line as its own.

    The others end there anyway.
    """
    if part.kind in (UNTIL, THEN):
        return part.kind == UNTIL
    begins = re.compile(first([part]))
    return any(begins.match(f"{word} x {{") for word in DECLARATIONS)


def entry(parts: Parts) -> str:
    """Where rules may open: not where the first of them would have to end at once."""
    return rf"\G(?={_SPACE}|{first(parts, loosely=True)})"


def first(parts: Iterable[Part], *, loosely: bool = False) -> str:
    """What the first of some rules may begin with, and those behind it.

    Loosely, any word may be a name: enough to tell whether rules can open.
    """
    found: dict[str, None] = {}
    for part in parts:
        if part.kind != THEN:
            for step in steps(part.state):
                found.setdefault(_begins(step, loosely=loosely))
    return "|".join(found)


def _begins(step: Step, *, loosely: bool) -> str:
    kind = step.leaf.kind
    if kind == "FENCE":
        return "```py"
    if loosely and kind in ("STRING", "PLAIN"):
        return '"'
    if loosely and kind == "NUMBER":
        return r"\d"
    if loosely and kind in (NAMES, NAMED):
        return r"[^\W\d]|`"
    return patterns.pattern(step)


def _looks_back(step: Step) -> str:
    """That a token has just been taken."""
    leaf = step.leaf
    if leaf.kind == "sign":
        behind = rf"(?<={re.escape(leaf.text)})"
    elif leaf.kind == "word":
        behind = rf"(?<=\b{leaf.text})"
    elif leaf.kind == "pattern":
        word, mark, rest = leaf.text.partition("(?")
        return rf"(?<=\b{word.removesuffix(chr(92) + 'b')}){mark}{rest}"
    elif leaf.kind in ("STRING", "PLAIN"):
        behind = '(?<=")'
    else:
        behind = r"(?<=[\w`])"
    return behind + patterns.ahead(step)
