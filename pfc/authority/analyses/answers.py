"""Answers as plain data, the same for people and for tools."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pfc.authority.algebra import Capability
from pfc.authority.analyses.changes import Change
from pfc.authority.analyses.questions import Questions, Reach, Way
from pfc.authority.analyses.subjects import Held, Subject
from pfc.authority.trace import HandlerPlace
from pfc.ir import declarations as d
from pfc.ir import surface as s
from pfc.span import Source, Span

Answer = dict[str, Any]
"""Texts, numbers, lists and answers: what JSON can hold."""


class Answers:
    """Makes answers to questions about one program."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions
        self._show = questions.show
        program = questions.context.program
        self._sources = {
            module.path: Source(module.path, module.source)
            for module in program.modules.values()
        }

    # ------------------------------------------------------------ pieces
    def at(self, span: Span) -> Answer:
        """Where something stands: file, line and column, from 1."""
        source = self._sources.get(span.path)
        if source is None:
            return {"path": span.path, "line": 1, "column": 1}
        line, column = source.position(span.start)
        return {"path": span.path, "line": line, "column": column}

    def _subject(self, subject: Subject) -> Answer:
        return {"kind": subject.kind, "name": subject.name, "id": subject.id}

    def _held(self, held: Held) -> Answer:
        return {
            "capability": self._show.capability(held.capability),
            "conditions": list(held.conditions),
            "until": held.until,
            "at": self.at(held.span),
        }

    def _way(self, way: Way) -> Answer:
        chain = [self._questions.context.text(rule) for rule in way.rules]
        return {
            **self._subject(way.subject),
            **self._held(way.held),
            "conditions": list(way.conditions),
            "chain": chain,
        }

    def _reach(self, reach: Reach) -> Answer:
        return {
            "requires": self._show.need(reach.need),
            "ways": [self._way(way) for way in reach.ways],
            "nearest": [self._held(held) for held in reach.near],
        }

    # ------------------------------------------------------------ questions
    def why(self, intent: d.Intent) -> Answer:
        """What sending an intent takes, who has it, and what uses it."""
        needs = self._questions.needs(intent)
        return {
            "intent": intent.name,
            "id": intent.id,
            "at": self.at(intent.name_span),
            "requires": [self._show.need(need) for need in needs],
            "senders": [
                {
                    **self._subject(subject),
                    "may": all(reach.ways for reach in reached),
                    "requirements": [self._reach(reach) for reach in reached],
                }
                for subject, reached in self._questions.senders(intent)
            ],
            "uses": self._uses(intent),
        }

    def _uses(self, intent: d.Intent) -> list[Answer]:
        found = []
        for use in self._questions.context.trace.uses:
            place = use.place
            if isinstance(place, HandlerPlace) and place.intent is intent and use.needs:
                found.append(
                    {
                        "action": self._show.action(use),
                        "needs": [self._show.need(need) for need in use.needs],
                        "authority": "own" if use.authority else "caller",
                        "reason": use.authority.reason if use.authority else "",
                        "at": self.at(use.span),
                    }
                )
        return found

    def who_can(self, wanted: Capability) -> Answer:
        """Everybody who holds a capability, and under which conditions."""
        return {
            "capability": self._show.capability(wanted),
            "holders": [self._way(way) for way in self._questions.who_can(wanted)],
        }

    def what_can(self, subject: Subject) -> Answer:
        """What a subject holds, all that follows, and what it may send."""
        kinds = self._questions.judge.kinds
        implied: dict[str, None] = {}
        for held in subject.held:
            for one in kinds.closure(held.capability.kind):
                text = self._show.capability(one.of(held.capability))
                implied.setdefault(text, None)
        return {
            **self._subject(subject),
            "at": self.at(subject.span),
            "holds": [self._held(held) for held in subject.held],
            "covers": list(implied),
            "sends": [
                {
                    "intent": intent.name,
                    "id": intent.id,
                    "requirements": [self._reach(reach) for reach in reached],
                }
                for intent, reached in self._questions.what_can(subject)
            ],
        }

    def unused(self) -> Answer:
        """Grants that nothing in the program asks for."""
        return {
            "unused": [
                {**self._subject(subject), **self._held(held)}
                for subject, held in self._questions.unused()
            ]
        }

    def tree(self) -> Answer:
        """Every capability with what it implies directly."""
        context = self._questions.context
        families = []
        for family in context.program.by_id.values():
            if isinstance(family, d.Family):
                operations = [
                    {
                        "operation": f"{family.name}.{one.name}",
                        "written": context.text(one.span),
                        "implies": [context.text(rule.span) for rule in one.implies],
                        "doc": one.doc or "",
                        "at": self.at(one.span),
                    }
                    for one in family.operations
                ]
                families.append({"family": family.name, "operations": operations})
        return {"families": families}

    # ------------------------------------------------------------ the whole
    def manifest(self) -> Answer:
        """What a deployment can do: who holds what, every entry, every own authority."""
        questions = self._questions
        program = questions.context.program
        return {
            "version": 1,
            "subjects": [
                {
                    **self._subject(subject),
                    "at": self.at(subject.span),
                    "holds": [self._held(held) for held in subject.held],
                }
                for subject in questions.subjects
            ],
            "intents": [
                {
                    "intent": intent.id,
                    "requires": [self._show.need(n) for n in questions.needs(intent)],
                    "uses": self._uses(intent),
                }
                for intent in questions.intents()
            ],
            "effects": [
                {
                    "effect": one.id,
                    "requires": self._required(one.requires, one.parameters),
                    "traits": sorted(one.traits),
                }
                for one in program.by_id.values()
                if isinstance(one, d.Effect)
            ],
            "entries": self._entries(),
            "amplifications": self._amplifications(),
        }

    def _required(
        self, requires: Iterable[Any], fields: tuple[d.Field, ...]
    ) -> list[str]:
        needs = self._questions.required(requires, fields)
        return [self._show.need(need) for need in needs]

    def _entries(self) -> list[Answer]:
        found: list[Answer] = []
        program = self._questions.context.program
        for module in program.modules.values():
            for api in module.apis:
                for endpoint in api.endpoints:
                    route = f"{endpoint.method} {endpoint.route_text}"
                    found.append(
                        {"kind": "api", "name": route, "intent": endpoint.intent}
                    )
        for one in program.by_id.values():
            if isinstance(one, s.Page):
                needs = self._required(one.requires, one.parameters)
                found.append({"kind": "page", "name": one.name, "requires": needs})
            elif isinstance(one, s.App):
                for tool in one.tools:
                    caps = [self._questions.capability(cap) for cap in tool.ceiling]
                    ceiling = [self._show.capability(cap) for cap in caps]
                    found.append(
                        {
                            "kind": "tool",
                            "name": tool.name,
                            "intent": tool.intent,
                            "ceiling": ceiling,
                        }
                    )
        return found

    def _amplifications(self) -> list[Answer]:
        trace = self._questions.context.trace
        return [
            {
                "owner": place.reactor.id,
                "intent": place.intent.id,
                "reason": authority.reason,
                "over": [self._show.term(term) for term in authority.over],
                "at": self.at(authority.span),
            }
            for authority, place in trace.authorities
        ]


def changed(found: list[Change]) -> Answer:
    """What a diff found."""
    return {
        "gained": [_change(one) for one in found if one.gain],
        "lost": [_change(one) for one in found if not one.gain],
    }


def _change(one: Change) -> Answer:
    return {
        "kind": one.kind,
        "who": one.who,
        "what": one.what,
        "detail": one.detail,
        "path": one.span.path,
    }
