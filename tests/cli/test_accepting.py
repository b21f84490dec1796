"""`pfc store accept`, and what a build says to a change that was not accepted."""

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
LOCK = "durable.lock.json"


@pytest.fixture
def pfc(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("PFC_CACHE_DIR", str(tmp_path / ".cache"))

    def call(*arguments):
        try:
            code = run(list(arguments))
        except SystemExit as left:
            code = left.code
        told = capsys.readouterr()
        return code or 0, told.out + told.err

    return call


def write(folder, text):
    (folder / "till.pf").write_text(text, "utf-8")


def test_without_a_lock_file_nothing_is_compared(pfc, tmp_path):
    write(tmp_path, OLD)
    assert pfc("build")[0] == 0
    write(tmp_path, OTHER)
    assert pfc("build")[0] == 0
    assert not (tmp_path / LOCK).exists()


def test_what_reads_what_was_kept_is_a_warning_until_it_is_accepted(pfc, tmp_path):
    write(tmp_path, OLD)
    assert pfc("store", "accept") == (
        0,
        f"till.Till: new\nwritten to {LOCK}\n",
    )
    assert "warning" not in pfc("build")[1]
    write(tmp_path, WIDER)
    code, told = pfc("build")
    assert code == 0
    assert "warning[PF927]" in told
    assert pfc("check", "--strict")[0] == 1
    assert "changed, reads what was kept" in pfc("store", "accept")[1]
    assert "PF927" not in pfc("build")[1]
    assert pfc("store", "accept") == (0, f"{LOCK} is as it was\n")


def test_what_needs_a_migration_is_no_build(pfc, tmp_path):
    write(tmp_path, OLD)
    pfc("store", "accept")
    before = (tmp_path / LOCK).read_bytes()
    write(tmp_path, OTHER)
    for command in ("check", "build"):
        code, told = (
            pfc(command, "--out", "made") if command == "build" else pfc(command)
        )
        assert code == 1
        assert "error[PF926]: what `till.Till` keeps was changed: `Seat.row`" in told
        assert 'App(migrations={"till.Till": [migrate]})' in told
    assert not (tmp_path / "made").exists()
    code, told = pfc("store", "accept")
    assert code == 2
    assert "Seat.row: Int -> nothing" in told
    assert (tmp_path / LOCK).read_bytes() == before
    assert (
        "by the migration to_places"
        in (pfc("store", "accept", "--migration", "to_places")[1])
    )
    assert pfc("build")[0] == 0
    content = json.loads((tmp_path / LOCK).read_text("utf-8"))
    assert content["reactors"]["till.Till"]["migrations"] == ["to_places"]
    write(tmp_path, OLD)
    assert "name it anew" in pfc("store", "accept", "--migration", "to_places")[1]


def test_a_change_of_the_lock_file_alone_is_noticed(pfc, tmp_path):
    """What says at once that nothing has changed looks at this file, too."""
    write(tmp_path, OLD)
    pfc("store", "accept")
    assert pfc("check")[0] == 0
    assert pfc("check")[0] == 0
    lock = tmp_path / LOCK
    lock.write_text(lock.read_text("utf-8").replace('"row"', '"line"'), "utf-8")
    code, told = pfc("check")
    assert code == 1
    assert "`Seat.line` was Int and is nothing" in told


def test_a_reactor_that_is_gone_has_to_be_forgotten(pfc, tmp_path):
    write(tmp_path, OLD)
    pfc("store", "accept")
    write(tmp_path, OLD.replace("Till", "Desk"))
    code, told = pfc("build")
    assert code == 1
    assert "what `till.Till` keeps was changed" in told
    assert "pfc store accept --forget till.Till" in told
    assert pfc("store", "accept")[0] == 2
    assert "till.Till: forgotten" in pfc("store", "accept", "--forget", "till.Till")[1]
    assert pfc("build")[0] == 0


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"format": 2, "reactors": {}}',
        '{"format": 1, "reactors": {"till.Till": {}}}',
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
    for command in (["check"], ["store", "accept"]):
        code, told = pfc(*command)
        assert code == (1 if command == ["check"] else 2)
        assert LOCK in told
        assert "pfc failed" not in told


def test_the_same_program_makes_the_same_file(pfc, tmp_path):
    write(tmp_path, OLD)
    pfc("store", "accept")
    first = (tmp_path / LOCK).read_bytes()
    (tmp_path / LOCK).unlink()
    pfc("store", "accept")
    assert (tmp_path / LOCK).read_bytes() == first
