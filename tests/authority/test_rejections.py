"""The table of rejected programs: what each message shows, and what `pfc fix` makes of it.

R1 to R15 are the programs that the rules are explained with. Most are among the cases
whose words `test_cases` keeps; what is wrong in declarations has its cases here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from syrupy.assertion import SnapshotAssertion

from pfc.cli.fixing import Wanted, fix
from pfc.diagnostics import Diagnostic, Severity
from pfc.diagnostics.places import Places
from pfc.diagnostics.text import render_text
from pfc.driver import compile_sources
from pfc.span import Source
from tests.authority.checking import CASES, KIT, NAMES, expected, places
from tests.authority.test_cases import Messages

DECLARED = sorted(path.stem for path in (CASES / "declared").glob("*.pf"))


@dataclass(frozen=True)
class Rule:
    """A rule of the table: a case, its code, and what its message has to show.

    `fix` is whether there is a repair after which the program checks. `shows` are
    words of its labels and notes.
    """

    case: str
    code: str
    shows: tuple[str, ...]
    fix: bool = False


EXAMPLE = "for example"
RULES = {
    "R1": Rule("r01_nothing_required", "PF301", ("requires nothing", EXAMPLE), True),
    "R2": Rule(
        "r02_wrong_way", "PF301", ("the rule", "what is had", EXAMPLE), fix=True
    ),
    "R3": Rule("r03_by_segment", "PF301", ("what is had", EXAMPLE), True),
    "R4": Rule("r04_in_the_else", "PF301", ("turned out not to have it", EXAMPLE)),
    "R5": Rule("r05_rebound", "PF303", ("old value", "a new value", EXAMPLE), True),
    "R5 state": Rule("r05_state_read_twice", "PF303", ("read again", EXAMPLE)),
    "R6": Rule("r06_no_bound", "PF302", ("what is had", EXAMPLE), True),
    "R6 path": Rule("r06_no_prefix", "PF302", ("what is had", EXAMPLE), True),
    "R7": Rule("r07_held_not_used", "PF304", ("`Pinger` holds it", EXAMPLE), True),
    "R8": Rule(
        "r08_confused_deputy", "PF310", ("held here", "/etc/passwd", EXAMPLE), True
    ),
    "R9": Rule("r09_attenuated", "PF305", ("required here", EXAMPLE), True),
    "R10": Rule("r10_principal_lacks", "PF320", ("it is granted", "`Root` could")),
    "R11": Rule("r11_parameter_twice", "PF203", ("already",)),
    "R11 circle": Rule("r11_circle", "PF204", ("implied here",)),
    "R12": Rule("r12_tool_without_ceiling", "PF330", ()),
    "R12 tools": Rule("r12_tools_without_context", "PF331", ()),
    "R12 api": Rule("api_without_context", "PF331", ()),
    "R13": Rule("r13_events_of_a_stream", "PF310", ("whoever emits", EXAMPLE)),
    "R14": Rule("r14_through_state", "PF310", ("callers of", EXAMPLE), True),
    "R15": Rule("r15_rows", "PF306", (EXAMPLE,)),
}


def text_of(name: str) -> str:
    folder = CASES / "declared" if name in DECLARED else CASES
    return (folder / f"{name}.pf").read_text("utf-8")


def found_in(texts: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    found = compile_sources(texts, emit=False).diagnostics
    return tuple(each for each in found if each.code != "PF901")


def with_kit(text: str) -> dict[str, str]:
    return {"kit.pf": KIT, "case.pf": text}


def said(found: Diagnostic) -> str:
    labels = (label.message for label in found.related)
    return "\n".join([found.message, *labels, *map(str, found.notes)])


@pytest.mark.parametrize("rule", RULES)
def test_the_message_shows_what_the_table_asks_for(rule: str) -> None:
    wanted = RULES[rule]
    found = [
        each
        for each in found_in(with_kit(text_of(wanted.case)))
        if each.code == wanted.code
    ]
    assert found
    for words in wanted.shows:
        assert any(words in said(each) for each in found), words
    if wanted.shows:
        assert all(each.related for each in found)
    assert all(each.span.path == "case.pf" for each in found)


@pytest.mark.parametrize("rule", [rule for rule in RULES if RULES[rule].fix])
def test_its_repair_is_made_by_pfc_fix_and_then_it_checks(rule: str) -> None:
    before = with_kit(text_of(RULES[rule].case))
    fixed = fix(before, found_in, Wanted({"case.pf"}, [RULES[rule].code], unsafe=True))
    assert [each.found.code for each in fixed.made] == [RULES[rule].code]
    assert not errors(fixed.texts)


def errors(texts: Mapping[str, str]) -> list[Diagnostic]:
    return [each for each in found_in(texts) if each.severity is Severity.ERROR]


REJECTED = [name for name in NAMES if errors(with_kit(text_of(name)))]


@pytest.mark.parametrize("name", REJECTED)
def test_what_has_a_repair_is_repaired(name: str) -> None:
    before = with_kit(text_of(name))
    fixed = fix(before, found_in, Wanted({"case.pf"}, unsafe=True))
    repairable = [each for each in errors(before) if each.fixes]
    assert len(errors(fixed.texts)) <= len(errors(before)) - len(repairable)


def test_there_are_enough_of_them_and_they_show_who_is_denied() -> None:
    further = [name for name in REJECTED if name[0] != "r" or not name[1].isdigit()]
    assert len(further) >= 40
    # A call of one of these is denied, or does what it may not; others are about
    # declarations, or about a page, whose visitors are not known.
    judged = {"PF301", "PF302", "PF303", "PF304", "PF305", "PF310"}
    silent = [
        (name, each.code)
        for name in REJECTED
        for each in errors(with_kit(text_of(name)))
        if each.code in judged and EXAMPLE not in said(each)
    ]
    assert silent == []


@pytest.mark.parametrize("name", DECLARED)
def test_what_is_declared_wrongly(name: str, snapshot: SnapshotAssertion) -> None:
    text = text_of(name)
    texts = with_kit(text)
    found = [each for each in found_in(texts) if each.span.path == "case.pf"]
    assert places(found, text) == expected(text)
    sources = {path: Source(path, each) for path, each in texts.items()}
    rendered = render_text(found, Places(sources))
    assert f"{rendered}\n" == snapshot(extension_class=Messages)
