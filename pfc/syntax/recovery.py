"""Finding every mistake in a declaration that does not parse, each one once.

Where a token does not fit, small changes are tried (a token more, one less, another one)
and the one after which most can be read is taken: then reading goes on. The idea is that
of M. G. Burke and G. A. Fisher, A Practical Method for LR and LL Syntactic Error Diagnosis
and Recovery (1987); the stacks are kept as linked lists, so going back costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from pfc.diagnostics.suggest import suggest
from pfc.syntax.braces import Unclosed, unclosed_braces
from pfc.syntax.foreign import CONSTRUCTS, hopeless, known_words
from pfc.syntax.habits import HABITS
from pfc.syntax.repairs import ANY, CLOSERS, OPENERS, SIGNS, Repair
from pfc.syntax.tables import Stack, Tables
from pfc.syntax.tolerant import Item
from pfc.syntax.words import RESERVED

LOOK_AHEAD: Final = 14
"""How many tokens after a repair are read to judge it."""

_ENOUGH: Final = 4
"""A repair after which fewer tokens fit is a guess."""

_QUIET: Final = 3
"""Tokens after a repair in which what does not fit is taken for the same mistake."""

_GUESS: Final = 3
"""The cost from which on a repair is a guess: the rest of its line is not judged."""

_NOT_NAMES: Final = frozenset(SIGNS) | ANY | {word.upper() for word in RESERVED}
_SOFT: Final = ("authenticate", "grant", "implies", "propagate", "until", "within")
"""Words that begin a clause where a name may stand as well."""

_BACK: Final = 2
_RESUME: Final = 300
_OPERATORS: Final = frozenset("PLUS MINUS STAR SCALE COMPARE EQUAL AND OR".split())
_MISTAKEN: Final = frozenset(
    {
        ("EQUAL", "COLON"),
        ("EQUAL", "COMPARE"),
        ("COLON", "EQUAL"),
        ("COLON", "ARROW"),
        ("COLON", "FAT_ARROW"),
        ("COMPARE", "EQUAL"),
        ("ARROW", "FAT_ARROW"),
        ("FAT_ARROW", "ARROW"),
        ("AND", "COMMA"),
        ("DOT", "COMMA"),
    }
)
"""Signs that are taken for another one."""

_BRACES: Final = frozenset({"LBRACE", "RBRACE"})


Slips: TypeAlias = Sequence[tuple[int, int]]
"""Start and end of what has been told already: nothing is told of what stands beside it."""


@dataclass(frozen=True)
class Fault:
    """A token that does not fit, or a brace without its other half."""

    at: int
    items: Sequence[Item]
    """All tokens, as they are until the next fault is asked for."""
    stack: Stack
    repair: Repair | None
    unclosed: Unclosed | None = None
    told: Repair | None = None
    """What to say, if that is not the repair."""


class Recovery:
    """One piece of a file; `limit` is the number of steps after which no repair is sought."""

    def __init__(
        self, tables: Tables, items: list[Item], limit: int, slips: Slips = ()
    ) -> None:
        self.tables = tables
        self.items = items
        self.limit = limit
        self._slips = slips
        self._stacks: list[Stack] = [tables.start()]
        self._floor = 0
        self._quiet = 0
        self._braces = 0
        self._round = 0

    def faults(self) -> Iterator[Fault]:
        """Every mistake, in order of the places where they are found."""
        yield from self._close_braces()
        self._count(self.items, 1)
        at = 0
        while at < len(self.items):
            stack = self._stacks[at]
            following = self.tables.step(stack, self.items[at].kind)
            if following is not None:
                self._stacks.append(following)
                at += 1
                continue
            repair = self._repair(at) if self.tables.steps < self.limit else None
            told = hopeless(self.items, at)
            sure = told is not None or (repair is not None and repair.code != "")
            follows = at < self._quiet or self.items[at].made or self._slipped(at)
            if sure or not follows:
                yield Fault(at, self.items, stack, repair, None, told)
            resumed = self._resumed(at) if repair is None else self._applied(repair)
            if resumed is None:
                return
            at = resumed

    def _slipped(self, at: int) -> bool:
        """Whether something that is no token, and has been told, stands right before."""
        if not self._slips:
            return False
        begin = self.items[at - 1].start if at else 0
        last = self.items[at].kind == "$END"
        end = self._slips[-1][1] if last else self.items[at].end
        return any(begin <= until and since <= end for since, until in self._slips)

    # ------------------------------------------------------------ braces
    def _close_braces(self) -> Iterator[Fault]:
        count, _ = self.tables.run(self._stacks[0], [item.kind for item in self.items])
        if count < len(self.items) and self.items[count].kind == "LBRACE":
            return  # it is one too many
        found = unclosed_braces(self.items)
        for each in found:
            yield Fault(each.before, self.items, self._stacks[0], None, each)
        for each in sorted(found, key=lambda each: each.before, reverse=True):
            self.items.insert(each.before, self._made("RBRACE", each.before))

    def _count(self, items: Iterable[Item], sign: int) -> None:
        """Keeps count of the brackets that are opened more often than closed."""
        for item in items:
            if item.kind in _BRACES:
                self._braces += sign if item.kind == "LBRACE" else -sign
            elif item.kind in OPENERS:
                self._round += sign
            elif item.kind in CLOSERS:
                self._round -= sign

    # ------------------------------------------------------------ repairing
    def _made(self, kind: str, at: int) -> Item:
        here = self.items[at]
        return Item(
            kind, SIGNS.get(kind, ""), here.start, here.start, False, here.indent, True
        )

    def _applied(self, repair: Repair) -> int:
        for place, kind in sorted(repair.later, reverse=True):
            self.items.insert(place, self._made(kind, place))
            self._count([self.items[place]], 1)
        removed = self.items[repair.at : repair.at + repair.removed]
        put = [self._made(kind, repair.at) for kind in repair.put]
        if len(put) == len(removed):  # what is replaced one by one stays where it is
            put = [
                Item(kind, old.text, old.start, old.end, old.first, old.indent, True)
                for kind, old in zip(repair.put, removed, strict=True)
            ]
        self.items[repair.at : repair.at + repair.removed] = put
        self._count(removed, -1)
        self._count(put, 1)
        del self._stacks[repair.at + 1 :]
        self._floor = repair.at + len(repair.put)
        self._quiet = self._floor + (1 if repair.cost < _GUESS else _QUIET)
        if repair.cost >= _GUESS:
            self._quiet = max(self._quiet, self._next_line(self._floor))
        return repair.at

    def _next_line(self, at: int) -> int:
        """The first token from `at` on that begins a line."""
        while at < len(self.items) and not self.items[at].first:
            at += 1
        return at

    def _repair(self, at: int) -> Repair | None:
        best: tuple[float, Repair] | None = None
        for repair in self._candidates(at):
            reach = self._reach(repair, at)
            if reach < 1:
                continue
            value = min(reach, LOOK_AHEAD) - 1.5 * repair.cost
            small = repair.cost < _GUESS and reach > 1  # the next mistake may be near
            sure = repair.code or reach >= _ENOUGH or small
            if sure and (best is None or value > best[0]):
                best = (value, repair)
        return None if best is None else best[1]

    def _reach(self, repair: Repair, at: int) -> int:
        """How many tokens from `at` on fit after a repair."""
        behind = repair.at + repair.removed
        following = [item.kind for item in self.items[behind : at + LOOK_AHEAD]]
        count, stack = self.tables.run(
            self._stacks[repair.at], (*repair.put, *following)
        )
        if count < len(repair.put):
            return 0
        if stack is not None and behind + len(following) == len(self.items):
            return LOOK_AHEAD
        return behind + count - len(repair.put) - at

    def _candidates(self, at: int) -> Iterator[Repair]:
        accepted = self.tables.accepts(self._stacks[at])
        for rule in (*HABITS, *CONSTRUCTS):
            found = rule(self.items, at, accepted)
            if found is not None and found.at >= self._floor:
                yield found
        for back in range(_BACK + 1):
            place = at - back
            if place < self._floor or place < 0:
                return
            yield from self._at(place, back)

    def _at(self, at: int, back: int) -> Iterator[Repair]:
        stack = self._stacks[at]
        # where a name fits, so does nearly every word, as a name
        telling = _NOT_NAMES if self.tables.fits(stack, "NAME") else None
        accepted = self.tables.accepts(stack, telling)
        item, items = self.items[at], self.items
        end = item.kind == "$END"
        if back < 2 and not end:
            yield from known_words(items, at, accepted)
        if telling is not None and back == 1 and item.kind == "NAME":
            meant = suggest(item.text, _SOFT)
            if meant is not None:  # it was read as a name, and what follows did not fit
                yield Repair(at, 1, (meant.upper(),), 1)
        for kind in sorted(accepted):  # of equally good repairs, always the same one
            if kind == "$END":
                continue
            cost = self._cost_of_putting(kind, accepted, end=end)
            if cost is not None:
                yield Repair(at, 0, (kind,), cost + back)
            if not end and kind != item.kind:
                replaced = self._cost_of_replacing(item, kind, accepted)
                if replaced is not None:
                    yield Repair(at, 1, (kind,), replaced + back)
        if end:
            return
        yield Repair(at, 1, (), self._cost_of_removing(at) + back)
        if at + 2 < len(items):
            yield Repair(at, 2, (items[at + 1].kind, item.kind), 4 + back)

    # ------------------------------------------------------------ costs
    def _cost_of_putting(
        self, kind: str, accepted: frozenset[str], *, end: bool
    ) -> int | None:
        if kind in _BRACES:
            wanted = self._braces < 0 if kind == "LBRACE" else self._braces > 0
            return 2 if wanted else 7
        if kind in OPENERS:
            return 3 if self._round < 0 else 6
        if kind in CLOSERS:
            return 2 if self._round > 0 else 6
        if kind in ("COLON", "COMMA", "EQUAL", "ARROW"):
            return 2
        if kind in ("DOT", "FAT_ARROW"):
            return 4
        if kind == "NAME":
            return 3
        if kind in ("QUOTED", "FALSE", "NONE", "TRUE"):
            return None
        if kind in ("STRING", "NUMBER", "FENCE"):
            return 2 if end else 4
        soft = kind.lower() not in RESERVED
        if soft and kind not in SIGNS and "NAME" in accepted:
            return None  # it would be a name
        return 5 if kind in SIGNS else 4

    def _cost_of_replacing(
        self, item: Item, kind: str, accepted: frozenset[str]
    ) -> int | None:
        if kind == "NAME" and item.text in RESERVED:
            return 1
        if kind in _BRACES or item.kind in _BRACES:
            return 9
        if kind in CLOSERS and item.kind in CLOSERS:
            return 2
        if kind in CLOSERS or kind in OPENERS:
            return 8
        if (item.kind, kind) in _MISTAKEN:
            return 2
        if kind in ("COMPARE", "EQUAL", "COLON", "ARROW", "FAT_ARROW", "COMMA", "DOT"):
            return 4 if item.kind in SIGNS else 6
        if kind in ANY or kind in SIGNS:
            return 5
        if kind.lower() not in RESERVED and "NAME" in accepted:
            return None  # it would be a name
        # A keyword that was taken as what it is was hardly meant to be another one.
        fits = item.kind != "NAME" and item.kind in accepted
        if not fits and item.kind not in SIGNS and suggest(item.text, [kind.lower()]):
            return 1
        return 5

    def _cost_of_removing(self, at: int) -> int:
        item = self.items[at]
        if item.kind == "RBRACE":
            return 2 if self._braces < 0 else 8
        if item.kind == "LBRACE":
            return 2 if self._braces > 0 else 8
        if item.kind in CLOSERS:
            return 2 if self._round < 0 else 6
        if item.kind in OPENERS:
            return 2 if self._round > 0 else 6
        if item.kind == "COMMA":
            return 1
        before = self.items[at - 1] if at else None
        if before is not None and {item.kind, before.kind} <= _OPERATORS:
            return 2
        if before is not None and (before.kind, before.text) == (item.kind, item.text):
            return 1
        return 3

    # ------------------------------------------------------------ giving up
    def _resumed(self, at: int) -> int | None:
        """Skips to where reading can go on outside of what is open at `at`; none if nowhere."""
        if self.tables.steps >= self.limit:
            return None
        last = min(len(self.items), at + _RESUME)
        for here in range(at + 1, last):
            if not self.items[here].first and self.items[here - 1].kind != "RBRACE":
                continue
            ahead = [item.kind for item in self.items[here : here + _ENOUGH + 2]]
            stack: Stack | None = self._stacks[at]
            for _ in range(60):
                if stack is None:
                    break
                count, whole = self.tables.run(stack, ahead)
                if whole is not None or count > _ENOUGH:
                    self._count(self.items[at:here], -1)
                    del self.items[at:here]
                    self._stacks[at:] = [stack]
                    self._floor = at
                    self._quiet = at + 1
                    return at
                stack = stack[1]
        return None
