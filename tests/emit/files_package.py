"""Pieces of the files example as views: what the counter has no use for."""

from __future__ import annotations

import datetime

from pfc.emit import views
from pfc.emit.block import Block
from pfc.emit.code import Code, splice
from pfc.emit.header import file_header
from pfc.emit.module import PythonModule, PythonPackage

PATH = Code("DocPath")
NONE = Code("None")


def files_package() -> PythonPackage:
    """A package `files` with a type, a context, an intent, an event and an effect."""
    header = file_header({"files.pf": "module files\n"})
    package = PythonPackage("files", "Scoped capabilities.", header)
    add_types(package.module("types", "Types of the module files."))
    add_capabilities(
        package.module("capabilities", "Capabilities of the module files.")
    )
    add_contexts(package.module("contexts", "Contexts of the module files."))
    add_intents(package.module("intents", "Intents of the module files."))
    add_events(package.module("events", "Events of the module files."))
    add_effects(package.module("effects", "Effects of the module files."))
    add_reactors(package.module("reactors", "Reactors of the module files."))
    package.export("types", Code("File"))
    return package


def add_types(module: PythonModule) -> None:
    py = module.imports
    annotated = splice(
        "{}[str, {}.Meta()]", py.typing("Annotated"), py.module("msgspec")
    )
    module.add(views.Alias(PATH, annotated, "A path under /docs."))
    members = (
        views.Member(Code("MEMBER"), "Member", "Everybody."),
        views.Member(Code("ADMIN"), "Admin"),
    )
    module.add(views.Enumeration(Code("Role"), "What somebody is.", members))
    checks = Block(8)
    with checks.nest(Code("if self.version < 1:")) as inner:
        text = module.literal("is at least 1")
        inner.add(splice('raise {}("version", {})', py.runtime("Violation"), text))
    fields = (
        views.Field(Code("path"), PATH, doc="Where it is."),
        views.Field(Code("content"), Code("bytes")),
        views.Field(Code("version"), Code("int"), Code("1")),
    )
    module.add(views.Record(Code("File"), "One file.", fields, checks.lines()))
    variable = Code("T")
    module.add(views.TypeVariable(variable))
    generic = splice("{}[{}]", py.typing("Generic"), variable)
    tags = (Code('tag="Found"'), Code('tag_field="type"'))
    found = (views.Field(Code("value"), variable),)
    module.add(views.Record(Code("Found"), "", found, (), (generic,), tags))
    missing = (Code('tag="Missing"'), Code('tag_field="type"'))
    module.add(views.Record(Code("Missing"), "Not there.", (), (), (), missing))
    module.add(views.Alias(Code("Lookup"), Code("Found[T] | Missing")))
    body = Block(4)
    body.add(Code("return sum(len(file.content) for file in files)"))
    files = views.Parameter(Code("files"), Code("tuple[File, ...]"))
    total = views.Function(
        Code("total"), (files,), Code("int"), body.lines(), "All bytes of some files."
    )
    module.add(total)


def add_capabilities(module: PythonModule) -> None:
    py = module.imports
    read, write, admin = Code("READ"), Code("WRITE"), Code("ADMIN")
    path = splice('{}("path")', py.runtime("PathParameter"))
    implies, argument = py.runtime("Implies"), py.runtime("Argument")
    implied = splice("{}({}, {}(0))", implies, read, argument)
    every = splice("{}({}, {})", implies, write, py.runtime("ANY"))
    module.add(views.CapabilityKind(read, "files.FileCap.read", (path,)))
    module.add(views.CapabilityKind(write, "files.FileCap.write", (path,), (implied,)))
    module.add(views.CapabilityKind(admin, "files.FileCap.admin", (), (every,)))
    pattern = splice("{} | str | {}", py.runtime("PathPattern"), py.runtime("Anything"))
    parameter = (views.Parameter(Code("path"), pattern),)
    operations = (
        views.Operation(Code("read"), read, "Read one file or a subtree.", parameter),
        views.Operation(Code("write"), write, "", parameter),
        views.Operation(Code("admin"), admin, "Everything."),
    )
    module.add(views.CapabilityFamily(Code("FileCap"), "Who may do what.", operations))


