"""The tripwire: Python of a program that reaches outside is seen, and nothing else."""

from __future__ import annotations

import os
import socket
import sys
import textwrap
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from packetflow import AsyncEffect, Effect
from packetflow.store.sqlite import SqliteStore
from packetflow.testing import ExpectationError, Scenario, Test, Tripped, run, watching

pytest_plugins = ["packetflow.testing.tripwire_pytest"]

Python = Callable[..., Any]


def fence(code: str, *, waits: bool = False) -> Python:
    """Embedded Python as it runs from line 2 of `shop.pf`; `where` is a folder."""
    word = "async def" if waits else "def"
    text = f"{word} _fence(where):\n" + textwrap.indent(textwrap.dedent(code), "  ")
    found: dict[str, Any] = {}
    exec(compile(text, "shop.pf", "exec"), found)
    function: Python = found["_fence"]
    return function


def effect(code: str, **options: Any) -> Effect[..., Any]:
    return Effect("shop.reach", fence(code), **options)


@pytest.fixture
def where(tmp_path: Path) -> Path:
    (tmp_path / "there").write_text("x")
    return tmp_path


REACHES = {
    "open(where / 'there').close()": "opens the file",
    "open(where / 'new', 'w').close()": "opens the file",
    "(where / 'there').read_text()": "opens the file",
    "import os; os.listdir(where)": "looks into the folder",
    "list(where.iterdir())": "looks into the folder",
    "import os; os.remove(where / 'there')": "removes the file",
    "import os; os.rename(where / 'there', where / 'here')": "moves the file",
    "import os; os.mkdir(where / 'sub')": "makes the folder",
    "import shutil; shutil.copy(where / 'there', where / 'here')": "opens the file",
    "import tempfile; tempfile.mkdtemp(dir=where)": "makes the folder",
    "import sqlite3; sqlite3.connect(':memory:').close()": "opens the database",
    "import os; os.environ.get('HOME')": "reads the environment variable 'HOME'",
    "import os; os.getenv('HOME')": "reads the environment variable 'HOME'",
    "import os; dict(os.environ)": "reads the environment variable",
    "import os; os.putenv('PF_TRIPPED', '1')": "changes the environment variable",
    "import socket; socket.getaddrinfo('127.0.0.1', 1)": "looks up the host",
    """
    import socket
    with socket.socket() as one:
        one.connect_ex(('127.0.0.1', 1))
    """: "connects to ('127.0.0.1', 1)",
    """
    import subprocess, sys
    subprocess.run([sys.executable, '-S', '-c', ''])
    """: "starts the process",
}


@pytest.mark.parametrize("code", REACHES)
def test_what_reaches_outside_is_seen_where_it_stands(code: str, where: Path) -> None:
    with watching() as tripwire:
        effect(code)(where)
    first = tripwire.trips[0]
    assert first.name == "reach"
    assert first.does.startswith(REACHES[code])
    line = len(textwrap.dedent(code).rstrip().split("\n")) + 1
    assert first.at == f"shop.pf:{line}"


@pytest.mark.parametrize("code", REACHES)
def test_what_says_so_may(code: str, where: Path) -> None:
    with watching() as tripwire:
        effect(code, requires=lambda where: ())(where)
    assert not tripwire.trips


@pytest.mark.parametrize(
    ("traits", "may"),
    [("external", True), ("reads", True), ("destructive", True), ("idempotent", False)],
)
def test_traits_say_so_too(traits: str, may: bool, where: Path) -> None:
    with watching() as tripwire:
        effect("open(where / 'there').close()", traits=frozenset({traits}))(where)
    assert bool(tripwire.trips) is not may


def test_a_function_can_never_say_so(where: Path) -> None:
    with watching() as tripwire:
        fence("return open(where / 'there').read()")(where)
    (trip,) = tripwire.trips
    path = str(where / "there")
    assert str(trip) == f"shop.pf:2: `fence` opens the file {path!r}"


QUIET = [
    "print(1)",
    "import colorsys",
    "import wave, xml.dom.minidom",
    "from zoneinfo import ZoneInfo; ZoneInfo.no_cache('Europe/Paris')",
    "import random, secrets, uuid; random.random(); secrets.token_hex(); uuid.uuid4()",
    "import json, re, hashlib; json.dumps(1); re.sub('a', 'b', 'a'); hashlib.sha256()",
    "import logging; logging.getLogger('shop').debug('x')",
    "import traceback\ntry: 1 / 0\nexcept ZeroDivisionError: traceback.format_exc()",
    "from pathlib import PurePath; PurePath('/a') / 'b'",
    "from datetime import datetime; datetime.now().astimezone()",
    "where.exists()",  # no audit event tells of it
    "import sys; sys.stdout.write('')",
]


