"""Components, pages and APIs, typed."""

from __future__ import annotations

from pfc.ir import surface as u
from pfc.semantics.type_checker import TypeChecker
from pfc.semantics.world import Entity, ModuleInfo
from pfc.syntax.ast import web as w


class WebDeclarations:
    """Makes the typed web layer."""

    def __init__(self, checker: TypeChecker) -> None:
        self.checker = checker

    def component(self, entity: Entity) -> u.Component:
        raise NotImplementedError

    def page(self, entity: Entity) -> u.Page:
        raise NotImplementedError

    def api(self, node: w.Api, info: ModuleInfo) -> u.Api:
        raise NotImplementedError
