"""`diff`: who gained and who lost what, between two versions of a program.

Grants are compared by what they cover, not as texts: a new implication is a gain of all
who hold what now implies more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pfc.authority.algebra import Capability, mapped
from pfc.authority.analyses.conditions import covering
from pfc.authority.analyses.questions import Questions
from pfc.authority.analyses.subjects import Held, Subject
from pfc.authority.show import Show
from pfc.authority.terms import Const, Derived, Term
from pfc.frozen import dataclass
from pfc.ir import declarations as d
from pfc.ir import surface as s
from pfc.ir.types import DeclId
from pfc.span import Span


@dataclass(frozen=True, slots=True)
class Change:
    """`gain`: more is allowed now. `kind`: grant, entry, effect, page or tool.

    `who` is the subject or declaration, `what` the capability (or its name, if all of it
    is new or gone), `span` a place in the version that has it.
    """

    gain: bool
    kind: str
    who: str
    what: str
    detail: str
    span: Span


def changes(old: Questions, new: Questions) -> list[Change]:
    """Every change between two programs, gains first."""
    found = [*_grants(old, new), *_guards(old, new), *_tools(old, new)]
    return sorted(
        found, key=lambda one: (not one.gain, one.kind, one.who, one.what, one.detail)
    )


# ---------------------------------------------------------------- grants
def _grants(old: Questions, new: Questions) -> Iterator[Change]:
    before = {(one.kind, one.id): one for one in old.subjects}
    after = {(one.kind, one.id): one for one in new.subjects}
    for key in before.keys() | after.keys():
        was, now = before.get(key), after.get(key)
        if now is not None:
            for held, more in _beyond(new, now, old, was):
                yield _grant(new, now, held, more, gain=True)
        if was is not None:
            for held, more in _beyond(old, was, new, now):
                yield _grant(old, was, held, more, gain=False)


def _grant(
    questions: Questions, who: Subject, held: Held, more: Capability, *, gain: bool
) -> Change:
    show = questions.show
    detail = " and ".join(held.conditions)
    if more != held.capability:
        through = f"through {show.capability(held.capability)}"
        detail = f"{detail}, {through}" if detail else through
    name = f"{who.kind} {who.name}"
    return Change(gain, "grant", name, show.capability(more), detail, held.span)


class _Reach:
    """What somebody holds, implications included, with the grant; values as written."""

    def __init__(self, questions: Questions, grants: Iterable[Held]) -> None:
        self.by_kind: dict[str, list[tuple[Held, Capability]]] = {}
        self.same: dict[Capability, list[Held]] = {}
        for held in grants:
            capability = _written(held.capability, questions.show)
            for implied in questions.judge.kinds.closure(capability.kind):
                one = implied.of(capability)
                self.by_kind.setdefault(implied.kind, []).append((held, one))
                self.same.setdefault(one, []).append(held)

    def covers(self, wanted: Capability, held: Held, show: Show) -> bool:
        """Whether something covers what is wanted, wherever that is held."""
        # Most grants are the same in both versions: these need no comparison.
        if any(_holds_when(one, held) for one in self.same.get(wanted, ())):
            return True
        return any(
            _holds_when(one, held) and _covers(capability, wanted, show)
            for one, capability in self.by_kind.get(wanted.kind, ())
        )


def _holds_when(one: Held, other: Held) -> bool:
    """Whether one is granted whenever the other is."""
    return set(one.conditions) <= set(other.conditions) and one.until in (
        "",
        other.until,
    )


def _beyond(
    here: Questions, who: Subject, there: Questions, other: Subject | None
) -> Iterator[tuple[Held, Capability]]:
    """What is held here and not there: the grant itself, or what it implies only here."""
    theirs = _Reach(there, () if other is None else other.held)
    for held in who.held:
        for implied in here.judge.kinds.closure(held.capability.kind):
            wanted = _written(implied.of(held.capability), here.show)
            if not theirs.covers(wanted, held, there.show):
                yield held, implied.of(held.capability)
                break


def _covers(held: Capability, wanted: Capability, show: Show) -> bool:
    if len(held.arguments) != len(wanted.arguments):
        return False
    return covering(held.arguments, wanted.arguments, show) == ()


def _written(capability: Capability, show: Show) -> Capability:
    """The capability with its values known by what is written, in any program."""

    def as_written(term: Term) -> Term:
        if isinstance(term, Const):
            return term
        text = show.term(term)
        return Derived(f"value {text}", (), text)

    return mapped(capability, as_written)


# ---------------------------------------------------------------- what is asked for
@dataclass(frozen=True, slots=True)
class _Guard:
    """What a declaration asks of whoever uses it."""

    kind: str
    name: str
    wanted: tuple[Capability, ...]
    span: Span


def _guards(old: Questions, new: Questions) -> Iterator[Change]:
    before, after = dict(_asked(old)), dict(_asked(new))
    for id_ in before.keys() & after.keys():
        was, now = before[id_], after[id_]
        for one in _not_asked(old, was, new, now):
            detail = "no longer required"
            yield Change(True, was.kind, was.name, _text(old, one), detail, now.span)
        for one in _not_asked(new, now, old, was):
            yield Change(
                False, now.kind, now.name, _text(new, one), "required", now.span
            )
    for id_ in after.keys() - before.keys():
        yield _whole(new, after[id_], gain=True)
    for id_ in before.keys() - after.keys():
        yield _whole(old, before[id_], gain=False)


def _whole(questions: Questions, guard: _Guard, *, gain: bool) -> Change:
    asked = ", ".join(_text(questions, one) for one in guard.wanted) or "nothing"
    word = "new" if gain else "gone"
    detail = f"{word}; requires {asked}"
    return Change(gain, guard.kind, guard.name, guard.name, detail, guard.span)


def _text(questions: Questions, capability: Capability) -> str:
    return questions.show.capability(capability)


def _not_asked(
    here: Questions, guard: _Guard, there: Questions, other: _Guard
) -> Iterator[Capability]:
    """What one version asks and the other's requirements do not imply."""
    for one in guard.wanted:
        wanted = _written(one, here.show)
        if not any(
            implied.kind == wanted.kind
            and _covers(_written(implied.of(held), there.show), wanted, there.show)
            for held in other.wanted
            for implied in there.judge.kinds.closure(held.kind)
        ):
            yield one


