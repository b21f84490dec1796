"""What the layout helpers make is what black would make of it: nothing to change."""

from __future__ import annotations

import ast

import black
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pfc.emit import breaking, layout
from pfc.emit.block import Block
from pfc.emit.breaking import fits
from pfc.emit.canonical import is_canonical, is_canonical_header
from pfc.emit.code import Code, UnfilteredValue
from pfc.emit.literals import string
from pfc.emit.prose import comment
from tests.emit.strategies import texts, words

pytestmark = pytest.mark.slow  # what it shows does not depend on the interpreter

names = words.map(lambda word: f"v_{word}")
dotted = st.lists(names, min_size=1, max_size=3).map(".".join)
atoms = st.one_of(dotted, st.integers(0, 10**30).map(str), texts.map(string))


def calls(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    positional = st.lists(inner, max_size=4)
    named = st.lists(st.tuples(names, inner), max_size=3)
    arguments = st.tuples(positional, named).map(
        lambda pair: ", ".join([*pair[0], *(f"{n}={v}" for n, v in pair[1])])
    )
    return st.tuples(dotted, arguments).map(lambda pair: f"{pair[0]}({pair[1]})")


def displays(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    items = st.lists(inner, max_size=4)
    tuples = items.map(lambda i: f"({', '.join(i)}{',' if len(i) == 1 else ''})")
    pairs = st.lists(st.tuples(inner, inner), max_size=3)
    dicts = pairs.map(lambda i: "{" + ", ".join(f"{k}: {v}" for k, v in i) + "}")
    return st.one_of(tuples, items.map(lambda i: f"[{', '.join(i)}]"), dicts)


expressions = st.recursive(
    atoms, lambda inner: st.one_of(calls(inner), displays(inner)), max_leaves=8
)
type_annotations = st.recursive(
    dotted,
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(
        lambda i: f"v_generic[{', '.join(i)}]"
    ),
    max_leaves=4,
)
parameters = st.lists(st.tuples(names, type_annotations), max_size=5).map(
    lambda pairs: ", ".join(f"{n}: {a}" for n, a in pairs)
)
simple = st.one_of(
    st.tuples(dotted, expressions).map(lambda p: f"{p[0]} = {p[1]}"),
    st.tuples(names, type_annotations, expressions).map(
        lambda p: f"{p[0]}: {p[1]} = {p[2]}"
    ),
    expressions.filter(lambda e: e.endswith(")")).map(lambda e: f"return {e}"),
    st.tuples(dotted, expressions).map(lambda p: f"await {p[0]}({p[1]})"),
    st.tuples(dotted, expressions).map(lambda p: f"{p[0]} += {p[1]}"),
)
origins = st.one_of(st.none(), st.integers(1, 9999).map(lambda n: f"orders.pf:{n}"))


def stable(source: str) -> None:
    """Black finds nothing to do, with its own guess at the Python version."""
    assert black.format_str(source, mode=black.Mode()) == source


def nested(code: Code, depth: int) -> str:
    """The statement inside of so many blocks."""
    for level in range(depth):
        code = Code(f"if v_{level}:\n{layout.indented(code)}")
    return code + "\n"


@given(simple, st.integers(0, 3), origins)
@example(f"v_a = v_b({'x' * 40}, {'y' * 40}=1)", 0, None)
@example(f"return ({'x' * 90},)", 1, None)
@example(f"v_a = {{{'x' * 40}: {'y' * 50}}}", 1, "orders.pf:3")
def test_a_laid_out_line_is_stable(line: str, depth: int, at: str | None) -> None:
    origin = comment(at) if at else None
    code = layout.line(Code(line), depth * 4, origin=origin)
    assert ast.dump(ast.parse(code)) == ast.dump(ast.parse(line))
    stable(nested(code, depth))


@given(simple, st.integers(0, 3), origins)
def test_a_formatted_statement_is_stable(line: str, depth: int, at: str | None) -> None:
    untidy = line.replace(", ", " ,").replace(" = ", "=")
    origin = comment(at) if at else None
    code = layout.statement(Code(untidy), depth * 4, origin=origin)
    assert ast.dump(ast.parse(code)) == ast.dump(ast.parse(untidy))
    stable(nested(code, depth))


@pytest.mark.parametrize(
    ("untidy", "tidy"),
    [
        ("x=1", "x = 1"),
        ("return (a)", "return a"),
        ("return not(a)", "return not (a)"),
        ("assert(a)", "assert a"),
        ("del (a)", "del a"),
        ("x = a  ** 2", "x = a**2"),
        ("x = 'a'", 'x = "a"'),
        ("f(a,)", "f(\n    a,\n)"),
        ("x[a :b]", "x[a:b]"),
        ("return(a, b)", "return (a, b)"),
        ("x = (yield)", "x = yield"),
        ("print(0XAB)", "print(0xAB)"),
    ],
)
def test_untidy_statements_become_tidy(untidy: str, tidy: str) -> None:
    assert layout.statement(Code(untidy)) == tidy


pieces = st.sampled_from(
    "a b.c f( g( ) [ ] , . = += : == - * ** + in not and or if else is lambda for await"
    ' return None 1 0x1 1.5 "s" \'s\' f"{a}" "it\'s" ('.replace(" ", "\0 \0").split(
        "\0"
    )
    # Blanks are pieces of their own.
)
jumbles = st.lists(pieces, min_size=1, max_size=12).map("".join)


@given(st.one_of(simple, jumbles, st.lists(jumbles, min_size=2).map(" ".join)))
@example("x[a] = (b)")
@example("return not (a)")
@example("x = f((a))")
@example("x: a | b = f(a)")
def test_what_counts_as_canonical_is(line: str) -> None:
    mode = black.Mode(line_length=100_000)
    if is_canonical(line) and parses(line):
        assert black.format_str(line, mode=mode) == line + "\n"
    head = f"if {line}:"
    if is_canonical_header(head) and parses(f"{head}\n    pass"):
        source = f"{head}\n    pass\n"
        assert black.format_str(source, mode=mode) == source


def parses(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


@pytest.mark.parametrize(
    "line",
    [
        "state.count += 1",
        "return f(a, b=c)",
        "x = a.b",
        'scenario.equal(await scenario.ask(A(), b), 4, at="counter.pf:40")',
        "return (UserCap.basic,)",
        "version = 1 if file is None else file.version + 1",
        "state.files[path] = File(path=path, version=-1)",
        'turn.performs(audit, f"{caller.name} wrote {path}")',
    ],
)
def test_common_statements_need_no_black(line: str) -> None:
    assert is_canonical(line)


@pytest.mark.parametrize(
    "line", ["if a.b is not None:", "for x in f(a):", "with turn.authority('x'):"]
)
def test_common_headers_need_no_black(line: str) -> None:
    assert is_canonical_header(line) is ("'" not in line)


@given(st.booleans(), names, parameters, type_annotations, st.integers(0, 2))
def test_function_headers_are_stable(
    is_async: bool, name: str, given_parameters: str, result: str, depth: int
) -> None:
    word = "async def" if is_async else "def"
    text = f"{word} {name}({given_parameters}) -> {result}:"
    head = layout.line(Code(text), depth * 4)
    code = layout.function_block(head, "", [Code("return 1")])
    stable(in_classes(code, depth))


@given(names, st.lists(type_annotations, min_size=1, max_size=4))
def test_class_headers_are_stable(name: str, bases: list[str]) -> None:
    head = layout.line(Code(f"class {name}({', '.join(bases)}, frozen=True):"))
    stable(layout.class_block(head, "", [Code("x = 1")]) + "\n")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["if", "for", "while", "with", "match", "try"]), expressions
        ),
        max_size=3,
    ),
    st.integers(0, 2),
)
def test_blocks_are_stable(heads: list[tuple[str, str]], depth: int) -> None:
    block = Block(depth * 4 + 4)
    block.add(Code("import os"))
    for word, expression in heads:
        fill_in(block, word, expression)
    with block.nest(Code("def f( ) ->int:")) as function:
        function.comment("nothing here")
    block.add(Code("x = 1"))
    with block.nest(Code("if x:")) as inner, inner.nest(Code("def g():")):
        pass
    code = layout.function_block(Code("def f():"), "", [block.code()])
    stable(in_classes(code, depth))


