"""The lock file: what a build writes to it, what it refuses, and `pfc store accept`."""

from __future__ import annotations

import json

import pytest

from pfc.cli.app import run
from tests.durable.versions import till

OLD = till("n: Int = 0, seats: List[Seat] = []", types="record Seat { row: Int }")
WIDER = till(
    "n: Int = 0, seats: List[Seat] = []",
    types='record Seat { row: Int, name: String = "" }',
)
OTHER = till("n: Int = 0, seats: List[Seat] = []", types="record Seat { place: Int }")
MOVED = OTHER.replace("every 1000", 'every 1000\n  migrate "moving:to_places"')
MOVING = """
def to_places(state):
    return state


def other(state):
    return state
"""
LOCK = "durable.lock.json"


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def pfc(cache, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("PFC_CACHE_DIR", str(cache))
    checks(tmp_path, types=False)

    def call(*arguments):
        try:
            code = run(list(arguments))
        except SystemExit as left:
            code = left.code
        told = capsys.readouterr()
        return code or 0, told.out + told.err

    return call


def checks(folder, *, types):
    """Whether mypy looks at linked Python: that takes seconds."""
    text = f"[tool.pfc]\nmypy = {str(types).lower()}\n"
    (folder / "pyproject.toml").write_text(text, "utf-8")


def write(folder, text, python=None):
    (folder / "till.pf").write_text(text, "utf-8")
    if python is not None:
        (folder / "moving.py").write_text(python, "utf-8")


def locked(folder):
    return json.loads((folder / LOCK).read_text("utf-8"))


def test_the_first_build_begins_the_lock_file_and_a_check_does_not(pfc, tmp_path):
    write(tmp_path, OLD)
    assert pfc("check")[0] == 0
    assert pfc("check", "--strict")[0] == 0
    assert not (tmp_path / LOCK).exists()
    code, told = pfc("build", "--strict")
    assert code == 0
    assert f"wrote {LOCK}, what is kept in stores: commit it" in told
    first = (tmp_path / LOCK).read_bytes()
    code, told = pfc("build")
    assert code == 0
    assert LOCK not in told
    assert (tmp_path / LOCK).read_bytes() == first
    (tmp_path / LOCK).unlink()
    assert pfc("store", "accept")[0] == 0
    assert (tmp_path / LOCK).read_bytes() == first


def test_a_program_that_keeps_nothing_has_no_lock_file(pfc, tmp_path):
    write(tmp_path, OLD.replace("journal snapshot every 1000", ""))
    assert pfc("build")[0] == 0
    assert not (tmp_path / LOCK).exists()


def test_checking_the_output_also_checks_the_lock_file_and_writes_nothing(
    pfc, tmp_path
):
    write(tmp_path, OLD)
    pfc("build")
    assert pfc("build", "--check")[0] == 0
    kept = (tmp_path / LOCK).read_bytes()
    (tmp_path / LOCK).unlink()
    code, told = pfc("build", "--check")
    assert code == 1
    assert f"missing {LOCK}" in told
    assert not (tmp_path / LOCK).exists()
    (tmp_path / LOCK).write_bytes(kept)
    write(tmp_path, WIDER)
    code, told = pfc("build", "--check", "--format", "json")
    assert code == 1
    assert {"path": LOCK, "kind": "changed"} in json.loads(told)["drift"]
    assert (tmp_path / LOCK).read_bytes() == kept


def test_what_reads_what_was_kept_is_noted_by_a_build(pfc, tmp_path):
    write(tmp_path, OLD)
    pfc("build")
    before = (tmp_path / LOCK).read_bytes()
    write(tmp_path, WIDER)
    code, told = pfc("check")
    assert code == 0
    assert "warning[PF927]" in told
    for strict in (["check", "--strict"], ["build", "--strict"]):
        assert pfc(*strict)[0] == 1
        assert (tmp_path / LOCK).read_bytes() == before
    code, told = pfc("build")
    assert code == 0
    assert f"wrote {LOCK}:\n  till.Till: changed, reads what was kept" in told
    assert "PF927" not in pfc("check", "--strict")[1]
    assert pfc("build", "--strict")[0] == 0
    assert pfc("store", "accept") == (0, f"{LOCK} is as it was\n")
    # Noted is noted: it may be in a store.
    write(tmp_path, OLD)
    assert "`Seat.name` was String and is nothing" in pfc("build")[1]


def test_what_needs_a_migration_is_no_build(pfc, tmp_path):
    write(tmp_path, OLD)
    pfc("build")
    before = (tmp_path / LOCK).read_bytes()
    write(tmp_path, OTHER)
    for command in (["check"], ["build", "--out", "made"], ["store", "accept"]):
        code, told = pfc(*command)
        assert code == (2 if command[0] == "store" else 1)
        assert "error[PF926]: what `till.Till` keeps was changed: `Seat.row`" in told
        assert 'migrate "till_migrations:till_2"' in told
    assert not (tmp_path / "made").exists()
    assert (tmp_path / LOCK).read_bytes() == before


@pytest.mark.parametrize("verb", [["build"], ["store", "accept"]])
def test_a_new_clause_is_all_that_an_incompatible_change_needs(pfc, tmp_path, verb):
    write(tmp_path, OLD)
    pfc("build")
    write(tmp_path, MOVED, MOVING)
    assert pfc("check")[0] == 0
    code, told = pfc(*verb)
    assert code == 0
    assert "till.Till: changed, by the migration to_places" in told
    assert locked(tmp_path)["reactors"]["till.Till"]["migrations"] == [
        "moving:to_places"
    ]
    # A clause covers the change that it came with, and no later one.
    write(tmp_path, MOVED.replace("place: Int", "chair: Int"))
    assert "PF926" in pfc("build")[1]
    more = '"moving:to_places"\n  migrate "moving:other"'
    later = MOVED.replace('"moving:to_places"', more)
    write(tmp_path, later.replace("place: Int", "chair: Int"))
    assert "by the migration other" in pfc(*verb)[1]


def test_a_migration_stays_and_keeps_its_place(pfc, tmp_path):
    write(tmp_path, OLD)
    pfc("build")
    write(tmp_path, MOVED, MOVING)
    pfc("build")
    for changed in (OTHER, MOVED.replace("to_places", "other")):
        write(tmp_path, changed)
        code, told = pfc("build")
        assert code == 1
        assert "error[PF929]: `till.Till` has not all migrations" in told
        assert "`to_places`" in told
    first = MOVED.replace("  migrate", '  migrate "moving:other"\n  migrate')
    write(tmp_path, first)
    assert "PF929" in pfc("build")[1]
    # The function may move to another module: stores know it by its name.
    (tmp_path / "moved.py").write_text(MOVING, "utf-8")
    write(tmp_path, MOVED.replace("moving:", "moved:"))
    assert pfc("build")[0] == 0
    write(tmp_path, OTHER)
    assert pfc("store", "accept", "--forget", "till.Till")[0] == 0
    assert pfc("build")[0] == 0


def test_a_migration_that_is_not_there_or_does_not_fit_is_no_build(pfc, tmp_path):
    write(tmp_path, OLD)
    pfc("build")
    for python, code in (
        ("", "PF906"),
        ("async def to_places(state): return state\n", "PF268"),
        ("def to_places(): return {}\n", "PF268"),
    ):
        write(tmp_path, MOVED, python)
        assert code in pfc("build")[1]
    write(tmp_path, MOVED, "raise SystemExit('never imported')\n" + MOVING)
    assert pfc("build")[0] == 0


@pytest.mark.slow
def test_mypy_sees_whether_a_migration_takes_and_gives_a_state(pfc, tmp_path):
    checks(tmp_path, types=True)
    wrong = "def to_places(state: int) -> int:\n    return state\n"
    write(tmp_path, MOVED, wrong)
    code, told = pfc("build")
    assert code == 1
    assert "error[PF921]: `moving:to_places` is not what this declaration needs" in told
    assert "has to be `Callable[[Any], Mapping[str, Any]]`" in told
    right = "from typing import TypedDict\n\n\nclass Old(TypedDict):\n    n: int\n\n\n"
    write(
        tmp_path, MOVED, f"{right}def to_places(state: Old) -> Old:\n    return state\n"
    )
    assert pfc("build")[0] == 0


def test_a_migration_given_in_python_is_accepted_by_its_name(pfc, tmp_path):
    write(tmp_path, OLD)
    pfc("build")
    write(tmp_path, OTHER)
    told = pfc("store", "accept", "--migration", "to_places")[1]
    assert "by the migration to_places" in told
    assert locked(tmp_path)["reactors"]["till.Till"]["migrations"] == ["to_places"]
    assert pfc("build", "--strict")[0] == 0
    write(tmp_path, OLD)
    assert "name it anew" in pfc("store", "accept", "--migration", "to_places")[1]
    # Later it becomes a clause, of the same name.
    write(tmp_path, MOVED.replace("to_places", "other"), MOVING)
    assert "PF929" in pfc("build")[1]
    write(tmp_path, MOVED)
    assert pfc("build")[0] == 0


def test_the_draft_of_a_migration_is_python_that_fits(pfc, tmp_path):
    before = OLD.replace(
        "n: Int = 0,", "n: Int = 0, a: Int = 1, by: Map[Int, Seat] = {},"
    )
    after = OTHER.replace(
        "n: Int = 0,", "n: Int = 0, b: Int = 1, by: Map[Int, Seat] = {},"
    )
    write(tmp_path, before)
    pfc("build")
    assert "Nothing needs a migration" in pfc("store", "accept", "--skeleton")[1]
    write(tmp_path, after)
    code, told = pfc("store", "accept", "--skeleton")
    assert code == 0
    assert '# In till.Till: migrate "till_migrations:till_2"' in told
    made = {}
    exec(told, made)
    old = {"n": 7, "a": 8, "seats": [{"row": 3}], "by": [[1, {"row": 4}]]}
    new = {"n": 7, "b": 8, "seats": [{"place": 3}], "by": [[1, {"place": 4}]]}
    assert made["till_2"](old) == new


def test_a_change_of_the_lock_file_alone_is_noticed(pfc, tmp_path):
    """What says at once that nothing has changed looks at this file, too."""
    write(tmp_path, OLD)
    pfc("build")
    assert pfc("check")[0] == 0
    assert pfc("check")[0] == 0
    lock = tmp_path / LOCK
    lock.write_text(lock.read_text("utf-8").replace('"row"', '"line"'), "utf-8")
    code, told = pfc("check")
    assert code == 1
    assert "`Seat.line` was Int and is nothing" in told


def test_a_reactor_that_is_gone_has_to_be_forgotten(pfc, tmp_path):
    write(tmp_path, OLD)
    pfc("build")
    write(tmp_path, OLD.replace("Till", "Desk"))
    code, told = pfc("build")
    assert code == 1
    assert "what `till.Till` keeps was changed" in told
    assert "pfc store accept --forget till.Till" in told
    assert pfc("store", "accept")[0] == 2
    assert "There is no till.Tall" in pfc("store", "accept", "--forget", "till.Tall")[1]
    assert "till.Till: forgotten" in pfc("store", "accept", "--forget", "till.Till")[1]
    assert pfc("build")[0] == 0


def test_a_part_of_a_project_forgets_nothing_of_the_rest(pfc, tmp_path):
    write(tmp_path, OLD)
    (tmp_path / "desk.pf").write_text(OLD.replace("Till", "Desk"), "utf-8")
    pfc("build")
    before = (tmp_path / LOCK).read_bytes()
    assert pfc("build", "till.pf")[0] == 0
    assert (tmp_path / LOCK).read_bytes() == before
    write(tmp_path, WIDER)
    assert pfc("build", "till.pf")[0] == 0
    assert {"desk.Desk", "till.Till"} == set(locked(tmp_path)["reactors"])
    assert pfc("build", "--strict")[0] == 0


def test_a_lock_file_that_cannot_be_written_is_told(pfc, tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    write(tmp_path, OLD)
    monkeypatch.setattr("pfc.cli.keeping.write_lock", refuse)
    code, told = pfc("build")
    assert code == 0
    assert "warning[PF927]" in told
    assert "it cannot be written: Permission denied" in told


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"format": 2, "reactors": {}}',
        '{"format": 1, "reactors": {"till.Till": {}}}',
        '{"format": 1, "reactors": {}, "messages": {"intent till.Put": {}}}',
        '{"format": 1, "reactors": {"till.Till": {"migrations": [], "shape": {"types":'
        ' {}, "state": {"n": {"type": {"List": 3}}}}}}}',
        '{"format": 1, "reactors": {"till.Till": {"migrations": [], "shape": {"types":'
        ' {"a": {"refined": 3}}, "state": {}}}}}',
        '{"format": 1, "reactors": {"till.Till": {"migrations": [1], "shape": {"types":'
        ' {}, "state": {}}}}}',
    ],
)
def test_a_lock_file_that_is_damaged_is_told(pfc, tmp_path, content):
    write(tmp_path, OLD)
    (tmp_path / LOCK).write_text(content, "utf-8")
    for command in (["check"], ["build"], ["store", "accept"]):
        code, told = pfc(*command)
        assert code == (2 if command[0] == "store" else 1)
        assert LOCK in told
        assert "pfc failed" not in told
    assert (tmp_path / LOCK).read_text("utf-8") == content


def test_the_compiler_is_not_asked_twice(pfc, tmp_path, monkeypatch):
    """What stores may hold comes with what a build makes, also from the cache."""

    def refuse():
        raise AssertionError("compiled as a whole")

    write(tmp_path, OLD)
    monkeypatch.setattr("pfc.cli.compiler.load_whole", refuse)
    pfc("build")
    write(tmp_path, WIDER)
    assert "PF927" in pfc("check")[1]
    monkeypatch.setattr("pfc.driver.compile_sources", None)
    assert "PF927" in pfc("check")[1]
    assert "reads what was kept" in pfc("build")[1]