def _asked(questions: Questions) -> Iterator[tuple[DeclId, _Guard]]:
    for one in questions.context.program.by_id.values():
        match one:
            case d.Intent(fields=fields):
                kind = "entry"
            case d.Effect(parameters=fields):
                kind = "effect"
            case s.Page(parameters=fields):
                kind = "page"
            case d.Event(fields=fields):
                kind = "event"
            case _:
                continue
        needs = questions.required(one.requires, fields)
        wanted = tuple(need.capability for need in needs)
        yield one.id, _Guard(kind, one.name, wanted, one.name_span)


# ---------------------------------------------------------------- tools
def _tools(old: Questions, new: Questions) -> Iterator[Change]:
    before, after = _ceilings(old), _ceilings(new)
    for name, now in after.items():
        for one in _wider(new, now, old, before.get(name)):
            yield Change(True, "tool", name, _text(new, one), "ceiling", now.span)
    for name, was in before.items():
        for one in _wider(old, was, new, after.get(name)):
            yield Change(False, "tool", name, _text(old, one), "ceiling", was.span)


def _wider(
    here: Questions, tool: _Guard, there: Questions, other: _Guard | None
) -> Iterator[Capability]:
    if other is None:
        yield from tool.wanted
    else:
        yield from _not_asked(here, tool, there, other)


def _ceilings(questions: Questions) -> Mapping[str, _Guard]:
    return {
        tool.name: _Guard(
            "tool",
            tool.name,
            tuple(questions.capability(cap) for cap in tool.ceiling),
            tool.span,
        )
        for one in questions.context.program.by_id.values()
        if isinstance(one, s.App)
        for tool in one.tools
    }