def in_classes(code: Code, depth: int) -> str:
    for _ in range(depth):
        code = layout.class_block(Code("class A:"), "", [code])
    return code + "\n"


def fill_in(block: Block, word: str, expression: str) -> None:
    if word == "match":
        with block.nest(Code(f"match {expression}:")) as inner:
            with inner.nest(Code("case v_A(v_b) | v_C():")) as case:
                case.add(Code("x=1"))
            with inner.nest(Code("case _:")):
                pass
    elif word == "try":
        with block.nest(Code("try:")) as inner:
            inner.add(Code(f"v_x = {expression}"))
        with block.nest(Code("except v_Error as error:")) as inner:
            inner.add(Code("raise"))
    elif word == "for":
        with block.nest(Code(f"for x in {expression}:")) as inner:
            fill_in(inner, "if", expression)
    else:
        with block.nest(Code(f"{word} ({expression}):")) as inner:
            inner.add(Code(f"f({expression})"))
        if word == "if":
            with block.nest(Code(f"elif({expression}):")) as inner:
                inner.add(Code("from a import b"))
                inner.add(Code("b( )"))
            with block.nest(Code("else:")):
                pass


sections = st.sampled_from(
    [
        "X = 1",
        "# About y\ny = 2",
        "class A:\n    x = 1",
        "def f() -> None:\n    return None",
        "@decorator\ndef g() -> None:\n    return None",
        "# About h\nasync def h() -> None:\n    return None",
    ]
)