@pytest.mark.parametrize("code", QUIET)
def test_what_python_does_for_itself_is_quiet(code: str, where: Path) -> None:
    for name in ("colorsys", "wave", "xml.dom.minidom"):
        sys.modules.pop(name, None)
    with watching() as tripwire:
        effect(code)(where)
    assert not tripwire.trips


def test_warnings_may_show_their_line(where: Path) -> None:
    with watching() as tripwire, warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        effect("import warnings; warnings.warn('x')")(where)
    assert not tripwire.trips


async def test_what_the_runtime_and_the_test_do_is_quiet(where: Path) -> None:
    with watching() as tripwire:
        (where / "there").read_text()
        os.environ.get("HOME")
        store = SqliteStore(where / "store.db")
        store.close()
        async with Scenario():
            pass
    assert not tripwire.trips


@pytest.fixture
def linked(where: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Python]:
    """Linked Python: a generated function imports it when it is called."""
    (where / "pf_linked_shop.py").write_text(
        "AT_IMPORT = open(__file__).read()\n\ndef stock():\n  return open(__file__).read()\n"
    )
    monkeypatch.syspath_prepend(where)
    yield fence("from pf_linked_shop import stock as linked\nreturn linked()")
    sys.modules.pop("pf_linked_shop", None)


def test_linked_python_is_seen_with_its_own_line(linked: Python, where: Path) -> None:
    with watching() as tripwire:
        Effect("shop.stock", linked)(where)
    assert [(each.at, each.through) for each in tripwire.trips] == [
        ("shop.pf:2", "pf_linked_shop.py:1"),
        ("shop.pf:3", "pf_linked_shop.py:4"),
    ]


async def test_tasks_and_threads_of_an_effect_are_seen(where: Path) -> None:
    code = """
    import asyncio
    from pf_later import later, at_once
    await asyncio.gather(later(where), asyncio.to_thread(at_once, where))
    """
    found: dict[str, Any] = {}
    text = (
        "async def later(where): at_once(where / 'there')\n"
        "def at_once(where):\n  open(where if where.is_file() else where / 'there').close()\n"
    )
    exec(compile(text, "pf_later.py", "exec"), found)
    module = type(sys)("pf_later")
    module.__dict__.update(found)
    sys.modules["pf_later"] = module
    for requires in (None, lambda where: ()):
        with watching() as tripwire:
            waiting = fence(code, waits=True)
            await AsyncEffect("shop.wait", waiting, requires=requires)(where)
        expected = {("wait", "pf_later.py:3")} if requires is None else set()
        assert {(t.name, t.through or t.at) for t in tripwire.trips} == expected
    del sys.modules["pf_later"]


def test_nothing_is_left_behind(where: Path) -> None:
    before = Effect.__call__, AsyncEffect.__call__, type(os.environ).__getitem__
    with watching() as tripwire:
        assert Effect.__call__ is not before[0]
    effect("open(where / 'there').close()")(where)
    assert not tripwire.trips
    assert before == (
        Effect.__call__,
        AsyncEffect.__call__,
        type(os.environ).__getitem__,
    )


def test_the_innermost_watcher_notes(where: Path) -> None:
    with watching() as outer:
        with watching() as inner:
            effect("open(where / 'there').close()")(where)
        assert Effect.__call__ is not None
        effect("import os; os.listdir(where)")(where)
    assert [each.does.split()[0] for each in inner.trips] == ["opens"]
    assert [each.does.split()[0] for each in outer.trips] == ["looks"]


def test_a_test_of_a_program_fails_at_the_line(where: Path) -> None:
    async def scenario(_: Scenario) -> None:
        effect("open(where / 'there').close()")(where)

    (outcome,) = run([Test("reach", scenario, path="shop.pf", line=9)])
    assert not outcome.passed
    assert outcome.at == "shop.pf:2"
    assert "`reach` opens the file" in outcome.message


def test_the_fixture_fails_a_test(tripwire: Any, where: Path) -> None:
    effect("open(where / 'there').close()")(where)
    with pytest.raises(Tripped, match=r"shop\.pf:2: `reach` opens"):
        tripwire.check()
    tripwire.forget()


def test_a_socket_that_is_open_already_is_not_seen(where: Path) -> None:
    left, right = socket.socketpair()
    with left, right, watching() as tripwire:
        Effect("shop.say", fence("where.send(b'x')"))(left)
        assert right.recv(1) == b"x"
    assert not tripwire.trips


def test_what_fails_in_other_ways_is_told_first(where: Path) -> None:
    async def scenario(_: Scenario) -> None:
        effect("open(where / 'there').close()")(where)
        raise ExpectationError("expected more", "shop.pf:3")

    (outcome,) = run([Test("reach", scenario)])
    assert outcome.message == "expected more"
