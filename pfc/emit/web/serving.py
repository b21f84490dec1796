"""What an app serves: its `web` table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pfc.emit import views
from pfc.emit.code import Code, join, splice
from pfc.emit.python import syntax
from pfc.emit.python.file import File
from pfc.emit.web.functions import words
from pfc.emit.web.naming import WebNames
from pfc.ir import surface as u
from pfc.semantics.web_rules import nodes_in
from pfc.semantics.web_served import hidden, page_entries

_PICTURES: Final = frozenset({"img", "picture"})


def _auth(file: File, auth: u.Auth) -> Code:
    """The way to sign in, with the people that its page offers."""
    arguments = [file.ref(auth.context), file.derived(auth.context, "authenticate")]
    if auth.people:
        people = [file.out.literal(person) for person in auth.people]
        listed = syntax.sequence("(", people, ")").code
        arguments.append(splice("people={}", listed))
    made = file.py.runtime_part("web", "DevAuth")
    return splice("{}({})", made, join(", ", arguments))


def web_variable(file: File, names: WebNames, app: u.App) -> views.Variable | None:
    """The class variable of an app that serves something."""
    web = app.web
    if web is None:
        return None
    part = file.py.runtime_part
    pages = list(_pages(file, web))
    arguments = [
        splice("name={}", file.out.literal(brand(app.name))),
        splice("port={}", file.out.literal(web.port)),
    ]
    auths = [_auth(file, auth) for auth in web.auths]
    tables = [file.place(names.place("table", page.id)) for page in pages]
    apis = [file.place(names.api(api)) for api in web.apis]
    for name, items in (("auth", auths), ("pages", tables), ("apis", apis)):
        if items:
            value = syntax.sequence("(", items, ")").code
            arguments.append(splice("{}={}", Code(name), value))
    if web.limits:
        count, per = web.limits[0]
        limit = part("web", "Limit")
        arguments.append(
            splice(
                "limit={}({}, {})",
                limit,
                file.out.literal(count),
                file.out.literal(per),
            )
        )
    if any(_has_pictures(names, page.body) for page in pages):
        arguments.append(Code("images=True"))
    value = splice("{}({})", part("web", "Web"), join(", ", arguments))
    annotation = splice("{}[object | None]", file.py.typing("ClassVar"))
    return views.Variable(Code("web"), annotation, value)


def _pages(file: File, web: u.Web) -> Iterator[u.Page]:
    """What is served and can answer, in the order of `serve`."""
    found = [file.program.by_id.get(id_) for id_ in dict.fromkeys(web.pages)]
    pages = [page for page in found if isinstance(page, u.Page)]
    entries = [e for page in pages for e in page_entries(page, has_forms=False)]
    gone = {id(late.owner) for late, _ in hidden(entries)}
    return (page for page in pages if id(page) not in gone)


def _has_pictures(names: WebNames, body: tuple[u.Node, ...]) -> bool:
    bodies = [body]
    seen: set[str] = set()
    while bodies:
        here = bodies.pop()
        for node in nodes_in(here):
            if isinstance(node, u.Element) and node.tag in _PICTURES:
                return True
        for component in names.used(here):
            if component.id not in seen:
                seen.add(component.id)
                bodies.append(component.body)
    return False


def brand(name: str) -> str:
    """The name of an app as words; `App` at its end says nothing."""
    return words(name.removesuffix("App") or name)
