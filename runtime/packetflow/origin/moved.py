"""Compiling generated code with the file name and the positions of its source."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from types import CodeType
from typing import Final

from packetflow.origin.anchors import Anchors, Place
from packetflow.origin.fences import Differs, move_fence
from packetflow.origin.source_map import Block, Mapped, Origin, blocks, mapped
from packetflow.origin.sources import PfFile

_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINITIONS: Final = (*_FUNCTIONS, ast.ClassDef)
_BLOCKS: Final = (ast.stmt, ast.excepthandler, ast.match_case)


def compile_moved(text: str, source: PfFile, *, by_statement: bool = False) -> CodeType:
    """The code of a generated file, as if it stood in its source.

    Parts of a statement have places of their own; with `by_statement` they all have the
    line in which their statement begins, as coverage wants it.
    """
    tree = ast.parse(text)
    Mover(source, by_statement=by_statement).move(tree, text.split("\n"))
    return compile(tree, source.file, "exec", dont_inherit=True)


@dataclass(frozen=True)
class Statement:
    """Where a statement stands: its lines in the generated file, its line in the source."""

    first: int
    last: int
    line: int


def statements(text: str, source: PfFile) -> list[Statement]:
    """The statements of a generated file that its source has, those around others first.

    Statements of embedded Python have lines of their own.
    """
    tree = ast.parse(text)
    lines = {each.node: each.lines for each in mapped(tree, text.split("\n"))}
    mover = Mover(source, by_statement=True)
    mover.move(tree, text.split("\n"))
    return [Statement(*lines[node], line) for node, line in mover.lines.items()]


class Mover:
    """Moves the nodes of one generated file; `lines` says where statements came to."""

    def __init__(self, source: PfFile, *, by_statement: bool) -> None:
        self._source = source
        self._by_statement = by_statement
        self.lines: dict[Block, int] = {}

    def move(self, tree: ast.Module, lines: list[str]) -> None:
        """Gives every node of a tree a place in the source."""
        fenced: set[ast.AST] = set()
        for each in mapped(tree, lines):
            if each.node in fenced:
                continue
            origin = each.origin
            if origin is None or origin.path != self._source.name:
                self._put_all(each.node, self._whole(1))
                continue
            self._move(each, origin)
            if origin.code is not None and isinstance(each.node, _FUNCTIONS):
                fenced.update(self._fence(each.node, origin.code))

    def _move(self, each: Mapped, origin: Origin) -> None:
        node, line = each.node, origin.line
        whole = self._whole(line)
        self.lines[node] = line
        if self._by_statement or isinstance(node, _DEFINITIONS):
            self._put_all(node, whole)
            return
        is_header = bool(blocks(node))
        anchors = Anchors(self._source, line, is_header=is_header)
        found: Place | None = None
        for part in _parts(node):
            place = anchors.find(part)
            if place is not None and place.line != line:
                # A breakpoint on the line has to be reached.
                anchors.places.pop(part, None)
            elif place is not None:
                found = place if found is None else found.to(place)
        if found is None or found.end_line != line or is_header:
            found = whole
        self._put(node, found)
        for part in _parts(node):
            self._put_found(part, found, anchors)

    def _fence(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, code: tuple[int, int]
    ) -> set[ast.AST]:
        """The nodes of embedded Python, which need no other place."""
        try:
            body = move_fence(self._source, code, node)
        except Differs:
            return set()
        inside = {inner for top in body for inner in ast.walk(top)}
        for inner in inside:
            if isinstance(inner, ast.stmt | ast.excepthandler):
                self.lines[inner] = inner.lineno
        return inside

    def _whole(self, line: int) -> Place:
        """A line without its indentation and comment."""
        text = self._source.line(line)
        start = len(text) - len(text.lstrip())
        return Place(line, start, line, max(start, len(text.rstrip())))

    def _put(self, node: ast.AST, place: Place) -> None:
        if "lineno" in node._attributes:
            for name, value in (
                ("lineno", place.line),
                ("end_lineno", place.end_line),
                ("col_offset", self._bytes(place.line, place.column)),
                ("end_col_offset", self._bytes(place.end_line, place.end_column)),
            ):
                setattr(node, name, value)

    def _put_found(self, node: ast.AST, around: Place, anchors: Anchors) -> None:
        place = anchors.places.get(node, around)
        self._put(node, place)
        for child in ast.iter_child_nodes(node):
            self._put_found(child, place, anchors)

    def _put_all(self, node: ast.AST, place: Place) -> None:
        self._put(node, place)
        for part in _parts(node):
            for inner in ast.walk(part):
                self._put(inner, place)

    def _bytes(self, line: int, column: int) -> int:
        text = self._source.line(line)
        return column if text.isascii() else len(text[:column].encode())


def _parts(node: ast.AST) -> list[ast.AST]:
    """What belongs to a statement itself, without the blocks in it."""
    return [
        child for child in ast.iter_child_nodes(node) if not isinstance(child, _BLOCKS)
    ]
