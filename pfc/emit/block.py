"""`Block`: a function body under construction, laid out while it grows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from pfc.emit import layout
from pfc.emit.breaking import STEP
from pfc.emit.code import Code, checked
from pfc.emit.prose import comment

_CONTINUED: Final = ("else:", "elif ", "except ", "finally:")
_WITHOUT_CODE: Final = frozenset(("else:", "try:", "finally:"))


class Block:
    """Statements of one block; nested blocks are opened with `nest`.

    `indent` is the column at which the first level will stand in the file; the lines
    are relative to it. Blank lines follow black: one after a run of imports, one
    around nested functions. Module level is not a block: see `layout.top_level`.

    An origin is the source map's comment at the end of a statement; `origin` is that
    of the definition whose body this is. A statement that has the same origin as the
    one around it goes without.
    """

    def __init__(
        self,
        indent: int,
        *,
        opened_by_definition: bool = True,
        origin: Code | None = None,
    ) -> None:
        self.indent = indent
        self.origin = origin
        self._around = origin
        self._opened = origin
        self._opened_by_definition = opened_by_definition
        self._rows: list[Code] = []
        self._after_import = False
        self._after_definition = False

    def add(self, code: Code, *, origin: Code | None = None) -> None:
        """A simple statement, in any style; an empty `origin` is none at all."""
        chosen = self._shown(origin, self._around)
        self._put(layout.statement(code, self.indent, origin=chosen))

    def add_line(self, code: Code, *, origin: Code | None = None) -> None:
        """A statement on one line that is already written as black would."""
        chosen = self._shown(origin, self._around)
        self._put(layout.line(code, self.indent, origin=chosen))

    def _shown(self, origin: Code | None, around: Code | None) -> Code | None:
        chosen = self.origin if origin is None else origin
        return None if chosen == around else chosen

    @contextmanager
    def at(self, origin: Code) -> Iterator[None]:
        """The origin of the statements that are added meanwhile."""
        before, self.origin = self.origin, origin
        try:
            yield
        finally:
            self.origin = before

    def add_fence(self, text: str) -> None:
        """Embedded Python; the block must be the whole body of a function."""
        self._put(layout.fence(text, self.indent))

    def comment(self, text: str) -> None:
        """A comment line."""
        self._put(comment(text))

    @contextmanager
    def nest(self, head: Code, *, origin: Code | None = None) -> Iterator[Block]:
        """A compound statement: `with block.nest(splice("if {}:", test)) as inner:`.

        An empty inner block becomes `pass`.
        """
        definition = layout.is_definition(head)
        around = self._opened if head.startswith(_CONTINUED) else self._around
        shown = None
        if head not in _WITHOUT_CODE:
            shown = self._shown(origin, around)
        inner = Block(
            self.indent + STEP,
            opened_by_definition=definition,
            origin=shown or around,
        )
        if not head.startswith(_CONTINUED):
            self._opened = inner.origin
        yield inner
        laid_out = layout.header(head, self.indent, origin=shown)
        body = layout.indented(inner.code())
        if definition and (self._rows or not self._opened_by_definition):
            self._blank()
        self._put(Code(f"{laid_out}\n{body}"))
        self._after_definition = definition

    def _put(self, code: Code) -> None:
        is_import = code.startswith(("import ", "from "))
        if self._after_definition or (self._after_import and not is_import):
            self._blank()
        self._rows.append(checked(code))
        self._after_import = is_import
        self._after_definition = False

    def _blank(self) -> None:
        if not self._rows or self._rows[-1]:
            self._rows.append(Code(""))
        self._after_definition = False
        self._after_import = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was added."""
        return not self._rows

    def lines(self) -> tuple[Code, ...]:
        """The statements so far, for a view; empty if nothing was added."""
        return tuple(self._rows)

    def code(self) -> Code:
        """The statements as one text; `pass` if there are none but comments."""
        rows = list(self._rows)
        if all(row.startswith("#") for row in rows):
            rows.append(Code("pass"))
        return Code("\n".join(rows))
