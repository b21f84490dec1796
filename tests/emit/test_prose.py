"""Docstrings and comments hold any text and change nothing around them."""

from __future__ import annotations

import ast
import io
import re
import tokenize

import black
from black.comments import contains_fmt_directive
from hypothesis import example, given

from pfc.emit.code import Code
from pfc.emit.escapes import LINE_BREAK
from pfc.emit.layout import class_block, function_block, indented, top_level
from pfc.emit.prose import comment, comments, docstring
from tests.emit.strategies import texts


def module_with(doc: str) -> str:
    """The text as docstring of a module, a class, and a method."""
    method = function_block(Code("def f(self) -> None:"), doc, [Code("x = 1")])
    inner = function_block(Code("def g(self) -> None:"), doc, [])
    cls = class_block(Code("class A:"), doc, [method, inner])
    return f"{docstring(doc)}\n\n{top_level([Code('y = 1'), cls])}\n"


def shape(source: str) -> str:
    """The syntax tree without the values of strings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


@given(texts)
@example('"""')
@example('ends with "quote"')
@example("trailing backslash\\")
@example("a\\\nb\\")
@example("  indented\n    more\n  less")
@example("a\n\n\n")
@example('"\n"')
@example("x" * 86)
def test_a_docstring_never_breaks_out(text: str) -> None:
    source = module_with(text)
    harmless = module_with("harmless" if text.strip() else text)
    assert shape(source) == shape(harmless)
    assert black.format_str(source, mode=black.Mode()) == source


@given(texts)
def test_a_docstring_says_the_text(text: str) -> None:
    doc = ast.literal_eval(docstring(text))
    # A lone surrogate cannot stand in a docstring of every Python; no source file has one.
    whole = re.sub("[\ud800-\udfff]", "\ufffd", text)
    words = [part.split() for part in LINE_BREAK.split(whole)]
    assert [w for line in words for w in line] == doc.split()


@given(texts)
@example("a\rimport os")
@example("a\x0cimport os")
@example("type: ignore")
@example("x ; fmt: off")
@example("coding=latin-1")
@example("noqa")
def test_a_comment_stays_a_comment(text: str) -> None:
    line = comment(text)
    source = f"{line}\nx = 1  {line}\n"
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    found = [token.string for token in tokens if token.type == tokenize.COMMENT]
    assert found == [line, line]
    assert ast.dump(ast.parse(source)) == ast.dump(ast.parse("x = 1\n"))
    compile(source.encode(), "m", "exec")
    assert not contains_fmt_directive(line)
    words = line.removeprefix("# ").lower()
    assert not words.startswith(("type:", "noqa", "mypy:", "pyright:", "ruff:"))
    assert black.format_str(source, mode=black.Mode(line_length=999)) == source


@given(texts)
def test_a_block_of_comments_has_comments_only(text: str) -> None:
    block = comments(text)
    assert all(line.startswith("#") for line in block.split("\n") if block)
    assert ast.parse(block).body == []


def test_indenting_leaves_strings_alone_and_moves_docstrings() -> None:
    code = Code('def f():\n    """Doc.\n\n    More.\n    """\n    return """a\n  b"""')
    assert indented(code).split("\n") == [
        "    def f():",
        '        """Doc.',
        "",
        "        More.",
        '        """',
        '        return """a',
        '  b"""',
    ]
