"""Names of a program become identifiers: legal, stable, injective or reported."""

from __future__ import annotations

import builtins
import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pfc.emit import names
from tests.emit.strategies import texts

SCOPES = (
    names.MODULE, names.LOCAL, names.ATTRIBUTE, names.CONTEXT, names.INTENT, names.ENUM,
    names.FAILURE,
)  # fmt: skip
CASES = (None, names.snake_case, names.constant_case, names.pascal_case)


@given(texts, st.sampled_from(SCOPES), st.sampled_from(CASES))
def test_every_name_is_a_stable_free_identifier(
    text: str, scope: names.Scope, case: None
) -> None:
    python = names.rename([text], scope, case).names[text]
    assert python.isidentifier()
    assert not keyword.iskeyword(python)
    assert python not in scope.taken
    assert not python.startswith("__")
    assert names.identifier(python, scope) == python
    namespace: dict[str, object] = {}
    exec(f"class A:\n    {python} = 1", namespace)
    # Python neither normalises nor mangles it any further.
    assert python in vars(namespace["A"])


@given(st.lists(texts, max_size=8), st.sampled_from(SCOPES), st.sampled_from(CASES))
def test_different_names_differ_or_collide(
    all_names: list[str], scope: names.Scope, case: None
) -> None:
    renaming = names.rename(all_names, scope, case)
    assert list(renaming.names) == list(dict.fromkeys(all_names))
    reported = {collision.second for collision in renaming.collisions}
    kept = [python for name, python in renaming.names.items() if name not in reported]
    assert len(set(kept)) == len(kept)
    for collision in renaming.collisions:
        assert renaming.names[collision.first] == collision.python
        assert renaming.names[collision.second] == collision.python


@pytest.mark.parametrize(
    ("name", "snake", "constant"),
    [
        ("FileStore", "file_store", "FILE_STORE"),
        ("HTTPServer", "http_server", "HTTP_SERVER"),
        ("Int2Str", "int2_str", "INT2_STR"),
        ("Member", "member", "MEMBER"),
        ("already_snake", "already_snake", "ALREADY_SNAKE"),
        ("X", "x", "X"),
        ("UserID", "user_id", "USER_ID"),
    ],
)
def test_cases(name: str, snake: str, constant: str) -> None:
    assert names.snake_case(name) == snake
    assert names.constant_case(name) == constant


@pytest.mark.parametrize(
    ("name", "scope", "expected"),
    [
        ("class", names.MODULE, "class_"),
        ("print", names.MODULE, "print_"),
        ("id", names.ATTRIBUTE, "id"),
        ("str", names.ATTRIBUTE, "str_"),
        ("trace", names.CONTEXT, "trace_"),
        ("trace", names.RECORD, "trace"),
        ("missing", names.INTENT, "missing_"),
        ("args", names.FAILURE, "args_"),
        ("ﬁle", names.ATTRIBUTE, "file"),
        ("__init__", names.ATTRIBUTE, "init__"),
        ("__secret", names.ATTRIBUTE, "secret_"),
        ("_", names.LOCAL, "_1"),
        ("_X_", names.ENUM, "X_"),
        ("two words", names.ATTRIBUTE, "two_words"),
    ],
)
def test_renaming(name: str, scope: names.Scope, expected: str) -> None:
    assert names.identifier(name, scope) == expected


def test_a_keyword_and_its_renamed_twin_collide() -> None:
    (collision,) = names.rename(["class", "class_"]).collisions
    assert (collision.first, collision.second) == ("class", "class_")


def test_taken_builtins_exist() -> None:
    called = names.MODULE.taken - names.ATTRIBUTE.taken
    assert {name for name in called if hasattr(builtins, name)} >= {"print", "len"}


def test_fresh_names_are_never_repeated() -> None:
    namer = names.Namer(used=["path"])
    assert [namer.fresh("path"), namer.fresh("path"), namer.fresh("if")] == [
        "path_2",
        "path_3",
        "if_",
    ]
    assert namer.fresh("if") == "if_2"
