"""What `pfc fix --requires` writes: clauses that were taken away, and no way in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from pfc.authority import check_authority
from pfc.authority.analyses.changes import changes
from pfc.authority.analyses.questions import Questions
from pfc.authority.check import judged
from pfc.cli.requiring import Required, compiled, require
from pfc.diagnostics import Severity
from pfc.format import format_source
from pfc.ir import declarations as d
from pfc.ir import surface as s
from pfc.ir.program import Program
from pfc.span import Source, Span
from tests.authority.checking import CASES, KIT, NAMES

EXAMPLES = Path(__file__).parents[2] / "examples"

# What the authors ask for and no handler needs: more than is done with it (a02), the
# whole of a range (a05, a06), or leave to change state of the reactor (notes).
STRONGER = {
    "a02_read_under_delete": ["Show: FileCap.delete(path)"],
    "a03_constant_under_admin": ["Reset: FileCap.admin"],
    "a05_bound_of_the_type": [
        'Show: FileCap.read("/data/**")',
        'ShowInline: FileCap.read("/data/**")',
    ],
    "a06_bound_of_the_flow": ["Buy: Pay.charge(tenant, 100)"],
    "d01_delegate_what_is_held": [
        "Share: FileCap.write(path)",
        "ShareAll: FileCap.admin",
    ],
    "d05_own_authority_given_deliberately": ["Promote: Team.member(to)"],
    "notes": [
        "WriteNote: Notes.write(owner)",
        "EditNote: Notes.write(owner)",
        "Home: Notes.own(caller.name)",
    ],
}


def python_of(module: str) -> str | None:
    for path in EXAMPLES.glob(f"*/{module}.py"):
        return path.read_text("utf-8")
    return None


@cache
def program_of(texts: tuple[tuple[str, str], ...]) -> Program:
    found = compiled(dict(texts), python_of)
    assert found.program is not None, found.errors
    return found.program


def program(texts: Mapping[str, str]) -> Program:
    return program_of(tuple(sorted(texts.items())))


def errors(texts: Mapping[str, str]) -> list[str]:
    found = check_authority(program(texts))
    return sorted(each.code for each in found if each.severity is Severity.ERROR)


def fixed(texts: Mapping[str, str], path: str, *, least: bool = False) -> Required:
    return require(texts, lambda each: compiled(each, python_of), {path}, least=least)


def fixed_case(text: str, *, least: bool = False) -> tuple[Required, str]:
    found = fixed({"kit.pf": KIT, "case.pf": text}, "case.pf", least=least)
    return found, found.texts["case.pf"]


def clauses(texts: Mapping[str, str], path: str) -> Iterator[tuple[str, Span]]:
    """The `requires` of the intents and pages of a file that ask for anything."""
    for each in program(texts).by_id.values():
        if isinstance(each, d.Intent | s.Page) and each.requires:
            span = each.requires_span
            if span is not None and span.path == path:
                yield each.id, span


def bare(texts: Mapping[str, str], path: str) -> str:
    """A file without any of these clauses, its imports, and its layout."""
    text = texts[path]
    found = program(texts)
    spans = [
        each.requires_span
        for each in found.by_id.values()
        if isinstance(each, d.Intent | s.Page) and each.requires_span is not None
    ]
    for span in sorted(spans, reverse=True):
        if span.path == path:
            text = text[: span.start] + text[span.end :]
    return re.sub(r"\s+", "", re.sub(r"(?m)^from .*", "", text))


def gains(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """What the first program asks of callers and the second one does not."""
    old, new = (Questions(judged(program(each))) for each in (before, after))
    return [f"{each.who}: {each.what}" for each in changes(old, new) if each.gain]


def without(texts: Mapping[str, str], span: Span) -> dict[str, str]:
    text = texts[span.path]
    return {**texts, span.path: text[: span.start] + text[span.end :]}


def come_back(texts: Mapping[str, str], path: str) -> Iterator[str]:
    """What is asked less of callers after each clause was taken away and written."""
    assert not errors(texts)
    for _, span in clauses(texts, path):
        less = without(texts, span)
        found = fixed(less, path)
        assert not found.errors and not found.problem, found
        assert bare(found.texts, path) == bare(less, path)
        assert not gains(less, found.texts)
        assert not fixed(found.texts, path).changes
        if errors(less):
            assert found.changes
            assert not errors(found.texts)
            yield from gains(texts, found.texts)
        else:
            assert found.texts == less, "nothing was needed"


def with_kit(text: str) -> dict[str, str]:
    return {"kit.pf": KIT, "case.pf": text}


def case(name: str) -> dict[str, str]:
    return with_kit((CASES / f"{name}.pf").read_text("utf-8"))


SOUND = [name for name in NAMES if not errors(case(name))]
REJECTED = [name for name in NAMES if errors(case(name))]


@pytest.mark.parametrize("name", SOUND)
def test_what_was_taken_away_comes_back(name: str) -> None:
    found = list(come_back(case(name), "case.pf"))
    assert found == STRONGER.get(name, [])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["counter", "files", "notes"])
def test_what_was_taken_from_an_example_comes_back(name: str) -> None:
    path = f"{name}.pf"
    texts = {path: (EXAMPLES / name / path).read_text("utf-8")}
    assert list(come_back(texts, path)) == STRONGER.get(name, [])


@pytest.mark.parametrize("name", REJECTED)
def test_a_rejected_program_gets_no_worse(name: str) -> None:
    before = case(name)
    found = fixed(before, "case.pf")
    assert not found.errors
    assert bare(found.texts, "case.pf") == bare(before, "case.pf")
    assert not gains(before, found.texts)
    left = Counter(errors(found.texts))
    assert sum(left.values()) <= len(errors(before))
    if not found.changes:
        assert found.texts == before
    if not found.refused and not found.problem:
        assert not left or not {"PF301", "PF302", "PF303", "PF304", "PF310"} & {*left}


def written(text: str, *, least: bool = False) -> tuple[dict[str, str], list[str]]:
    """The clauses that were written by name, and why others were not."""
    found, _ = fixed_case(
        f"from kit import FileCap, Pay, {EFFECTS}\n{text}", least=least
    )
    assert not found.errors, [each.message for each in found.errors]
    reasons = [each.reason for each in found.refused] + [found.problem]
    return {c.name: c.after for c in found.changes}, [each for each in reasons if each]


EFFECTS = "fs_read, fs_write, fs_delete, card_charge, pick"


def one(intent: str, body: str, *, least: bool = False) -> tuple[str, list[str]]:
    names = ", ".join(re.findall(r"(\w+): ", intent))
    head = f"A({names})" if names else "A"
    text = f"intent {intent}\nreactor R {{ on {head} {{ {body} }} }}"
    clauses, refused = written(text, least=least)
    return clauses.get("A", ""), refused


READ = "let data = perform fs_read({})  reply data.length"


@pytest.mark.parametrize(
    ("intent", "body", "clause"),
    [
        ("A(p: Path) -> Int", READ.format("p"), "FileCap.read(p)"),
        (
            "A(p: Path) -> Int requires FileCap.read(p)",
            f'perform fs_write(p, "".bytes()) {READ.format("p")}',
            "FileCap.write(p)",
        ),
        (
            "A(p: Path, q: Path) -> Int",
            f"perform fs_delete(p) {READ.format('p')}",
            "FileCap.delete(p)",
        ),
        ("A -> Int", READ.format('"/a/b"'), 'FileCap.read("/a/b")'),
        (
            "A(ps: List[Path])",
            "for p in ps { perform fs_delete(p) }",
            "FileCap.delete(p) for p in ps",
        ),
        (
            "A(t: String, n: Decimal) requires Pay.charge(t, 5)",
            "perform card_charge(t, n)",
            "Pay.charge(t, 5), Pay.charge(t, n)",
        ),
        (
            "A(t: String, n: Decimal)",
            "let twice = n + n  if twice <= 40 { perform card_charge(t, twice) }",
            "Pay.charge(t, 40)",
        ),
        (
            "A(name: String) -> Int",
            READ.format('"/home/{name.lower()}/x"'),
            'FileCap.read("/home/**")',
        ),
    ],
)
def test_a_clause_says_what_is_needed(intent: str, body: str, clause: str) -> None:
    assert one(intent, body) == (f"requires {clause}", [])


@pytest.mark.parametrize(
    ("intent", "body", "reason"),
    [
        (
            "A -> Int",
            f"let p = perform pick()  {READ.format('p')}",
            "what an effect gives, so no field names it",
        ),
        (
            "A(p: Path?) -> Int",
            f"let q = p else reply 0  {READ.format('q')}",
            "may be absent",
        ),
        (
            "A(p: Path) -> Int",
            f"if can FileCap.read(p) {{ reply 0 }} else {{ {READ.format('p')} }}",
            "known not to have it",
        ),
    ],
)
def test_what_no_clause_can_say_is_refused(intent: str, body: str, reason: str) -> None:
    clause, refused = one(intent, body)
    assert clause == ""
    assert [reason in each for each in refused] == [True]


def test_the_clauses_of_those_who_send_follow() -> None:
    text = """
