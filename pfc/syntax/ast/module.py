"""One file: its declarations in order, and its comments."""

from __future__ import annotations

from typing import Union

from pfc.span import Span
from pfc.syntax.ast import (
    apps,
    authority,
    data,
    intents,
    reactors,
    streams,
    tables,
    tests,
    time,
    web,
)
from pfc.syntax.ast.base import node

Declaration = Union[
    data.ModuleDecl,
    data.Import,
    data.FromImport,
    data.TypeAlias,
    data.Record,
    data.UnionDecl,
    data.Function,
    data.Config,
    data.Interface,
    authority.Capability,
    authority.Context,
    authority.Principal,
    intents.Intent,
    intents.IntentGroup,
    intents.Effect,
    intents.Event,
    reactors.Reactor,
    tables.Table,
    streams.Stream,
    time.Calendar,
    time.Schedule,
    time.Workflow,
    web.Component,
    web.Page,
    web.Api,
    apps.Plugin,
    apps.App,
    tests.Test,
]


@node
class Comment:
    """`text` includes the sign; a doc comment begins with `##`."""

    span: Span
    text: str


@node
class Module:
    """A parsed file; `doc` is the `##` comment before its first declaration.

    `broken` are the names that declarations with a mistake would declare: what they are
    is not known.
    """

    path: str
    declarations: tuple[Declaration, ...]
    comments: tuple[Comment, ...]
    doc: str | None
    broken: tuple[str, ...] = ()
