"""`Block`: a function body under construction, laid out while it grows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pfc.emit import layout
from pfc.emit.code import Code, checked
from pfc.emit.prose import comment


class Block:
    """Statements of one block; nested blocks are opened with `nest`.

    `indent` is the column at which the first level will stand in the file; the lines
    are relative to it. Blank lines follow black: one after a run of imports, one
    around nested functions. Module level is not a block: see `layout.top_level`.
    """

    def __init__(self, indent: int, *, opened_by_definition: bool = True) -> None:
        self.indent = indent
        self._opened_by_definition = opened_by_definition
        self._rows: list[Code] = []
        self._after_import = False
        self._after_definition = False

    def add(self, code: Code, *, origin: Code | None = None) -> None:
        """A simple statement, in any style."""
        self._put(layout.statement(code, self.indent, origin=origin))

    def add_line(self, code: Code, *, origin: Code | None = None) -> None:
        """A statement on one line that is already written as black would."""
        self._put(layout.line(code, self.indent, origin=origin))

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
        inner = Block(self.indent + layout.STEP, opened_by_definition=definition)
        yield inner
        laid_out = layout.header(head, self.indent, origin=origin)
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
