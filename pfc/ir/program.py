"""A whole program: its modules, and every declaration by its id."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Union

from pfc.ir import declarations as d
from pfc.ir import durable as l
from pfc.ir import scenarios
from pfc.ir import surface as s
from pfc.ir.types import DeclId

Declaration = Union[
    d.Refined,
    d.Record,
    d.UnionDecl,
    d.Function,
    d.Config,
    d.Interface,
    d.Family,
    d.Context,
    d.Principal,
    d.Failure,
    d.Intent,
    d.Effect,
    d.Event,
    d.Reactor,
    l.Table,
    l.Stream,
    l.Calendar,
    l.Schedule,
    l.Plugin,
    s.Component,
    s.Page,
    s.App,
]


@dataclass(slots=True)
class Module:
    """One file, typed; declarations in the order of the source.

    `imports`: module name → ids used from there are found in `Program.by_id`.
    """

    name: str
    path: str
    doc: str | None
    source: str
    declarations: list[Declaration] = field(default_factory=list)
    apis: list[s.Api] = field(default_factory=list)
    tests: list[scenarios.Test] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Program:
    """Everything that one build sees.

    A workflow is in `workflows`; by its id stands the intent that starts it.
    """

    modules: dict[str, Module] = field(default_factory=dict)
    by_id: dict[DeclId, Declaration] = field(default_factory=dict)
    handler_of: dict[DeclId, tuple[DeclId, d.Handler]] = field(default_factory=dict)
    workflows: dict[DeclId, l.Workflow] = field(default_factory=dict)

    def module_of(self, id_: DeclId) -> Module:
        """The module that declares `id_`."""
        return self.modules[id_.rpartition(".")[0]]
