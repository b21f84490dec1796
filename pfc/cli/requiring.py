"""`pfc fix --requires`: writing the clauses that a program needs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from pfc.diagnostics import Diagnostic, Edit, Severity
from pfc.diagnostics.repaired import applied
from pfc.span import Source, Span

if TYPE_CHECKING:
    from pfc.authority.analyses.requirements import Clause, Refused
    from pfc.ir.program import Program

_ROUNDS: Final = 10
"""How often clauses are looked at again, apart from once for each declaration."""

Texts: TypeAlias = Mapping[str, str]


@dataclass(frozen=True)
class Compiled:
    """A typed program and the errors of its sources; the program is none if unusable."""

    program: Program | None
    errors: Sequence[Diagnostic]


Compile: TypeAlias = Callable[[Texts], Compiled]


def compiled(
    texts: Texts, python: Callable[[str], str | None] | None = None
) -> Compiled:
    """The program of these texts; errors of authority do not count, nor PF901."""
    from pfc.authority.check import check_authority
    from pfc.driver import compile_sources

    found = compile_sources(texts, python, emit=False)
    of_authority = () if found.ir is None else check_authority(found.ir)
    errors = [
        each
        for each in found.diagnostics
        if each.severity is Severity.ERROR
        and each.code != "PF901"
        and each not in of_authority
    ]
    return Compiled(None if errors else found.ir, errors)


@dataclass(frozen=True)
class Change:
    """A clause that was written, and what it means; texts are as users write them."""

    kind: str
    name: str
    path: str
    line: int
    before: str
    after: str
    because: tuple[tuple[str, str, int], ...]
    """What needs it: an action, and the path and line of it."""
    locked_out: tuple[str, ...]
    let_in: tuple[str, ...]
    entries: tuple[str, ...]
    notes: tuple[str, ...]
    admits_more: bool


@dataclass(frozen=True)
class Refusal:
    """A need that no `requires` can answer."""

    needed: str
    action: str
    path: str
    line: int
    reason: str


@dataclass
class _Story:
    """What happened to one declaration, over all rounds."""

    clause: Clause
    before: str
    added: set[str] = field(default_factory=set)
    causes: dict[tuple[str, str, int], None] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    is_less: bool = False


@dataclass(frozen=True)
class Required:
    """The texts with their clauses; `errors` kept anything from being written."""

    texts: Texts
    changes: tuple[Change, ...] = ()
    refused: tuple[Refusal, ...] = ()
    errors: Sequence[Diagnostic] = ()
    problem: str = ""


def require(
    texts: Texts, compile_: Compile, paths: Collection[str], *, least: bool = False
) -> Required:
    """Write what the intents and pages in these paths have to require.

    Callers who were not let in before are not let in afterwards; with `least` they are,
    where a clause asks for more than is needed.
    """
    return _Requiring(texts, compile_, paths, least).done()


class _Requiring:
    def __init__(
        self, texts: Texts, compile_: Compile, paths: Collection[str], least: bool
    ) -> None:
        self._first = dict(texts)
        self._compile, self._paths, self._least = compile_, paths, least
        self._stories: dict[str, _Story] = {}
        self._refused: dict[Refusal, None] = {}
        self._vouched = False

    def done(self) -> Required:
        from pfc.authority.check import check_authority

        texts: Texts = self._first
        before = compiled = self._compile(texts)
        if compiled.program is None:
            return Required(texts, errors=compiled.errors)
        found = check_authority(compiled.program)
        for _ in range(_ROUNDS + len(compiled.program.by_id)):
            assert compiled.program is not None
            edits = self._edits(compiled.program, texts)
            if not edits:
                break
            texts = _edited(texts, edits)
            compiled = self._compile(texts)
            if compiled.program is None:
                problem = "the clauses that would help do not compile"
                return Required(self._first, errors=compiled.errors, problem=problem)
        else:
            return self._nothing("the clauses that would help have no end")
        assert compiled.program is not None
        if self._vouched:
            problem = "a clause would vouch for own authority on what callers choose"
            return self._nothing(problem)
        left = _count(check_authority(compiled.program))
        if self._stories and 0 < _count(found) <= left:
            moved = "it would only move the errors to others, who cannot have it either"
            return self._nothing(moved)
        return self._told(texts, compiled.program, before.program)

    def _nothing(self, problem: str) -> Required:
        return Required(self._first, (), tuple(self._refused), problem=problem)

    # ------------------------------------------------------------ one round
    def _edits(self, program: Program, texts: Texts) -> list[Edit]:
        """The edits of one round."""
        from pfc.authority.analyses.requirements import Requirements
        from pfc.authority.check import judged

        judge = judged(program)
        written = {id_: story.added for id_, story in self._stories.items()}
        finder = Requirements(judge, least=self._least, written=written)
        edits: dict[Edit, None] = {}
        for clause in finder.clauses():
            if clause.declaration.span.path not in self._paths:
                self._elsewhere(clause, texts)
                continue
            self._story(clause, texts)
            edits |= dict.fromkeys((*clause.more, _edit(judge.context, clause)))
        self._vouched |= bool(finder.vouched)
        for refused in (*finder.refused, *finder.vouched):
            self._refused.setdefault(_refusal(refused, texts))
        return list(edits)

    def _story(self, clause: Clause, texts: Texts) -> None:
        span = clause.declaration.requires_span
        written = "" if span is None else texts[span.path][span.start : span.end]
        story = self._stories.setdefault(
            clause.declaration.id, _Story(clause, " ".join(written.split()))
        )
        story.clause = clause
        story.is_less |= clause.is_less
        story.added |= set(clause.added)
        for cause in clause.causes:
            story.causes.setdefault((cause.action, *_at(cause.span, texts)))
        story.notes |= dict.fromkeys(clause.notes)

    def _elsewhere(self, clause: Clause, texts: Texts) -> None:
        path = clause.declaration.span.path
        for cause in clause.causes:
            needed = ", ".join(clause.added)
            reason = f"`{clause.declaration.name}` stands in {path}, which is not given"
            self._refused.setdefault(
                Refusal(needed, cause.action, *_at(cause.span, texts), reason)
            )

    # ------------------------------------------------------------ what it means
    def _told(self, texts: Texts, now: Program, before: Program | None) -> Required:
        from pfc.authority.analyses.questions import Questions
        from pfc.authority.check import judged

        assert before is not None
        texts = _formatted(self._first, texts)
        if not self._stories:
            return Required(texts, (), tuple(self._refused))
        older, newer = Questions(judged(before)), Questions(judged(now))
        changes = tuple(
            self._change(id_, story, older, newer)
            for id_, story in self._stories.items()
        )
        ordered = sorted(changes, key=lambda each: (each.path, each.line))
        return Required(texts, tuple(ordered), tuple(self._refused))

    def _change(self, id_: str, story: _Story, older: object, newer: object) -> Change:
        from pfc.authority.analyses.admission import admitted, entries
        from pfc.authority.analyses.questions import Questions

        assert isinstance(older, Questions) and isinstance(newer, Questions)
        was = {one.subject: one for one in admitted(older, id_)}
        now = admitted(newer, id_)
        declaration = story.clause.declaration
        after = story.clause.text
        return Change(
            type(declaration).__name__.lower(),
            declaration.name,
            *_at(older.context.program.by_id[id_].name_span, self._first),  # type: ignore[union-attr]  # it has one
            story.before,
            after,
            tuple(story.causes),
            tuple(
                one.subject for one in now if one.never and not was[one.subject].never
            ),
            tuple(
                " where ".join(filter(None, (one.subject, "; ".join(one.conditions))))
                for one in now
                if not one.never
            ),
            tuple(entries(newer, id_)),
            tuple(story.notes),
            story.is_less,
        )


# ---------------------------------------------------------------- texts
def _edit(context: object, clause: Clause) -> Edit:
    from pfc.authority.context import Context
    from pfc.authority.fixes import required

    assert isinstance(context, Context)
    span = clause.declaration.requires_span
    if span is not None and clause.dropped:
        return Edit(span, clause.text)
    return required(context, clause.declaration, ", ".join(clause.added))


def _edited(texts: Texts, edits: Sequence[Edit]) -> Texts:
    return {
        path: applied(text, [each for each in edits if each.span.path == path])
        for path, text in texts.items()
    }


def _formatted(before: Texts, after: Texts) -> Texts:
    """What was in the canonical layout is so again; nothing else is moved."""
    from pfc.format import format_source

    done = dict(after)
    for path, text in after.items():
        if text == before[path]:
            continue
        if format_source(Source(path, before[path])).text == before[path]:
            done[path] = format_source(Source(path, text)).text or text
    return done


def _at(span: Span, texts: Texts) -> tuple[str, int]:
    source = Source(span.path, texts.get(span.path, ""))
    return span.path, source.position(span.start)[0]


def _refusal(refused: Refused, texts: Texts) -> Refusal:
    cause = refused.cause
    return Refusal(
        refused.needed, cause.action, *_at(cause.span, texts), refused.reason
    )


# ---------------------------------------------------------------- findings
def _count(found: Sequence[Diagnostic]) -> int:
    return sum(each.severity is Severity.ERROR for each in found)