intent Outer(p: Path)
intent Inner(q: Path)
reactor R { on Inner(q) { perform fs_write(q, "".bytes()) } }
reactor S { on Outer(p) { send Inner(q: p) } }
page "/{path}" as Look(path: Path) { button(sends: Outer(p: path)) { "go" } }
"""
    clauses, refused = written(text)
    assert clauses == {
        "Inner": "requires FileCap.write(q)",
        "Outer": "requires FileCap.write(p)",
        "Look": "requires FileCap.write(path)",
    }
    assert not refused


def test_a_long_chain_of_senders_is_followed_to_its_end() -> None:
    count = 30
    links = "".join(
        f"intent I{n}(p: Path)\nreactor R{n} {{ on I{n}(p) {{ send I{n + 1}(p: p) }} }}\n"
        for n in range(count)
    )
    last = f"intent I{count}(p: Path)\nreactor L {{ on I{count}(p) {{ perform fs_delete(p) }} }}"
    clauses, refused = written(links + last)
    assert clauses == {f"I{n}": "requires FileCap.delete(p)" for n in range(count + 1)}
    assert not refused


def test_errors_are_not_moved_to_those_who_cannot_have_it_either() -> None:
    text = """
from kit import FileCap, fs_delete
intent Purge requires nothing
reactor R { on Purge { perform fs_delete("/a") } }
principal Nobody { }
schedule Nightly as Nobody { every 1d  send Purge() }
"""
    found, after = fixed_case(text)
    assert after == text
    assert "move the errors" in found.problem
    assert {"grant it" in each.reason for each in found.refused} == {True}


def test_it_says_whom_a_change_locks_out_and_lets_in() -> None:
    text = """
