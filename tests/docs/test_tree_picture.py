"""The picture of a supervision tree shows the program beside it."""

from __future__ import annotations

import pytest

from tools import draw_tree


def test_the_picture_is_up_to_date() -> None:
    assert draw_tree.main(["--check"]) == 0


def test_a_picture_of_another_tree_is_another_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(draw_tree, "drawn", lambda: "<svg/>")
    assert draw_tree.main(["--check"]) == 1


def test_the_picture_names_everybody() -> None:
    svg = draw_tree.drawn()
    for name in ("Ledger", "Scale", "Printer", "one_for_one", "rest_for_one"):
        assert f">{name}<" in svg
    assert svg.count("<path") == 4
