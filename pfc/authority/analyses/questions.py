"""`why`, `who-can` and `what-can`: who may send what, and through which grants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pfc.authority.algebra import Capability
from pfc.authority.analyses.conditions import BoundsOf, covering, unbounded
from pfc.authority.analyses.subjects import Held, Subject, Subjects
from pfc.authority.bounds import UNBOUNDED, Bounds
from pfc.authority.judge import Judge
from pfc.authority.terms import Source, Sym, Term
from pfc.authority.trace import Need, PrincipalPlace
from pfc.authority.values import Value
from pfc.authority.walk import Walk
from pfc.frozen import dataclass
from pfc.ir import declarations as d
from pfc.ir.durable import Schedule
from pfc.ir.expressions import Cap, Requirement
from pfc.span import Span


@dataclass(frozen=True, slots=True)
class Way:
    """A grant that covers something, the implications on the way, and when it does."""

    subject: Subject
    held: Held
    rules: tuple[Span, ...]
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """What one requirement of an intent takes of one subject.

    `ways` that cover it; where there are none, `near` are those of the same family.
    """

    need: Need
    ways: tuple[Way, ...]
    near: tuple[Held, ...]


_NO_SPAN: Final = Span("", 0, 0)
_NOWHERE: Final = PrincipalPlace(
    Schedule(_NO_SPAN, _NO_SPAN, "", "", None, (), None), None
)
"""A place for walks that look at declarations only."""


class Questions:
    """Answers about one program."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.context = judge.context
        self._caller = Value(Sym("caller"))
        finder = Subjects(judge, self._caller)
        self.show = finder.show
        self.subjects = finder.all()

    # ------------------------------------------------------------ ways
    def ways(
        self, subject: Subject, wanted: Capability, bounds_of: BoundsOf = unbounded
    ) -> Iterator[Way]:
        """All grants of a subject that may cover a capability."""
        for held in subject.held:
            for implied in self.judge.kinds.closure(held.capability.kind):
                if implied.kind != wanted.kind:
                    continue
                have = implied.of(held.capability).arguments
                found = covering(have, wanted.arguments, self.show, bounds_of)
                if found is not None:
                    conditions = tuple(dict.fromkeys((*held.conditions, *found)))
                    yield Way(subject, held, implied.rules, conditions)
                    break

    def who_can(self, wanted: Capability) -> list[Way]:
        """Every way in which somebody holds a capability."""
        return [way for one in self.subjects for way in self.ways(one, wanted)]

    # ------------------------------------------------------------ intents
    def needs(self, intent: d.Intent) -> tuple[Need, ...]:
        """What sending an intent takes, in terms of its fields."""
        return self.required(intent.requires, intent.fields)

    def required(
        self, requires: Iterable[Requirement], fields: tuple[d.Field, ...]
    ) -> tuple[Need, ...]:
        """Requirements in terms of the fields that they name."""
        source = Source("field", "")
        given = {
            field.name: Value(Sym(field.name, source, span=field.span))
            for field in fields
        }
        walk = Walk(self.context, _NOWHERE, self._caller)
        return walk.needs(requires, fields, given, self._caller)

    def capability(self, cap: Cap) -> Capability:
        """A capability that is written without fields, as a ceiling is."""
        walk = Walk(self.context, _NOWHERE, self._caller)
        return walk.instance(cap).capability

    def reach(self, intent: d.Intent, subject: Subject) -> list[Reach]:
        """How a subject gets each thing that an intent requires."""
        found = []
        for need in self.needs(intent):

            def bounds_of(term: Term, need: Need = need) -> Bounds:
                return need.limits.get(term, UNBOUNDED)

            ways = tuple(self.ways(subject, need.capability, bounds_of))
            near = () if ways else tuple(self._near(subject, need.capability))
            found.append(Reach(need, ways, near))
        return found

    def _near(self, subject: Subject, wanted: Capability) -> Iterator[Held]:
        family = wanted.kind.rpartition(".")[0]
        for held in subject.held:
            if held.capability.kind.rpartition(".")[0] == family:
                yield held

    def senders(self, intent: d.Intent) -> Iterator[tuple[Subject, list[Reach]]]:
        """Who could send an intent: its context, or every context; and principals."""
        for subject in self.subjects:
            if subject.kind == "context" and intent.context not in (None, subject.id):
                continue
            if subject.kind == "principal" and intent.context is not None:
                continue
            if subject.kind in ("context", "principal"):
                yield subject, self.reach(intent, subject)

    def what_can(self, subject: Subject) -> Iterator[tuple[d.Intent, list[Reach]]]:
        """The intents that a subject may send, perhaps under conditions."""
        for intent in self.intents():
            for one, reached in self.senders(intent):
                if one is subject and all(reach.ways for reach in reached):
                    yield intent, reached

    def intents(self) -> Iterator[d.Intent]:
        """Every intent, in the order of the source."""
        for one in self.context.program.by_id.values():
            if isinstance(one, d.Intent):
                yield one

    # ------------------------------------------------------------ what is not used
    def unused(self) -> Iterator[tuple[Subject, Held]]:
        """Grants of contexts and principals that nothing asks for."""
        wanted = {
            need.capability.kind
            for use in self.context.trace.uses
            for need in (*use.needs, *use.only)
        }
        wanted |= {check.need.capability.kind for check in self.context.trace.checks}
        wanted |= {
            need.capability.kind for one in self.intents() for need in self.needs(one)
        }
        wanted |= {
            fact.capability.kind
            for facts in self.context.trace.places.values()
            for fact in facts.held
        }
        for subject in self.subjects:
            for held in subject.held:
                kinds = self.judge.kinds.closure(held.capability.kind)
                if not any(implied.kind in wanted for implied in kinds):
                    yield subject, held


def named(subjects: Iterable[Subject], name: str) -> Subject | None:
    """The subject of a name, or of its whole id."""
    return next((one for one in subjects if name in (one.name, one.id)), None)
