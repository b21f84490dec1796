"""What `pfc fix --requires` must not do: vouch for own authority, or weaken a guard."""

from __future__ import annotations

from tests.authority.test_requires import READ, one, written

VOUCHED = """
intent Look(path: Path) -> Int
intent Keep(path: Path)
reactor Desk {
  holds FileCap.write("/**")
  on Look(path) {
    BODY
    let data = perform fs_read(path)
    reply data.length
  }
}
reactor Files { on Keep(path) { perform fs_write(path, "".bytes()) } }
"""


def test_a_clause_does_not_vouch_for_own_authority_that_needs_more() -> None:
    body = 'with authority "why" { send Keep(path: path) }'
    clauses, refused = written(VOUCHED.replace("BODY", body))
    # What `Keep` needs is known in the second round only: reading was required by then.
    assert clauses == {
        "Keep": "requires FileCap.write(path)",
        "Look": "requires FileCap.write(path)",
    }
    assert not refused


def test_where_it_would_vouch_nothing_is_changed() -> None:
    body = (
        "if can FileCap.write(path) { reply 1 } else "
        '{ with authority "why" { perform fs_write(path, "".bytes()) } }'
    )
    clauses, refused = written(VOUCHED.replace("BODY", body))
    assert clauses == {}
    assert "vouch" in refused[-1]


def test_least_asks_for_no_more_than_is_needed() -> None:
    intent = "A(p: Path) -> Int requires FileCap.admin"
    assert one(intent, READ.format("p")) == ("", [])
    assert one(intent, READ.format("p"), least=True) == ("requires FileCap.read(p)", [])


def test_least_leaves_what_guards_state_or_own_authority() -> None:
    text = """
intent Count requires FileCap.admin
intent Keep(p: Path) requires FileCap.read(p)
reactor R {
  holds FileCap.write("/c/**")
  state { n: Int = 0 }
  on Count { state.n += 1 }
  on Keep(p) { if p under "/c" { with authority "why" { perform fs_write(p, "".bytes()) } } }
}
"""
    assert written(text, least=True) == ({}, [])
