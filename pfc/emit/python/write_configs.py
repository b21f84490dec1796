"""`configs.py`: what is set from outside, with its defaults."""

from __future__ import annotations

from collections.abc import Iterable

from pfc.emit import views
from pfc.emit.block import Block
from pfc.emit.code import Code, join, splice
from pfc.emit.python.checks import Checks
from pfc.emit.python.fields import class_fields
from pfc.emit.python.file import File
from pfc.ir import declarations as d
from pfc.ir.program import Declaration


def write_configs(file: File, declarations: Iterable[Declaration]) -> None:
    """All configurations."""
    for each in declarations:
        if isinstance(each, d.Config):
            with file.declaring(each.span):
                _config(file, each)


def _config(file: File, config: d.Config) -> None:
    names = file.names.fields(config.id)
    checks = Block(8, origin=file.out.origin)
    Checks(file, "self", checks).fields(config.fields, names)
    file.out.add(
        views.ConfigClass(
            file.names.of(config.id).name,
            config.doc or "",
            config.id,
            class_fields(file, config.fields, names),
            checks.lines(),
            _secrets(file, config),
        )
    )


def _secrets(file: File, config: d.Config) -> tuple[views.Variable, ...]:
    names = file.names.fields(config.id)
    secret = [str(names[field.name]) for field in config.fields if field.secret]
    if not secret:
        return ()
    listed = join(", ", [file.out.literal(name) for name in secret])
    annotation = splice("{}[frozenset[str]]", file.py.typing("ClassVar"))
    value = splice("frozenset({{{}}})", listed)
    return (views.Variable(Code("secrets"), annotation, value),)
