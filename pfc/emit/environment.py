"""The Jinja environment: templates hold text, and only Code reaches the output."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final

import jinja2
from jinja2.bccache import FileSystemBytecodeCache

from pfc.cache.folder import cache_folder
from pfc.cache.store import Store
from pfc.emit import layout, literals, prose
from pfc.emit.code import Code, UnfilteredValue, checked, join
from pfc.resources import resource_folder

_FILTERS: Final[dict[str, Callable[..., Code]]] = {
    "string": literals.string,
    "bytes": literals.bytes_literal,
    "integer": literals.integer,
    "boolean": literals.boolean,
    "floating": literals.floating,
    "docstring": prose.docstring,
    "comment": prose.comment,
    "comments": prose.comments,
    "line": layout.line,
    "indented": layout.indented,
}


def _commas(parts: Iterable[Code]) -> Code:
    return join(", ", parts)


def _lines(parts: Iterable[Code]) -> Code:
    return join("\n", parts)


def _each(items: Iterable[object], macro: Callable[[object], Code]) -> list[Code]:
    """What a macro makes of each item, without line breaks around."""
    return [Code(checked(macro(item)).strip("\n")) for item in items]


def _tuple(parts: Iterable[Code]) -> Code:
    """A tuple display, with the comma that a single element needs."""
    items = list(parts)
    return Code(f"({join(', ', items)}{',' if len(items) == 1 else ''})")


def _finalize(value: object) -> Code:
    if isinstance(value, jinja2.Undefined):
        str(value)  # StrictUndefined raises with the name of the variable.
    return checked(value)


class _Environment(jinja2.Environment):
    """What a macro or a `set` block renders is Code: it was finalized already."""

    concat = staticmethod(lambda parts: Code("".join(parts)))


def make_environment(
    loader: jinja2.BaseLoader, cache: jinja2.BytecodeCache | None = None
) -> jinja2.Environment:
    """An environment with our filters only; anything else cannot be put out."""
    environment = _Environment(
        loader=loader,
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        newline_sequence="\n",
        bytecode_cache=cache,
        auto_reload=False,
    )
    environment.filters = {
        **_FILTERS,
        "commas": _commas,
        "lines": _lines,
        "tuple": _tuple,
    }
    environment.globals = {
        "class_block": layout.class_block,
        "function_block": layout.function_block,
        "each": _each,
        "top_level": layout.top_level,
    }
    return environment


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """The environment over the `templates` folder, compiled templates cached."""
    folder = resource_folder("templates")
    return make_environment(jinja2.FileSystemLoader(folder), _bytecode_cache())


def render(template: str, /, **values: object) -> Code:
    """Render a template of the `templates` folder.

    Raises UnfilteredValue, with template and line, for a value that is not Code.
    """
    return render_with(environment(), template, **values)


def render_with(env: jinja2.Environment, template: str, /, **values: object) -> Code:
    """Render a template of any environment made here; see `render`."""
    try:
        return Code(env.get_template(template).render(**values))
    except UnfilteredValue as error:
        where = _where(error, env)
        if where is None:
            raise
        raise UnfilteredValue(error.value, where) from None


def _where(error: BaseException, env: jinja2.Environment) -> str | None:
    """The innermost template line on the way to the error."""
    where: str | None = None
    trace = error.__traceback__
    while trace is not None:
        # Jinja replaces the frames of templates by ones with their file and line.
        if "__jinja_exception__" in trace.tb_frame.f_globals:
            where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        trace = trace.tb_next
    return where


def _bytecode_cache() -> jinja2.BytecodeCache | None:
    """A cache in the user's cache folder, never in the project.

    It holds code, so none is used that another user could have written.
    """
    base = cache_folder()
    if base is None or not Store(base).is_usable:
        return None
    folder = Path(base, "jinja", _cache_key())
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return None
    return FileSystemBytecodeCache(str(folder)) if os.access(folder, os.W_OK) else None


def _cache_key() -> str:
    """Compiled templates hold results of filters, so these are part of the key."""
    digest = hashlib.sha256(f"{jinja2.__version__}\0{sys.version}".encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
