"""Strategies: any text a program may hold, and texts made to break out of a place."""

from __future__ import annotations

from hypothesis import strategies as st

NASTY = (
    '"', "'", '"""', "'''", "\\", "\n", "\r", "\r\n", "\x00", "\x0b", "\x0c", "\x1c",
    "\x85", "\u2028", "\u2029", "\ud800", "\udfff", "\u202e", "\ufeff", "\t", " ", "  ",
    "{", "}", "{{", "}}", "{%", "%}", "{#", "#", "# type: ignore", "# noqa", "fmt: off",
    "coding: latin-1", "; fmt: skip", "\\N{DIGIT ONE}", "\\x41", "\\u0041", "import os",
    "):", "class", "ﬁ", "é", "漢", "🙂", "a", "B", "_", "1", ".", "/", "\xa0", "\u3000",
)  # fmt: skip

texts = st.one_of(
    st.lists(st.sampled_from(NASTY), max_size=12).map("".join),
    st.text(st.characters(), max_size=30),
)
words = st.from_regex(r"[a-z][a-z0-9_]{0,40}", fullmatch=True)