def add_contexts(module: PythonModule) -> None:
    py = module.imports
    family = py.name(".capabilities", "FileCap")
    grants = Block(8)
    grants.add(splice('yield {}.read("/docs/**")', family))
    pattern = py.runtime("path_pattern")
    grants.add(splice('own = {}("docs", self.user, rest=True)', pattern))
    with grants.nest(Code("if own is not None:")) as inner:
        inner.add(splice("yield {}.write(own)", family))
    checks = Block(8)
    with checks.nest(Code("if not self.user:")) as inner:
        inner.add(splice('raise {}("user", "is empty")', py.runtime("Violation")))
    fields = (views.Field(Code("user"), Code("str")),)
    annotation = splice("{}[{}]", py.typing("ClassVar"), py.runtime("Propagation"))
    value = splice("{}.ISOLATE", py.runtime("Propagation"))
    propagate = views.Variable(Code("propagate"), annotation, value)
    request = views.ContextClass(
        Code("Request"),
        "A signed-in user.",
        fields,
        grants.lines(),
        checks.lines(),
        variables=(propagate,),
    )
    module.add(request)
    janitor = Block(8)
    janitor.add(splice('yield {}.write("/docs/trash/**")', family))
    module.add(
        views.ContextClass(
            Code("Janitor"), "", grants=janitor.lines(), is_principal=True
        )
    )


def add_intents(module: PythonModule) -> None:
    py = module.imports
    path = py.name(".types", "DocPath")
    parameter = views.Parameter(Code("path"), path)
    module.add(views.FailureClass(Code("NotFound"), "No such file.", (parameter,), 404))
    module.add(views.FailureClass(Code("DiskFull"), "", status=507))
    needed = Block(8)
    kind = py.name(".capabilities", "WRITE")
    with needed.nest(
        splice("if caller.held.covers_path({}, self.path):", kind)
    ) as inner:
        inner.add(Code("return ()"))
    needed.add(splice("return ({}.exact(self.path),)", kind))
    deadline = splice("{}[float | None]", py.typing("ClassVar"))
    seconds = module.literal(datetime.timedelta(seconds=5).total_seconds())
    fields = (
        views.Field(Code("path"), path, doc="Where to."),
        views.Field(Code("content"), Code("bytes")),
    )
    intent = views.IntentClass(
        Code("WriteFile"),
        "Write one file.",
        Code("int"),
        fields,
        missing=needed.lines(),
        variables=(views.Variable(Code("deadline"), deadline, seconds),),
    )
    module.add(intent)


def add_events(module: PythonModule) -> None:
    instant = splice("{}.datetime", module.imports.module("datetime"))
    fields = (
        views.Field(Code("path"), module.imports.name(".types", "DocPath")),
        views.Field(Code("at"), instant),
    )
    module.add(views.EventClass(Code("FileWritten"), "A file was written.", fields))


def add_effects(module: PythonModule) -> None:
    py = module.imports
    path = views.Parameter(Code("path"), py.name(".types", "DocPath"))
    content = views.Parameter(Code("content"), Code("bytes"))
    awaitable = splice("{}[None]", py.name("collections.abc", "Awaitable"))
    doc = "What files_impl:disk_write has to be."
    module.add(views.CallProtocol(Code("DiskWrite"), (path, content), awaitable, doc))
    body = Block(4)
    body.add(Code("await asyncio.sleep(0)"))
    py.module("asyncio")
    function = Code("_disk_write")
    module.add(
        views.Function(function, (path, content), NONE, body.lines(), is_async=True)
    )
    options = (
        splice("retry={}(3, 0.1, 5.0)", py.runtime("Retry")),
        Code("timeout=2.0"),
        splice("fails=({},)", py.name(".intents", "DiskFull")),
    )
    module.add(
        views.EffectDefinition(
            Code("disk_write"), "files.disk_write", function, True, options, "To disk."
        )
    )


def add_reactors(module: PythonModule) -> None:
    py = module.imports
    path, file = py.name(".types", "DocPath"), py.name(".types", "File")
    mapping = splice("dict[{}, {}]", path, file)
    # With a bare `dict` pyright could not tell the types of keys and values.
    msgspec = py.module("msgspec")
    empty = splice("{}.field(default_factory={})", msgspec, mapping)
    state = Code("FileStoreState")
    module.add(views.StateClass(state, (views.Field(Code("files"), mapping, empty),)))
    body = Block(8)
    body.add(Code("state = turn.state"))
    body.add(Code("file = File(path=intent.path, content=intent.content, version=1)"))
    effect = py.name(".effects", "disk_write")
    body.add(splice("await {}(intent.path, intent.content)", effect))
    body.add(Code("turn.put(state.files, intent.path, file)"))
    body.add(Code("return file.version"))
    handler = views.Handler(
        Code("on_write_file"),
        py.name(".intents", "WriteFile"),
        Code("int"),
        body.lines(),
        is_async=True,
        doc="Write to disk first.",
    )
    holds = (splice("{}.admin", py.name(".capabilities", "FileCap")),)
    module.add(
        views.ReactorClass(
            Code("FileStore"), "All files.", "files.FileStore", state, (handler,), holds
        )
    )
