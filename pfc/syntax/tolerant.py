"""The tokens of a text that cannot be read: what no token begins with is told and replaced."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, cast

from lark import Lark, Token
from lark.utils import TextSlice

from pfc.diagnostics import Diagnostic, Edit, Fix, diagnostic
from pfc.frozen import dataclass
from pfc.span import Span
from pfc.syntax.grammar import words
from pfc.syntax.unclosed import end_of_string
from pfc.syntax.words import Disambiguate

Report = Callable[[Diagnostic], None]


@dataclass(frozen=True, slots=True)
class Item:
    """A token; `first` if it begins its line, which is indented by `indent`.

    Offsets are those of the piece of text. An item that was made up is `made`.
    """

    kind: str
    text: str
    start: int
    end: int
    first: bool
    indent: int
    made: bool = False


_SIGNS: Final = {
    "&&": ("AND", "and"),
    "||": ("OR", "or"),
    "&": ("AND", "and"),
    "!": ("NOT", "not"),
    "→": ("ARROW", "->"),
    "⇒": ("FAT_ARROW", "=>"),
    "≤": ("COMPARE", "<="),
    "≥": ("COMPARE", ">="),
    "≠": ("COMPARE", "!="),
    "\u00d7": ("STAR", "*"),
    "÷": ("SCALE", "/"),
    "\u2212": ("MINUS", "-"),
    "…": ("DOTS", ".."),
}
"""Signs of other languages and keyboards, and how they are written here."""

_SEMICOLON: Final = "a new line, or nothing, ends a statement"
_OTHER: Final[tuple[tuple[str, str], ...]] = (
    ("triple", r'"""(?:[^"\\]|\\.|"(?!""))*"""'),
    ("open_triple", r'"""[^\n]*'),
    ("prefixed", r'\b(?:[fFrRbBuU]|[rR][bB]|[bB][rR]|[fF][rR]|[rR][fF])"[^"\n]*"'),
    ("prefixed_single", r"\b(?:[fFrRbBuU])'[^'\n]*'"),
    ("single", r"'(?:[^'\\\n]|\\.)*'"),
    ("curly", '[“”„][^“”"\n]*[“”"]'),
    ("block_comment", r"/\*.*?(?:\*/|\Z)"),
    ("line_comment", r"//[^\n]*"),
    ("sign", r"&&|\|\||[&!→⇒≤≥≠÷…\u00d7\u2212](?!=)"),
    ("semicolon", r";+"),
    ("space", "[\u00a0\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]+"),
)
_FOREIGN: Final = re.compile(
    "|".join(f"(?P<{name}>{pattern})" for name, pattern in _OTHER), re.DOTALL
)


