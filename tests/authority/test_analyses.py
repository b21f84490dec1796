"""Who can do what: the questions and answers of `pfc caps`."""

from __future__ import annotations

import pytest

from pfc.authority.analyses.answers import Answers, changed
from pfc.authority.analyses.changes import changes
from pfc.authority.analyses.questions import Questions, named
from pfc.authority.analyses.written import NotACapability, read_capability
from pfc.authority.check import judged
from pfc.diagnostics import Severity
from tests.authority.checking import typed

FILES = """
capability FileCap {
  read(path: Path)
  write(path: Path) implies read(path)
  delete(path: Path) implies write(path)
  admin implies delete(*)
}
capability AuditCap { append }
context Request {
  name: String
  boss: Bool
  grant FileCap.read("/docs/**")
  grant FileCap.write("/docs/{name}/**")
  if boss { grant FileCap.admin }
}
principal Janitor { grant FileCap.delete("/docs/trash/**") }
effect keep(path: Path) requires FileCap.write(path) python ```py
print(path)
```
effect audit(line: String) requires AuditCap.append python ```py
print(line)
```
intent Read(path: Path under "/docs") in Request requires FileCap.read(path)
intent Write(path: Path) in Request requires FileCap.write(path)
intent Purge requires FileCap.delete("/docs/trash/**")
reactor Store {
  holds AuditCap.append
  on Read(path) { done }
  on Write(path) {
    perform keep(path)
    with authority "every write is audited" { perform audit("{path}") }
  }
  on Purge { done }
}
"""


def questions(text: str) -> Questions:
    program, found = typed({"files.pf": text})
    errors = [one for one in found if one.severity is Severity.ERROR]
    assert not [one for one in errors if one.code != "PF901"]
    return Questions(judged(program))


def why(intent: str, text: str = FILES) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """For each subject the grants that let it send an intent, with their conditions."""
    asked = questions(text)
    found = next(one for one in asked.intents() if one.name == intent)
    answer = Answers(asked).why(found)
    return {
        sender["name"]: [
            (way["capability"], tuple(way["conditions"]))
            for reach in sender["requirements"]
            for way in reach["ways"]
        ]
        for sender in answer["senders"]
    }


def test_a_grant_that_covers_by_its_bound_has_no_condition() -> None:
    assert why("Read")["Request"][0] == ('FileCap.read("/docs/**")', ())


def test_a_grant_for_a_field_of_the_caller_is_conditional() -> None:
    ways = dict(why("Write")["Request"])
    assert next(iter(ways.values())) == ('path under "/docs/{caller.name}"',)
    assert ways["FileCap.admin"] == ("boss",)


def test_intents_without_a_context_can_be_sent_by_principals() -> None:
    found = why("Purge")
    assert found["Janitor"] == [('FileCap.delete("/docs/trash/**")', ())]
    assert found["Request"] == [("FileCap.admin", ("boss",))]


@pytest.mark.parametrize(
    ("capability", "holders"),
    [
        ('FileCap.read("/docs/a")', {"Request": 3}),
        ('FileCap.read("/etc/passwd")', {"Request": 1}),
        ('FileCap.write("/docs/ann/x")', {"Request": 2}),
        ('FileCap.write("/docs/trash/x")', {"Request": 2, "Janitor": 1}),
        ('FileCap.delete("/docs/**")', {"Request": 1}),
        ("AuditCap.append", {"Store": 1}),
    ],
)
def test_who_can(capability: str, holders: dict[str, int]) -> None:
    asked = questions(FILES)
    found = asked.who_can(read_capability(asked.context, capability))
    counted: dict[str, int] = {}
    for way in found:
        counted[way.subject.name] = counted.get(way.subject.name, 0) + 1
    assert counted == holders


