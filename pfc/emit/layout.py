"""Laying out Python so that black leaves it as it is, mostly without asking black.

A line that fits in 88 columns stays; a longer one whose last bracket can be opened
gets one item a line with a trailing comma; only the rest goes through black, once.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pfc.emit.breaking import LINE_LENGTH, STEP, broken, fits
from pfc.emit.canonical import is_canonical, is_canonical_body, is_canonical_header
from pfc.emit.code import Code, checked
from pfc.emit.prose import docstring
from pfc.emit.scanning import lines_inside_strings

if TYPE_CHECKING:
    from black.mode import Mode

_KEYWORD: Final = re.compile(r"[a-z]+\b")


def line(code: Code, indent: int = 0, *, origin: Code | None = None) -> Code:
    """Lay out one logical line that is written as black would if it fitted.

    `indent` is where it will stand; the result is relative to it. `origin` is a
    comment that ends the line.
    """
    return _lay_out(checked(code), indent, f"  {checked(origin)}" if origin else "")


def statement(code: Code, indent: int = 0, *, origin: Code | None = None) -> Code:
    """Lay out a simple statement written in any style: one logical line, or several.

    Common short forms are recognised; the rest is formatted by black.
    """
    text = checked(code)
    ending = f"  {checked(origin)}" if origin else ""
    if is_canonical(text):
        return _lay_out(text, indent, ending)
    return _black(text + ending, indent)


def header(code: Code, indent: int = 0, *, origin: Code | None = None) -> Code:
    """Lay out the first line of a block: `if x:`, `else:`, `case A():`, `def f():`."""
    ending = f"  {checked(origin)}" if origin else ""
    text = checked(code)
    if fits(text + ending, indent) and is_canonical_header(text):
        return Code(text + ending)
    return _black_header(text, indent, ending)


@lru_cache(maxsize=4_096)
def _black_header(text: str, indent: int, ending: str) -> Code:
    before, step, after = _context(text)
    margin = " " * step
    rest = "".join(f"{margin}{row}\n" for row in after)
    rows = _black(f"{before}{margin}{text}{ending}\n{rest}", indent - step).split("\n")
    kept = rows[before.count("\n") : -len(after)]
    return Code("\n".join(row[step:] for row in kept))


def _context(text: str) -> tuple[str, int, tuple[str, ...]]:
    """What makes a header a statement: lines before, its indentation, lines after."""
    keyword = _KEYWORD.match(text)
    word = keyword[0] if keyword else ""
    if word in ("elif", "else"):
        return "if _:\n    pass\n", 0, ("    pass",)
    if word in ("except", "finally"):
        return "try:\n    pass\n", 0, ("    pass",)
    if word == "try":
        return "", 0, ("    pass", "finally:", "    pass")
    if word == "case":
        return "match _:\n", STEP, ("    pass",)
    if word == "match":
        return "", 0, ("    case _:", "        pass")
    return "", 0, ("    pass",)


def _lay_out(code: str, indent: int, ending: str) -> Code:
    if fits(code + ending, indent):
        return Code(code + ending)
    opened = broken(code, indent, ending) if "\n" not in code else None
    if opened is not None:
        return Code(opened)
    if code.endswith(":"):
        return _black_header(code, indent, ending)
    return _black(code + ending, indent)


def _mode(line_length: int) -> Mode:
    from black.mode import Mode, TargetVersion

    return Mode(target_versions={TargetVersion.PY311}, line_length=max(line_length, 1))


@lru_cache(maxsize=16_384)
def _black(text: str, indent: int) -> Code:
    """The statement as black writes it at this indentation, relative to it."""
    import black

    mode = _mode(LINE_LENGTH - indent)
    result = black.format_str(text, mode=mode)
    if "\n" in result.rstrip("\n"):
        # Black needs a second pass for some right-hand sides and comments.
        result = black.format_str(result, mode=mode)
    return Code(result.rstrip("\n"))


def indented(code: Code, by: int = STEP) -> Code:
    """The lines of whole statements, indented; the inside of strings is left alone."""
    text = checked(code)
    margin = " " * by
    inside = lines_inside_strings(text)
    return Code(
        "\n".join(
            margin + row if row and number not in inside else row
            for number, row in enumerate(text.split("\n"), 1)
        )
    )


def fence(text: str, indent: int) -> Code:
    """Embedded Python as the body of a function whose body stands at `indent`.

    The text is valid and not indented. Raises black.InvalidInput if it is not.
    """
    plain = text.strip("\n")
    if is_canonical_body(plain.split("\n"), LINE_LENGTH - indent):
        return Code(plain)
    import black

    body = text.strip("\n") if ast.parse(text).body else f"{text}\npass".strip("\n")
    wrapped = "async def _():\n" + indented(Code(body))
    mode = _mode(LINE_LENGTH - indent + STEP)
    rows = black.format_str(wrapped, mode=mode).rstrip("\n").split("\n")[1:]
    inside = lines_inside_strings("\n".join(["if _:", *rows]))
    return Code(
        "\n".join(
            row if number in inside else row[STEP:]
            for number, row in enumerate(rows, 2)
        )
    )


def is_definition(code: str) -> bool:
    """Whether the code begins (after comments) with a class or function."""
    for row in code.split("\n"):
        if not row.startswith("#"):
            return row.startswith(("class ", "def ", "async def ", "@"))
    return False


def spaced(parts: Sequence[Code], lines: int) -> Code:
    """Parts with `lines` blank lines around definitions and one between others."""
    stripped = [Code(checked(part).strip("\n")) for part in parts]
    kept = [part for part in stripped if part]
    rows: list[str] = []
    for number, part in enumerate(kept):
        if number:
            near = is_definition(part) or is_definition(kept[number - 1])
            rows.append("\n" * ((lines if near else 1) + 1))
        rows.append(part)
    return Code("".join(rows))


def top_level(sections: Sequence[Code]) -> Code:
    """The body of a module: two blank lines around definitions."""
    return spaced(sections, 2)


def class_block(head: Code, doc: str, members: Sequence[Code]) -> Code:
    """A class: laid-out header, docstring, members with one blank line between.

    Lines that belong together (fields) are one member.
    """
    text = Code(docstring(doc)) if doc.strip() else Code("")
    body = spaced([text, *members], 1) or Code("pass")
    return _under(head, body)


def function_block(head: Code, doc: str, body: Sequence[Code]) -> Code:
    """A function: laid-out header, docstring, body lines; `pass` if there are none."""
    rows = [Code(checked(row).strip("\n")) for row in body]
    if doc.strip():
        if rows and is_definition(rows[0]):
            rows.insert(0, Code(""))
        rows.insert(0, docstring(doc))
    text = Code("\n".join(rows) or "pass")
    return _under(head, text)


def _under(head: Code, body: Code) -> Code:
    stripped = checked(head).strip("\n")
    return Code(f"{stripped}\n{indented(body)}")
