"""`components.py` and `pages.py`: functions that write markup, with their forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from pfc.emit import views
from pfc.emit.block import Block
from pfc.emit.code import Code, join, splice
from pfc.emit.names import snake_case
from pfc.emit.python import syntax
from pfc.emit.python.base import Surroundings
from pfc.emit.python.expressions import Expressions
from pfc.emit.python.fields import default
from pfc.emit.python.file import File
from pfc.emit.python.scope import Scope
from pfc.emit.python.syntax import Py, text
from pfc.emit.web.naming import FormName, WebNames, slot_parameter
from pfc.emit.web.nodes import Nodes
from pfc.emit.web.views import RenderFunction
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir import surface as u
from pfc.ir.walk import nodes, uses


def write_components(
    file: File, names: WebNames, components: Sequence[u.Component]
) -> None:
    """The forms of all components, then their functions."""
    for component in components:
        with file.declaring(component.span):
            _forms(file, names.forms(component.id))
    for component in components:
        forms = names.all_forms(component)
        if forms:
            made = [file.place(form.constant) for form in forms]
            name = names.place("forms", component.id).name
            final = file.py.typing("Final")
            value = syntax.sequence("(", made, ")").code
            with file.declaring(component.span):
                file.out.add(views.Variable(name, final, value))
    for component in components:
        with file.declaring(component.span):
            _component(file, names, component)


def write_pages(file: File, names: WebNames, pages: Sequence[u.Page]) -> None:
    """The forms of all pages, their functions, and the tables of pages."""
    for page in pages:
        with file.declaring(page.span):
            _forms(file, names.forms(page.id))
    for page in pages:
        with file.declaring(page.span):
            _page(file, names, page)
    for page in pages:
        with file.declaring(page.span):
            _table(file, names, page)


# -------------------------------------------------------------------- forms
def _forms(file: File, forms: Sequence[FormName]) -> None:
    for form in forms:
        arguments = [file.out.literal(form.name), file.ref(form.sends.intent.id)]
        intent = cast("d.Intent", file.program.by_id[form.sends.intent.id])
        fixed = [name for name, _ in form.sends.intent.arguments]
        known = {field.name for field in intent.fields} - set(fixed)
        inputs = [name for name in form.inputs if name in known]
        for name, given in (("fixed", fixed), ("inputs", inputs)):
            if given:
                texts = [file.out.literal(each) for each in given]
                value = syntax.sequence("(", texts, ")").code
                arguments.append(splice("{}={}", Code(name), value))
        head = file.py.runtime_part("web", "Form")
        value = splice("{}({})", head, join(", ", arguments))
        final = file.py.typing("Final")
        file.out.add(views.Variable(form.constant.name, final, value))


# -------------------------------------------------------------------- components
def _view(file: File, context: Code) -> Code:
    return splice("{}[{}]", file.py.runtime_part("web", "View"), context)


def _component(file: File, names: WebNames, component: u.Component) -> None:
    taken = [*names.reserved(file.module), "view", "out"]
    scope = Scope(taken, file.names.read)
    fields = names.parameters(component.id)
    view = _view(file, file.py.runtime("Context"))
    out = file.py.runtime_part("web", "Out")
    named: list[views.Parameter] = []
    for field in component.parameters:
        name = scope.claim(fields[field.name])
        scope.bind(field.symbol, Py(name))
        value = None if field.default is None else default(file, field.default)
        named.append(views.Parameter(name, file.type(field.type), value))
    for slot in component.slots:
        fragment = file.py.runtime_part("web", "Fragment")
        name = scope.claim(slot_parameter(slot))
        named.append(views.Parameter(name, fragment, Code("()")))
    around = Surroundings(
        held=text("view.caller.held"),
        now=text("view.now()"),
        new_uuid=_new_uuid(file, component.body),
        config=Code("view"),
        parameters=(((x.CanExpr, x.Builtin, x.ConfigValue), Code("view"), view),),
    )
    block = Block(4, origin=file.out.origin)
    printer = Expressions(file, scope, around, block, purpose="shown")
    _body(names, printer, block, component.body)
    function = names.place("function", component.id).name
    parameters = (
        views.Parameter(Code("view"), view),
        views.Parameter(Code("out"), out),
    )
    doc = component.doc or f"Write the component {component.name}."
    file.out.add(RenderFunction(function, parameters, block.lines(), tuple(named), doc))


def _new_uuid(file: File, body: tuple[u.Node, ...]) -> Py | None:
    for node in nodes(body):
        if isinstance(node, x.Builtin) and node.name == "new_uuid":
            return Py(splice("{}()", file.py.name("uuid", "uuid4")))
    return None


def _body(
    names: WebNames, printer: Expressions, block: Block, body: tuple[u.Node, ...]
) -> None:
    writer = Nodes(names, printer, block)
    with printer.into(block):
        writer.write(body)
        writer.flush()


# -------------------------------------------------------------------- pages
def _page(file: File, names: WebNames, page: u.Page) -> None:
    taken = [*names.reserved(file.module), "page", "view", "out", "caller"]
    scope = Scope(taken, file.names.read)
    fields = file.names.fields(page.id)
    for field in page.parameters:
        scope.bind(field.symbol, Py(splice("page.{}", fields[field.name])))
    context = file.py.runtime("Context") if page.context is None else None
    context = context or file.ref(cast("str", page.context))
    view = _view(file, context)
    around = Surroundings(
        caller=text("caller"),
        held=text("caller.held"),
        now=text("view.now()"),
        new_uuid=_new_uuid(file, page.body),
        config=Code("view"),
        parameters=(
            ((x.Caller, x.CanExpr), Code("caller"), context),
            ((x.Builtin, x.ConfigValue), Code("view"), view),
        ),
    )
    block = Block(4, origin=file.out.origin)
    if uses((x.Caller, x.CanExpr), page.body):
        block.add(Code("caller = view.caller"))
    printer = Expressions(file, scope, around, block, purpose="shown")
    _body(names, printer, block, page.body)
    parameters = (
        views.Parameter(Code("page"), file.ref(page.id)),
        views.Parameter(Code("view"), view),
        views.Parameter(Code("out"), file.py.runtime_part("web", "Out")),
    )
    function = names.place("function", page.id).name
    doc = f"Render the page {page.name}."
    file.out.add(
        RenderFunction(function, parameters, block.lines(), (), doc, is_async=True)
    )


def _table(file: File, names: WebNames, page: u.Page) -> None:
    title = file.out.literal(words(page.name))
    function = names.place("function", page.id).name
    arguments = [file.ref(page.id), function, splice("title={}", title)]
    own = [form.constant.name for form in names.forms(page.id)]
    used = [
        file.place(names.place("forms", each.id))
        for each in names.used(page.body)
        if names.all_forms(each)
    ]
    if len(used) == 1 and not own:
        arguments.append(splice("forms={}", used[0]))
    elif own or used:
        made = [*own, *(splice("*{}", name) for name in used)]
        forms = syntax.sequence("(", made, ")").code
        arguments.append(splice("forms={}", forms))
    head = file.py.runtime_part("web", "HtmlPage")
    value = splice("{}({})", head, join(", ", arguments))
    name = names.place("table", page.id).name
    file.out.add(views.Variable(name, file.py.typing("Final"), value))


def words(name: str) -> str:
    """A name as words in sentence case: `NotePage` is `Note page`."""
    spaced = snake_case(name).replace("_", " ").strip()
    return spaced[:1].upper() + spaced[1:]