def test_who_can_says_for_whom() -> None:
    asked = questions(FILES)
    wanted = read_capability(asked.context, 'FileCap.write("/docs/ann/x")')
    assert [way.conditions for way in asked.who_can(wanted)] == [
        ('caller.name == "ann"',),
        ("boss",),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "FileCap",
        "FileCap.fly",
        "Nobody.read",
        "FileCap.read",
        'FileCap.read("a/../b")',
        'FileCap.read("{x}")',
        "FileCap.read(1 + 1)",
        "}",
        "",
    ],
)
def test_what_is_no_capability_is_told(text: str) -> None:
    with pytest.raises(NotACapability):
        read_capability(questions(FILES).context, text)


def test_what_a_principal_can_do() -> None:
    asked = questions(FILES)
    subject = named(asked.subjects, "Janitor")
    assert subject is not None
    answer = Answers(asked).what_can(subject)
    assert answer["covers"] == [
        'FileCap.delete("/docs/trash/**")',
        'FileCap.write("/docs/trash/**")',
        'FileCap.read("/docs/trash/**")',
    ]
    assert [one["intent"] for one in answer["sends"]] == ["Purge"]


def test_the_manifest_lists_own_authority_with_its_reason() -> None:
    answer = Answers(questions(FILES)).manifest()
    (one,) = answer["amplifications"]
    assert one["reason"] == "every write is audited"
    assert {"kind": "reactor", "name": "Store"}.items() <= answer["subjects"][
        -1
    ].items()


def test_a_grant_that_nothing_asks_for_is_unused() -> None:
    more = FILES.replace(
        "capability AuditCap { append }", "capability AuditCap { append  read }"
    ).replace("if boss {", "grant AuditCap.read\n  if boss {")
    found = Answers(questions(more)).unused()["unused"]
    assert [one["capability"] for one in found] == ["AuditCap.read"]
    assert Answers(questions(FILES)).unused() == {"unused": []}


CHANGES = {
    "nothing": ("", "", [], []),
    "a requirement goes": (
        "Write(path: Path) in Request requires FileCap.write(path)",
        "Write(path: Path) in Request requires FileCap.read(path)",
        [("entry", "Write", "FileCap.write(path)")],
        [],
    ),
    "a requirement grows": (
        "Write(path: Path) in Request requires FileCap.write(path)",
        "Write(path: Path) in Request requires FileCap.delete(path)",
        [],
        [("entry", "Write", "FileCap.delete(path)")],
    ),
    "a grant grows": (
        'grant FileCap.read("/docs/**")',
        "grant FileCap.read(*)",
        [("grant", "context Request", "FileCap.read(*)")],
        [],
    ),
    "a grant moves": (
        'grant FileCap.read("/docs/**")',
        'grant FileCap.read("/pub/**")',
        [("grant", "context Request", 'FileCap.read("/pub/**")')],
        [("grant", "context Request", 'FileCap.read("/docs/**")')],
    ),
    "a condition goes": (
        "if boss { grant FileCap.admin }",
        "grant FileCap.admin",
        [("grant", "context Request", "FileCap.admin")],
        [],
    ),
    "an implication comes": (
        "write(path: Path) implies read(path)",
        "write(path: Path) implies read(path), read(*)",
        [
            ("grant", "context Request", "FileCap.read(*)"),
            ("grant", "principal Janitor", "FileCap.read(*)"),
        ],
        [],
    ),
    "the guard of an effect goes": (
        "effect keep(path: Path) requires FileCap.write(path)",
        "effect keep(path: Path)",
        [("effect", "keep", "FileCap.write(path)")],
        [],
    ),
    "a reactor holds more": (
        "holds AuditCap.append",
        "holds AuditCap.append, FileCap.read(*)",
        [("grant", "reactor Store", "FileCap.read(*)")],
        [],
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_told_and_its_reverse_too(name: str) -> None:
    before, after, gains, losses = CHANGES[name]
    assert before in FILES
    other = FILES.replace(before, after)
    old, new = questions(FILES), questions(other)
    assert _told(changes(old, new)) == (gains, losses)
    assert _told(changes(new, old)) == (losses, gains)


def _told(found: list) -> tuple[list, list]:
    answer = changed(found)
    gained, lost = (
        [(one["kind"], one["who"], one["what"]) for one in answer[word]]
        for word in ("gained", "lost")
    )
    return gained, lost
