"""Who is let in by what a declaration requires, and who is not."""

from __future__ import annotations

from collections.abc import Iterator

from pfc.authority.analyses.questions import Questions
from pfc.authority.analyses.subjects import Subject
from pfc.authority.bounds import UNBOUNDED, Bounds
from pfc.authority.terms import Term
from pfc.authority.trace import Need
from pfc.frozen import dataclass
from pfc.ir import declarations as d
from pfc.ir import surface as s
from pfc.ir.types import DeclId


@dataclass(frozen=True, slots=True)
class Admitted:
    """A subject, and when it is let in; `never` if it is not."""

    subject: str
    conditions: tuple[str, ...] = ()
    never: bool = False


def admitted(questions: Questions, id_: DeclId) -> list[Admitted]:
    """For each context and principal that may use an intent or page: is it let in?"""
    declaration = questions.context.program.by_id.get(id_)
    if isinstance(declaration, d.Intent):
        needs = questions.required(declaration.requires, declaration.fields)
    elif isinstance(declaration, s.Page):
        needs = questions.required(declaration.requires, declaration.parameters)
    else:
        return []
    return [
        _admitted(questions, subject, needs)
        for subject in questions.subjects
        if _asks(subject, declaration)
    ]


def _asks(subject: Subject, declaration: d.Intent | s.Page) -> bool:
    if subject.kind == "context":
        return declaration.context in (None, subject.id)
    is_page = isinstance(declaration, s.Page)
    return subject.kind == "principal" and not is_page and declaration.context is None


def _admitted(
    questions: Questions, subject: Subject, needs: tuple[Need, ...]
) -> Admitted:
    name = f"{subject.kind} {subject.name}"
    conditions: dict[str, None] = {}
    for need in needs:

        def bounds_of(term: Term, need: Need = need) -> Bounds:
            return need.limits.get(term, UNBOUNDED)

        found = list(questions.ways(subject, need.capability, bounds_of))
        if not found:
            return Admitted(name, never=True)
        if all(way.conditions for way in found):
            ways = (" and ".join(way.conditions) for way in found)
            conditions.setdefault(" or ".join(dict.fromkeys(ways)))
    return Admitted(name, tuple(conditions))


def entries(questions: Questions, intent: DeclId) -> Iterator[str]:
    """The endpoints and tools through which an intent comes in."""
    program = questions.context.program
    for module in program.modules.values():
        for api in module.apis:
            for endpoint in api.endpoints:
                if endpoint.intent == intent:
                    yield f"{endpoint.method} {endpoint.route_text}"
    for one in program.by_id.values():
        if isinstance(one, s.App):
            for tool in one.tools:
                if tool.intent == intent:
                    yield f"tool {tool.name}"
