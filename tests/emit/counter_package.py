"""The counter example as views, written by hand as a generator would make them."""

from __future__ import annotations

from typing import Final

from pfc.emit import views
from pfc.emit.block import Block
from pfc.emit.code import Code, splice
from pfc.emit.header import file_header
from pfc.emit.module import PythonModule, PythonPackage

DOC: Final = (
    "The original's Quick Start: a counter that users increment and only admins reset."
)
INT: Final = Code("int")
NONE: Final = Code("None")


def counter_package() -> PythonPackage:
    """All files of the package `counter`."""
    header = file_header({"counter.pf": "module counter\n"})
    package = PythonPackage("counter", DOC, header)
    add_capabilities(
        package.module("capabilities", "Capabilities of the module counter.")
    )
    add_contexts(package.module("contexts", "Contexts of the module counter."))
    add_intents(package.module("intents", "Intents of the module counter."))
    add_effects(package.module("effects", "Effects of the module counter."))
    add_reactors(package.module("reactors", "Reactors of the module counter."))
    add_app(package.module("app", "The application CounterApp."))
    add_scenarios(package.module("scenarios", "Tests of the module counter."))
    for module, name in (
        ("capabilities", "UserCap"),
        ("contexts", "UserContext"),
        ("intents", "Increment"),
        ("intents", "Reset"),
        ("effects", "announce"),
        ("reactors", "Counter"),
        ("reactors", "CounterState"),
        ("app", "CounterApp"),
    ):
        package.export(module, Code(name))
    return package


def add_capabilities(module: PythonModule) -> None:
    py = module.imports
    basic, admin = Code("USER_CAP_BASIC"), Code("USER_CAP_ADMIN")
    implied = splice("{}({})", py.runtime("Implies"), basic)
    module.add(views.CapabilityKind(basic, "counter.UserCap.basic"))
    module.add(views.CapabilityKind(admin, "counter.UserCap.admin", implies=(implied,)))
    operations = (
        views.Operation(Code("basic"), basic),
        views.Operation(Code("admin"), admin),
    )
    module.add(views.CapabilityFamily(Code("UserCap"), "", operations))


def add_contexts(module: PythonModule) -> None:
    fields = (views.Field(Code("user_id"), Code("str")),)
    module.add(views.ContextClass(Code("UserContext"), "", fields))


def add_intents(module: PythonModule) -> None:
    py = module.imports
    context = splice(
        "{}[type[{}] | None]", py.typing("ClassVar"), py.runtime("Context")
    )
    user = py.name(".contexts", "UserContext")
    variable = views.Variable(Code("context"), context, user)
    family = py.name(".capabilities", "UserCap")
    for name, result, operation in (
        ("Increment", INT, "basic"),
        ("Reset", NONE, "admin"),
    ):
        body = Block(8)
        held = Code(f'if caller.held.has("counter.UserCap.{operation}"):')
        with body.nest(held) as inner:
            inner.add(Code("return ()"))
        body.add(splice("return ({}.{},)", family, Code(operation)))
        module.add(
            views.IntentClass(
                Code(name), "", result, missing=body.lines(), variables=(variable,)
            )
        )


def add_effects(module: PythonModule) -> None:
    body = Block(4)
    body.add_fence("print(line)")
    function, line = Code("_announce"), views.Parameter(Code("line"), Code("str"))
    module.add(views.Function(function, (line,), NONE, body.lines()))
    module.add(views.EffectDefinition(Code("announce"), "counter.announce", function))


def add_reactors(module: PythonModule) -> None:
    py = module.imports
    state = Code("CounterState")
    fields = (
        views.Field(Code("count"), INT, Code("0")),
        views.Field(Code("last_user"), Code("str | None"), NONE),
    )
    module.add(views.StateClass(state, fields))
    increment = Block(8)
    increment.add(Code("state = turn.state"))
    context = py.name(".contexts", "UserContext")
    increment.add(splice("caller = turn.caller_as({})", context))
    increment.add(Code("state.count += 1"))
    increment.add(Code("state.last_user = caller.user_id"))
    announce = py.name(".effects", "announce")
    text = module.literal("incrementing the counter")
    increment.add(splice("turn.performs({}, {})", announce, text))
    increment.add(Code("return state.count"))
    reset = Block(8)
    reset.add(Code("state = turn.state"))
    reset.add(Code("state.count = 0"))
    handlers = (
        views.Handler(
            Code("on_increment"),
            py.name(".intents", "Increment"),
            INT,
            increment.lines(),
        ),
        views.Handler(
            Code("on_reset"), py.name(".intents", "Reset"), NONE, reset.lines()
        ),
    )
    module.add(
        views.ReactorClass(Code("Counter"), "", "counter.Counter", state, handlers)
    )


def add_app(module: PythonModule) -> None:
    py = module.imports
    tree = splice(
        '{}("one_for_one", max_restarts=5, within=10.0, children=({}({}),))',
        py.runtime("Supervise"),
        py.runtime("Child"),
        py.name(".reactors", "Counter"),
    )
    module.add(views.AppClass(Code("CounterApp"), "", "counter.CounterApp", tree))


def add_scenarios(module: PythonModule) -> None:
    py = module.imports
    counter = py.name(".reactors", "Counter")
    basic = splice("{}.basic", py.name(".capabilities", "UserCap"))
    body = Block(4)
    state = py.name(".reactors", "CounterState")
    body.add(splice("scenario.given({}, {}(count=3))", counter, state))
    body.add(splice("await scenario.start({})", counter))
    body.add(
        splice(
            'caller = {}(user_id="ann", capabilities=({},))',
            py.name(".contexts", "UserContext"),
            basic,
        )
    )
    increment, reset = py.name(".intents", "Increment"), py.name(".intents", "Reset")
    body.add(
        splice(
            'scenario.equal(await scenario.ask({}(), caller), 4, at="counter.pf:40")',
            increment,
        )
    )
    body.add(
        splice(
            'await scenario.denied({}(), caller, {}.admin, at="counter.pf:41")',
            reset,
            py.name(".capabilities", "UserCap"),
        )
    )
    body.add(
        splice(
            'scenario.equal(scenario.state({}).count, 4, at="counter.pf:42")', counter
        )
    )
    scenario = views.Scenario(
        Code("only_admins_reset"), "only admins reset", body.lines(), "counter.pf", 37
    )
    module.add(scenario)
    module.add(views.ScenarioList((scenario,)))