from kit import FileCap, fs_read
context Guest { name: String }
context Member { name: String  grant FileCap.read("/home/{name}/**") }
principal Root { grant FileCap.admin }
intent Show(path: Path) -> Int requires nothing
reactor R { on Show(path) { let data = perform fs_read(path)  reply data.length } }
"""
    found, _ = fixed_case(text)
    (change,) = found.changes
    assert change.before == "requires nothing"
    assert change.locked_out == ("context Guest",)
    assert change.let_in == (
        'context Member where path under "/home/{caller.name}"',
        "principal Root",
    )
    assert [what for what, _, _ in change.because] == ["performing `fs_read`"]
    assert not change.admits_more


def test_what_was_formatted_is_formatted_afterwards() -> None:
    text = (
        "from kit import FileCap, fs_delete, fs_read\n\n"
        "intent CleanUpTheseTwoFolders(first: Path, second: Path, and_another: Path)\n\n"
        "reactor R {\n  on CleanUpTheseTwoFolders(first, second, and_another) {\n"
        "    perform fs_delete(first)\n    perform fs_delete(second)\n"
        "    perform fs_delete(and_another)\n  }\n}\n"
    )
    assert format_source(Source("case.pf", text)).text == text
    _, after = fixed_case(text)
    assert after.count("FileCap.delete(") == 3
    assert format_source(Source("case.pf", after)).text == after


def test_comments_in_a_clause_stay() -> None:
    text = """from kit import FileCap, fs_write
intent A(p: Path) requires
  # all may look
  FileCap.read(p)
reactor R { on A(p) { perform fs_write(p, "".bytes()) } }
"""
    _, after = fixed_case(text)
    assert "# all may look" in after
    assert not errors(with_kit(after))