class Tolerant:
    """Reads the tokens of one piece of a file, which stands at `base` of `path`."""

    def __init__(
        self, parser: Lark, path: str, base: int, text: str, report: Report
    ) -> None:
        self._lexer = cast("Any", parser.parser).lexer.lexer
        self._path, self._base, self._text = path, base, text
        self._slice = TextSlice(text, 0, len(text))
        self._report = report
        self.comments: list[tuple[int, int, str]] = []
        """Start, end and text of each comment that was passed."""
        self.slips: list[tuple[int, int]] = []
        """Start and end of what is no token, and of lines with a string never closed."""

    def items(self) -> list[Item]:
        """All tokens, and an end."""
        process = Disambiguate(words()).process(self._tokens())
        items = [self._item(token) for token in process]
        end = items[-1].end if items else 0
        return [*items, Item("$END", "", end, end, False, 0)]

    def _item(self, token: Token) -> Item:
        start = cast("int", token.start_pos)
        line = self._text.rfind("\n", 0, start) + 1
        before = self._text[line:start]
        indent = len(before) - len(before.lstrip())
        end = cast("int", token.end_pos)
        return Item(token.type, str(token), start, end, not before.strip(), indent)

    def _tokens(self) -> Iterator[Token]:
        at = 0
        while at < len(self._text):
            other = self._foreign(at)
            if other is not None:
                tokens, at = other
                yield from tokens
                continue
            value, kind = self._lexer.scanner.match(self._slice, at)
            if kind == "COMMENT":
                text = value.rstrip("\r")
                self.comments.append((at, at + len(text), text))
            elif kind not in self._lexer.ignore_types:
                token = _token(kind, value, at, at + len(value))
                called = self._lexer.callback.get(kind)
                yield token if called is None else called(token)
            at += len(value)

    # ------------------------------------------------------------ what is no token
    def _foreign(self, at: int) -> tuple[list[Token], int] | None:
        """The tokens that stand for what is no token here, and where it ends."""
        match = _FOREIGN.match(self._text, at)
        if match is not None and not self._within_word(at):
            return self._known(match.lastgroup or "", match.group(), at)
        if self._lexer.scanner.match(self._slice, at) is not None:
            return None
        char = self._text[at]
        if char == '"':
            return self._open_string(at)
        if self._text.startswith("```", at):
            return self._open_fence(at)
        return self._unknown(at)

    def _unknown(self, at: int) -> tuple[list[Token], int]:
        """A run of characters with which no token begins."""
        end = at + 1
        while end < len(self._text) and not self._begins(end):
            end += 1
        char = self._text[at]
        shown = f"`{self._text[at:end][:20]}`" if char.isprintable() else _shown(char)
        self.slips.append((at, end))
        self._report(diagnostic("PF105", self._span(at, end), character=shown))
        return [], end

    def _begins(self, at: int) -> bool:
        """Whether a token, or something else that is known, begins here."""
        known = self._text[at] in '"`' or _FOREIGN.match(self._text, at) is not None
        return known or self._lexer.scanner.match(self._slice, at) is not None

    def _within_word(self, at: int) -> bool:
        before = self._text[at - 1 : at]
        return self._text[at].isalpha() and (before.isalnum() or before in ("_", "`"))

    def _known(self, kind: str, found: str, at: int) -> tuple[list[Token], int] | None:
        end = at + len(found)
        if kind == "block_comment":
            whole = found.removeprefix("/*").removesuffix("*/").strip("*\n ")
            lines = [f"# {line.strip(' *')}".rstrip() for line in whole.split("\n")]
            behind = self._text[end:].partition("\n")[0].strip()
            repair = None if behind or not found.endswith("*/") else "\n".join(lines)
            self._other(at, at + 2, "a comment begins with `#`", (at, end), repair)
            return [], end
        if kind == "line_comment":
            return self._slashes(found, at)
        if kind == "sign":
            type_, text = _SIGNS[found]
            spaced = f"{text} " if found == "!" else text
            self._other(at, end, f"write `{text}`", (at, end), spaced)
            return [_token(type_, text, at, end)], end
        if kind == "semicolon":
            self._other(at, end, _SEMICOLON, (at, end), "")
            return [], end
        if kind == "space":
            span = self._span(at, end)
            fix = Fix("write a space", (Edit(span, " "),), True)
            note = "only spaces, tabs and new lines stand between words"
            shown = _shown(found)
            self._report(
                diagnostic("PF105", span, notes=[note], fixes=[fix], character=shown)
            )
            return [], end
        return self._string(kind, found, at, end)

    def _slashes(self, found: str, at: int) -> tuple[list[Token], int]:
        """`//`: a comment where a line, a block or a list goes on, else a division."""
        before = self._text[self._text.rfind("\n", 0, at) + 1 : at].rstrip()
        spot = (at, at + 2)
        if not before or before[-1] in "{},":
            told = "a comment begins with `#`"
            self._other(*spot, told, spot, "#")
            return [], at + len(found)
        self._other(*spot, "`/` divides, and the whole part is `a.quotient(b)`")
        return [_token("SCALE", "/", *spot)], at + 2

    def _string(
        self, kind: str, found: str, at: int, end: int
    ) -> tuple[list[Token], int]:
        """A string as other languages write it."""
        why = 'a string stands in double quotes: `"text"`'
        if kind == "triple":
            inner = found[3:-3]
            repair = None if "\n" in inner or '"' in inner else f'"{inner}"'
            why = "a string stands in one line; write `\\n` for a new one"
            self._other(at, at + 3, why, (at, end), repair)
            return [_token("STRING", '""', at, end)], end
        if kind == "open_triple":
            self._other(at, at + 3, "a string stands in one line")
            return [_token("STRING", '""', at, end)], end
        prefix = found[: re.search("[\"'“„”]", found).start()]  # type: ignore[union-attr]  # it has one
        inner = found[len(prefix) + 1 : -1].replace("\\'", "'")
        if kind == "prefixed":
            why = "every string fills in `{…}` by itself; none has a letter before it"
        raw = "r" in prefix.lower()
        odd = '"' in inner or (raw and "\\" in inner) or "b" in prefix.lower()
        odd = odd or (kind != "curly" and not prefix and ("{" in inner or "}" in inner))
        repair = None if odd else f'"{inner}"'
        shown = len(prefix) if kind == "prefixed" else len(found)
        self._other(at, at + shown, why, (at, end), repair)
        return [_token("STRING", '""', at, end)], end

    def _open_string(self, at: int) -> tuple[list[Token], int]:
        end = end_of_string(self._text, at)
        where = self._span(end, end)
        fix = Fix('close it with `"`', (Edit(where, '"'),))
        shown = max(end, at + 1)
        stop = self._text.find("\n", at)
        line = self._text.rfind("\n", 0, at) + 1
        self.slips.append((line, len(self._text) if stop < 0 else stop))
        self._report(diagnostic("PF102", self._span(at, shown), fixes=[fix]))
        return [_token("STRING", '""', at, shown)], shown

    def _open_fence(self, at: int) -> tuple[list[Token], int]:
        end = len(self._text)
        opening = re.match(r"```py[ \t]*\r?\n", self._text[at:])
        closing = self._text.find("```", at + 3)
        line = self._text.find("\n", at)
        self.slips.append((at, end))
        if opening is None and 0 < line < closing:
            what = self._text[at : line if line > 0 else end].strip()[:20]
            self._other(
                at,
                at + max(3, len(what)),
                "a Python fence is opened by ```` ```py ```` at the end of a line",
            )
            end = closing + 3
        else:
            self._report(diagnostic("PF103", self._span(at, at + 3)))
        return [_token("FENCE", "```py\n```", at, end)], end

    # ------------------------------------------------------------ telling
    def _span(self, start: int, end: int) -> Span:
        return Span(self._path, self._base + start, self._base + end)

    def _other(
        self,
        start: int,
        end: int,
        instead: str,
        edited: tuple[int, int] | None = None,
        text: str | None = None,
    ) -> None:
        """Something that other languages have; `text` is put in place of `edited`."""
        fixes = []
        if edited is not None and text is not None:
            edit = Edit(self._span(*edited), text)
            gone = _shown(self._text[slice(*edited)])
            title = f"write `{text.strip()}`" if text.strip() else f"remove {gone}"
            fixes.append(Fix(title if "\n" not in text else "write `#`", (edit,), True))
        found = _shown(self._text[start:end])
        span = self._span(start, end)
        self._report(
            diagnostic("PF111", span, fixes=fixes, found=found, instead=instead)
        )


def _shown(text: str) -> str:
    if not text.isprintable() or not text.strip():
        return "U+" + " U+".join(f"{ord(char):04X}" for char in text[:3])
    if "`" in text:
        return text
    return f"`{text}`" if len(text) <= 30 else f"`{text[:27]}…`"


def _token(kind: str, text: str, start: int, end: int) -> Token:
    return Token(kind, text, start_pos=start, end_pos=end)
