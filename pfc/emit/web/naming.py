"""Names that the web layer makes: functions of components and pages, tables, forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pfc.emit.code import Code
from pfc.emit.names import LOCAL, Namer, constant_case, identifier, snake_case
from pfc.emit.python.naming import Place
from pfc.emit.python.scope import RUNTIME_NAMES
from pfc.emit.python.seeing import Views
from pfc.ir import surface as u
from pfc.ir.program import Module
from pfc.ir.types import DeclId
from pfc.semantics.web_rules import nodes_in
from pfc.semantics.web_shown import Expander, Part, Shown, elements, fields_in

HELPERS: Final = frozenset(
    "attribute class_names href identifier text uuid4".split() + RUNTIME_NAMES
)
"""What generated functions call by an imported name, which no local name may hide."""


_GIVEN: Final = frozenset({"caller", "out", "page", "view"})
"""What generated functions are given."""


@dataclass(frozen=True)
class FormName:
    """A form of a page or component: its constant, its name in the app, its inputs."""

    constant: Place
    name: str
    sends: u.Sends
    inputs: tuple[str, ...]


class WebNames:
    """Decides names once for a whole program, after those of the declarations."""

    def __init__(self, views: Views) -> None:
        self.program = views.program
        self._views = views
        self._places: dict[tuple[str, DeclId], Place] = {}
        self._apis: dict[int, Place] = {}
        self._forms: dict[int, FormName] = {}
        self._of_owner: dict[DeclId, list[FormName]] = {}
        self._parameters: dict[DeclId, dict[str, Code]] = {}
        self._reserved: dict[str, frozenset[str]] = {}
        inputs = self._inputs()
        for _, module in sorted(self.program.modules.items()):
            for declaration in module.declarations:
                if isinstance(declaration, u.Page | u.Component):
                    self._name(module, declaration, inputs)
            for api in module.apis:
                fresh = views.modules[module.name].fresh("API")
                self._apis[id(api)] = Place(module.name, "api", fresh)

    def _name(
        self, module: Module, owner: u.Page | u.Component, inputs: dict[int, list[str]]
    ) -> None:
        fresh = self._views.modules[module.name].fresh
        constant, function = constant_case(owner.name), snake_case(owner.name)
        is_page = isinstance(owner, u.Page)
        if function in HELPERS | _GIVEN or function.startswith("slot"):
            function += "_page" if is_page else "_component"
        file = "pages" if is_page else "components"
        made = {"function": function, "forms": f"{constant}_FORMS"}
        if is_page:
            made = {"function": function, "table": constant}
        for kind, name in made.items():
            self._places[kind, owner.id] = Place(module.name, file, fresh(name))
        counts: dict[str, int] = {}
        for element in sending(owner.body):
            assert element.sends is not None
            intent = snake_case(element.sends.intent.id.rpartition(".")[2])
            counts[intent] = counts.get(intent, 0) + 1
            name = intent if counts[intent] == 1 else f"{intent}_{counts[intent]}"
            place = Place(module.name, file, fresh(f"{constant}_{name.upper()}"))
            form = FormName(
                place,
                f"{owner.id}.{name}",
                element.sends,
                tuple(inputs.get(id(element), ())),
            )
            self._forms[id(element)] = form
            self._of_owner.setdefault(owner.id, []).append(form)

    def _inputs(self) -> dict[int, list[str]]:
        """What each form has inputs for, wherever the component is used."""
        expander = Expander(self.program)
        found: dict[int, list[str]] = {}
        for declaration in self.program.by_id.values():
            if isinstance(declaration, u.Page | u.Component):
                for shown in _forms_in(expander.expand(declaration.body)):
                    known = found.setdefault(id(shown.element), [])
                    for name, _ in fields_in(shown.parts):
                        if name not in known:
                            known.append(name)
        return found

    # ------------------------------------------------------------ asking
    def place(self, kind: str, id_: DeclId) -> Place:
        """`function` of a component or page, `forms` of a component, `table` of a page."""
        return self._places[kind, id_]

    def api(self, api: u.Api) -> Place:
        """The constant of an API."""
        return self._apis[id(api)]

    def form(self, element: u.Element) -> FormName:
        """The form that an element which sends stands for."""
        return self._forms[id(element)]

    def forms(self, owner: DeclId) -> list[FormName]:
        """The forms that are written in a page or component, in order."""
        return self._of_owner.get(owner, [])

    def inputs_of(self, module: Module) -> Iterator[str]:
        """The inputs of the forms of a module, also those that other modules add."""
        for owner in module.declarations:
            for form in self.forms(owner.id):
                yield f"{form.name} {' '.join(form.inputs)}"

    # ------------------------------------------------------------ components
    def parameters(self, component: DeclId) -> dict[str, Code]:
        """The parameters of a component's function by their names in the source."""
        if component not in self._parameters:
            declared = self.program.by_id[component]
            assert isinstance(declared, u.Component)
            slots = [slot_parameter(slot) for slot in declared.slots]
            reserved = self.reserved(component.rpartition(".")[0])
            namer = Namer(LOCAL, [*reserved, "view", "out", *slots])
            self._parameters[component] = {
                field.name: namer.fresh(field.name) for field in declared.parameters
            }
        return self._parameters[component]

    def reserved(self, module: str) -> frozenset[str]:
        """Names that no parameter and no local variable of a module may have.

        They are at the top of generated files that the module sees; a local name
        could hide them.
        """
        if module not in self._reserved:
            names = self._views.of(module)
            made = {
                str(place.name)
                for place in self._places.values()
                if place.module in names.program.modules and place.name[:1].islower()
            }
            self._reserved[module] = names.lower_case | made | HELPERS
        return self._reserved[module]

    def used(self, body: tuple[u.Node, ...]) -> list[u.Component]:
        """The components that nodes use directly, each once."""
        found: dict[DeclId, u.Component] = {}
        for node in nodes_in(body):
            if isinstance(node, u.UseComponent):
                component = self.program.by_id.get(node.id)
                if isinstance(component, u.Component):
                    found[node.id] = component
        return list(found.values())

    def all_forms(self, component: u.Component) -> list[FormName]:
        """The forms of a component and of those that it uses, each once."""
        found: dict[str, FormName] = {}
        pending = [component]
        seen: set[DeclId] = set()
        while pending:
            here = pending.pop(0)
            if here.id not in seen:
                seen.add(here.id)
                found.update({form.name: form for form in self.forms(here.id)})
                pending += self.used(here.body)
        return list(found.values())


def slot_parameter(slot: str) -> Code:
    """The parameter that a slot is given by."""
    return identifier(f"slot_{slot}" if slot else "slot", LOCAL)


def _forms_in(parts: tuple[Part, ...]) -> Iterator[Shown]:
    for shown in elements(parts):
        if shown.tag == "form" and shown.element.sends is not None:
            yield shown


def sending(nodes: tuple[u.Node, ...]) -> Iterator[u.Element]:
    """The forms and buttons that send something, in the order of the source."""
    for node in nodes_in(nodes):
        if isinstance(node, u.Element) and node.sends is not None:
            yield node
