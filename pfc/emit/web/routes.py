"""`routes.py`: a class per page, whose values are typed links to it."""

from __future__ import annotations

from collections.abc import Sequence

from pfc.emit import views
from pfc.emit.block import Block
from pfc.emit.code import Code, join, splice
from pfc.emit.python.checks import Checks
from pfc.emit.python.fields import class_fields
from pfc.emit.python.file import File
from pfc.emit.python.write_intents import missing
from pfc.emit.web.views import RouteClass
from pfc.ir import surface as u


def write_routes(file: File, pages: Sequence[u.Page]) -> None:
    """The routes of all pages."""
    for page in pages:
        names = file.names.fields(page.id)
        with file.declaring(page.span):
            checks = Block(8, origin=file.out.origin)
            Checks(file, "self", checks).fields(page.parameters, names)
            view = RouteClass(
                file.names.of(page.id).name,
                page.doc or f"The page {page.name}.",
                class_fields(file, page.parameters, names),
                _variables(file, page),
                checks.lines(),
                missing(file, page.requires, page.parameters, names, page.context),
                _url(file, page, names),
            )
            file.out.add(view)


def pattern(parts: Sequence[u.RoutePart]) -> str:
    """The pattern that the router reads; "" for no parts."""
    return "".join(f"/{_segment(part)}" for part in parts)


def _segment(part: u.RoutePart) -> str:
    if not part.parameter:
        return part.text
    return f"{{{part.text}*}}" if part.rest else f"{{{part.text}}}"


def _variables(file: File, page: u.Page) -> tuple[views.Variable, ...]:
    variable = file.py.typing("ClassVar")
    text = file.out.literal(pattern(page.route) or "/")
    made = [views.Variable(Code("pattern"), splice("{}[str]", variable), text)]
    if page.context is not None:
        kind = file.py.runtime("Context")
        annotation = splice("{}[type[{}] | None]", variable, kind)
        context = file.ref(page.context)
        made.append(views.Variable(Code("context"), annotation, context))
    return tuple(made)


def _url(file: File, page: u.Page, names: dict[str, Code]) -> tuple[Code, ...]:
    """The body of `url`; a page without parameters has the one that is inherited."""
    if not page.parameters:
        return ()
    parts: list[Code] = []
    constant = ""
    for part in page.route:
        constant += "/"
        if not part.parameter:
            constant += part.text
            continue
        function = file.py.runtime_part("web", "rest" if part.rest else "segment")
        parts.append(file.out.literal(constant))
        parts.append(splice("{}(self.{})", function, names[part.text]))
        constant = ""
    if constant or not page.route:
        parts.append(file.out.literal(constant or "/"))
    in_route = {part.text for part in page.route}
    rest = [each for each in page.parameters if each.name not in in_route]
    if rest:
        pairs = [
            splice("({}, self.{})", file.out.literal(each.name), names[each.name])
            for each in rest
        ]
        query = file.py.runtime_part("web", "query")
        parts.append(splice("{}({})", query, join(", ", pairs)))
    block = Block(8, origin=file.out.origin)
    block.add(splice("return {}", join(" + ", parts)))
    return block.lines()
