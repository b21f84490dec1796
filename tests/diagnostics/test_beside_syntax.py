"""What is found in declarations beside one that cannot be read."""

from __future__ import annotations

from pfc.diagnostics import Diagnostic
from pfc.driver import compile_sources

_UNREAD = "fn t(a: String) -> String = a[0:2]\n"


def _found(text: str) -> list[Diagnostic]:
    return list(compile_sources({"m.pf": text}, emit=False).diagnostics)


def test_declarations_of_the_same_kind_are_judged_all_the_same() -> None:
    sound = 'fn j(a: Int) -> String = "x" + a\nfn w(a: strng) -> Int = 1\n'
    assert [each.code for each in _found(sound + _UNREAD)] == [
        "PF227",
        "PF210",
        "PF111",
    ]


def test_what_uses_a_declaration_that_cannot_be_read_is_not_judged() -> None:
    using = "fn j(a: Int) -> Int = t(a)\n"
    assert [each.code for each in _found(using + _UNREAD)] == ["PF111"]


def test_a_slice_is_not_repaired_into_a_comparison() -> None:
    (found,) = _found(_UNREAD)
    assert found.fixes == ()
