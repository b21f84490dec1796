"""What is made from the grammar is as the grammar says."""

from __future__ import annotations

import pytest

from pfc.highlight.machine import Undecided, steps
from pfc.highlight.rules import NAMES, SIGN, WORD, Choice, Leaf, Sequence

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("highlight")]


def test_nothing_is_stale() -> None:
    from pfc.highlight.generate import (
        made,
        stale,
    )  # draws with what only developers have

    assert stale(made()) == [], "run `make generate`"


def test_what_is_stale_is_named() -> None:
    from pfc.highlight.generate import made, stale

    wanted = made()
    path = "editors/monarch/packetflow.json"
    assert stale({**wanted, path: wanted[path] + " "}) == [path]
    gone = "docs/reference/railroad/record_decl.svg"
    assert stale({p: text for p, text in wanted.items() if p != gone}) == [gone]


def test_words_that_nothing_tells_apart_are_refused() -> None:
    comma = Leaf(SIGN, ",", "punctuation")
    both = Choice(
        (
            Sequence((Leaf(WORD, "retry", "keyword"), comma)),
            Sequence((Leaf(NAMES, "", "name"), comma)),
        )
    )
    with pytest.raises(Undecided):
        steps(both)
