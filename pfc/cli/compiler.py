"""What the command line needs of the compiler."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

from pfc.diagnostics import Diagnostic

if TYPE_CHECKING:
    from pfc.incremental.packed import Result


class Compilation(Protocol):
    """The outcome of compiling: `files` is empty if there is any error."""

    @property
    def diagnostics(self) -> Sequence[Diagnostic]:
        """Everything that was found."""

    @property
    def files(self) -> Mapping[str, str]:
        """The generated files: path, with `/`, to text."""

    @property
    def ir(self) -> object:
        """The typed intermediate representation, if it was asked for."""


PythonSource: TypeAlias = Callable[[str], str | None]
"""The source of a linked Python module, or none."""

Compiler: TypeAlias = Callable[[Mapping[str, str], PythonSource], Compilation]


_RECENT: dict[str, Result] = {}
"""What was read of the cache: `--watch` needs most of it again."""


def load() -> Compiler:
    """The compiler by units: what is known from earlier runs is not compiled again.

    It has no `ir`. What compiles (lark, jinja2) is imported only if it has to.
    """
    from pfc.cache.folder import cache_folder
    from pfc.cache.store import Store
    from pfc.incremental import compile_project

    store = Store(cache_folder())
    return lambda texts, python: compile_project(texts, python, store, _RECENT)


def load_whole() -> Compiler:
    """The compiler of whole projects, imported only now: it brings lark and jinja2."""
    return cast(Compiler, import_module("pfc.driver").compile_sources)
