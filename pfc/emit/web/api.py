"""`api.py`: a table per API of methods, patterns and intents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from pfc.emit import views
from pfc.emit.code import Code, join, splice
from pfc.emit.python import syntax
from pfc.emit.python.file import File
from pfc.emit.web.naming import WebNames
from pfc.emit.web.routes import pattern
from pfc.ir import declarations as d
from pfc.ir import surface as u
from pfc.ir import types as t
from pfc.semantics.web_served import api_entries, hidden


def write_apis(file: File, names: WebNames, apis: Sequence[u.Api]) -> None:
    """All APIs; an endpoint that another one hides is left out."""
    entries = [entry for api in apis for entry in api_entries(api)]
    gone = {id(late.owner) for late, _ in hidden(entries)}
    for api in apis:
        ends = [_endpoint(file, api, e) for e in api.endpoints if id(e) not in gone]
        context = Code("None") if api.context is None else file.ref(api.context)
        arguments = [
            file.out.literal(api.prefix),
            context,
            syntax.sequence("(", ends, ")").code,
        ]
        head = file.py.runtime_part("web", "Api")
        value = splice("{}({})", head, join(", ", arguments))
        name = names.api(api).name
        doc = api.doc or ""
        with file.declaring(api.span):
            file.out.add(views.Variable(name, file.py.typing("Final"), value, doc))


def _endpoint(file: File, api: u.Api, end: u.Endpoint) -> Code:
    prefix = len([part for part in api.prefix.split("/") if part])
    intent = cast("d.Intent", file.program.by_id[end.intent])
    arguments = [
        file.out.literal(end.method),
        file.out.literal(pattern(end.route[prefix:])),
        file.ref(end.intent),
    ]
    if intent.result == t.UNIT:
        arguments.append(Code("status=204"))
    head = file.py.runtime_part("web", "Endpoint")
    return splice("{}({})", head, join(", ", arguments))
