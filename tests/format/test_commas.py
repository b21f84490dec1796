"""Commas between items in braces are optional: with them and without, it is one program."""

from __future__ import annotations

import pytest

from tests.format.properties import faults, read
from tests.syntax.samples import shape

ARMS = [
    "Aa => deny# Bb.c when d => done",
    "Aa => deny# Bb.c(x) when d => done",
    'Aa => deny "x"# "y" when a => done',
    "Aa => reply find Tt order by it.a# Bb.c(x) when d => done",
    "Aa => reply find Tt order by it.a# Bb.c(x) => done",
    "Aa => send Bb() only Cc.d# Bb.c(x) when d => done",
    "Aa => send Bb() only Cc.d# Bb.c => done",
    "Aa => await Ee# Bb.c when d => done",
    "Aa => await Ee# Bb => done",
    "Aa => reply await Ee# bb => done",
    "Aa => fail await# Bb => done",
    "Aa => fail Bb# c when e => done",
    "Aa => reply a# Bb | Cc => done",
]
ITEMS = [
    "context C { a: Int# b: Int requires D.e# c: Int }",
    "record R { a: Int# b: Int requires D.e# always a > b# c: Int }",
    "union U { A# B(c: Int)# D }",
    "config K { a: Int# secret b: String# c: Int = 1 }",
    "capability C { a# b(c: Path)# d implies a  e }",
    "table T of R { key id# read D.e# write D.e# index a, b }",
    "interface I { A# b.C# D }",
    "app A { supervise one_for_one { A# B shards 2 by c# D } }",
    "app A { supervise one_for_one { idle# B for each each# C for each c with idle 1h } }",
    "app A { supervise one_for_one { each# a.keyed for each by with idle 5s# idle# by } }",
]


@pytest.mark.parametrize(
    "text",
    [f"reactor R {{ on I {{ match a {{ {arms} }} }} }}" for arms in ARMS] + ITEMS,
)
def test_with_commas_and_without(text: str) -> None:
    texts = [text.replace("#", separator) for separator in (",", " ", "\n", ",\n")]
    trees = [shape(read(each).module.declarations[0]) for each in texts]
    assert trees.count(trees[0]) == len(trees)
    for each in (*texts, *(each.replace("{", "{\n") for each in texts)):
        assert not read(each).diagnostics
        assert faults(each) == []


def test_nothing_is_lost_at_a_comma() -> None:
    [context] = read("context C { a: Int, b: Int }").module.declarations
    assert [field.name.text for field in context.fields] == ["a", "b"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "doc"),
    [
        ("## a\n\nrecord R { }", "a"),
        ("\n\n## a\n\nrecord R { }", "a"),
        ("## a", "a"),
        ("# b\n## a\n\nrecord R { }", None),
        ("## a\nrecord R { }", None),
    ],
)
def test_empty_lines_do_not_change_whose_comment_it_is(
    text: str, doc: str | None
) -> None:
    assert read(text).module.doc == doc
    assert faults(text) == []