@given(st.lists(sections, max_size=6), st.lists(sections, max_size=5), texts)
def test_modules_and_classes_are_stable(
    outer: list[str], inner: list[str], doc: str
) -> None:
    cls = layout.class_block(Code("class C:"), doc, [Code(part) for part in inner])
    text = layout.top_level([*(Code(part) for part in outer), cls])
    stable(f"import os\n\n\n{text}\n" if layout.is_definition(text) else text + "\n")


@pytest.mark.parametrize("depth", [1, 2])
def test_a_fence_is_formatted_as_it_stands(depth: int) -> None:
    text = 'x=f( 1,2 )\ns = """a\n  b"""\ndef inner():\n  return await_(x)\nreturn s'
    body = layout.fence(text, depth * 4)
    source = layout.function_block(Code("async def f() -> str:"), "", [body])
    for _ in range(depth - 1):
        source = layout.class_block(Code("class A:"), "", [source])
    stable(source + "\n")
    assert "a\n  b" in source


def test_a_fence_of_comments_is_a_body() -> None:
    assert layout.fence("# nothing to do", 4) == "# nothing to do\npass"


def test_wide_characters_count_double() -> None:
    assert fits("x" * 88, 0)
    assert not fits("漢" * 45, 0)


def test_plain_strings_are_refused() -> None:
    for use in (layout.line, layout.statement, layout.indented, layout.header):
        with pytest.raises(UnfilteredValue):
            use("x = 1")  # type: ignore[arg-type]  # the mistake under test


def test_the_width_of_narrow_characters_is_blacks() -> None:
    from black.strings import str_width

    for start, end in (
        (0xA0, 0x300),
        (0x2010, 0x2028),
        (0x2030, 0x205F),
        (0x2190, 0x219A),
    ):
        for point in range(start, end):
            text = f"a{chr(point)}b"
            assert breaking.width(text) == str_width(text), hex(point)
