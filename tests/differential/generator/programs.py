"""Whole programs: declarations, an entry function, and arguments for it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from tests.differential.evaluator.types import Type
from tests.differential.evaluator.values import Value
from tests.differential.generator import words
from tests.differential.generator.declarations import (
    DECIMAL,
    INSTANT,
    INT,
    PATH,
    STRING,
    FieldOf,
    FunctionOf,
    RecordOf,
    Refined,
    UnionOf,
    World,
    list_of,
    optional,
    substitute,
)
from tests.differential.generator.drawing import Stuck, written
from tests.differential.generator.statements import Statements
from tests.differential.generator.templates import templates
from tests.differential.generator.terms import Term, separated, show

_REFINEMENTS: list[tuple[Type, str, list[Value]]] = [
    (INT, "where it >= 0 and it <= 100", [0, 1, 7, 100]),
    (INT, "where it in 1..10", [1, 5, 10]),
    (INT, "where it > -3", [-2, 0, 3, 50]),
    (INT, "where it % 2 == 0", [0, 2, -4]),
    (INT, "where it != 3 and (it < 10 or it > 20)", [0, 5, 30]),
    (STRING, "where length <= 3", ["", "a", "abc"]),
    (STRING, "where it.length in 1..2", ["a", "ab"]),
    (STRING, 'where matches("[a-z]*")', ["", "abc"]),
    (STRING, 'where not it.contains("b")', ["", "a", "xyz"]),
    (DECIMAL, "where it >= 0", [Decimal(0), Decimal("2.50")]),
    (DECIMAL, "where it < 10.5", [Decimal(1), Decimal("-3.5")]),
    (list_of(INT), "where it.length <= 2", [(), (1,), (2, 1)]),
    (PATH, 'under "/a"', ["/a", "/a/b"]),
]


REFINED = "where"
"""A focus: results of refined types."""


@dataclass(frozen=True)
class Program:
    """A program as terms, its entry function, and what that is called with."""

    seed: str
    prefix: str
    terms: list[Term]
    entry: str
    world: World
    parameters: list[FieldOf]
    arguments: list[tuple[Value, ...]]


class Programs(Statements):
    """Makes one program."""

    def program(self, seed: str) -> Program:
        """The program of a seed."""
        self.names = self._words()
        for _ in range(3 if self.focus == REFINED else self.random.choice((0, 0, 1))):
            self._refinement()
        for _ in range(self.random.choice((0, 1, 1, 1, 2))):
            self.random.choice((self._new_record, self._new_union, self._new_union))()
        self.palette = self._few_types()
        for _ in range(self.random.choice((0, 0, 0, 1, 1, 2))):
            self.random.choice((self._function, self._function, self._known))()
        entry = self._entry()
        arguments = [
            tuple(self._argument(parameter) for parameter in entry.parameters)
            for _ in range(4)
        ]
        return Program(
            seed,
            self.world.prefix,
            self.world.terms,
            entry.name,
            self.world,
            entry.parameters,
            arguments,
        )

    def _few_types(self) -> list[Type]:
        """Some types of the program, and lists and optionals of them."""
        few = [self.random.choice((INT, STRING, DECIMAL)), self.plain_type()]
        if self.world.records or self.world.unions:
            few.append(self.declared_type(1))
        return [*few, list_of(self.random.choice(few)), optional(few[0])]

    def _argument(self, parameter: FieldOf) -> Value:
        if parameter.samples is not None and self.random.random() < 0.8:
            return self.random.choice(parameter.samples)
        return self.samples.sample(parameter.type, 3)

    def _words(self) -> list[str]:
        odd = self.random.choice((words.PYTHON, words.INNER, words.LANGUAGE))
        return [*self.random.sample(words.ORDINARY, 6), *self.random.sample(odd, 4)]

    def _fresh(self, kind: str) -> str:
        return f"{self.world.prefix}{kind}{len(self.world.terms)}"

    def _type_name(self, kind: str) -> str:
        return f"{kind}{len(self.world.terms)}{self.world.prefix.capitalize()}"

    # ------------------------------------------------------------ types
    def _refinement(self) -> None:
        base, where, samples = self.random.choice(_REFINEMENTS)
        name = self._type_name("Refined")
        self.world.refined[name] = Refined(name, base, where, samples)
        self.world.terms.append(Term([f"type {name} = {show(base)} {where}"]))

    def _members(self, generics: tuple[str, ...], *, named: bool) -> list[FieldOf]:
        names = self.random.sample(words.FIELDS, self.random.choice((1, 1, 2, 2, 3)))
        if not named and "type" in names:  # stands in JSON for the variant's name
            names.remove("type")
            names.append("sort")
        found = [FieldOf(name, self._member_type()) for name in names]
        if generics:
            found[0].type = self.random.choice((Type("T"), list_of(Type("T"))))
        for member in found:
            if self.random.random() < 0.1 and member.type == INT:
                member.where, member.samples = "it > 0", [1, 2, 50]
            elif self.random.random() < 0.2 and _is_simple(member.type):
                member.default = self.samples.literal(member.type, 0)
        return found

    def _member_type(self) -> Type:
        if self.world.refined and self.random.random() < 0.3:
            return Type(self.random.choice(list(self.world.refined)))
        return self.any_type(1)

    def _member(self, member: FieldOf) -> Term:
        parts: list[str | Term] = [f"{written(member.name)}: {show(member.type)}"]
        if member.default is not None:
            parts += [" = ", member.default]
        if member.where:
            parts.append(f" where {member.where}")
        return Term(parts)

    def _new_record(self) -> None:
        generics = ("T",) if self.random.random() < 0.25 else ()
        name = self._type_name("Record")
        record = RecordOf(name, self._members(generics, named=True), generics)
        if not generics and self.random.random() < 0.3:
            record.fields = [FieldOf("low", INT), FieldOf("high", INT)]
            record.always = "low <= high"
            record.holds = lambda fields: bool(fields["low"] <= fields["high"])
        parts: list[str | Term] = [f"record {name}{'[T]' if generics else ''} {{ "]
        for member in record.fields:
            parts += [self._member(member), " "]
        if record.always:
            parts.append(f"always {record.always} ")
        self.world.terms.append(Term([*parts, "}"]))
        self.world.records[name] = record

    def _new_union(self) -> None:
        generics = ("T",) if self.random.random() < 0.25 else ()
        name = self._type_name("Union")
        variants: list[RecordOf] = []
        plain = self.random.random() < 0.3 and not generics
        for place in range(self.random.choice((2, 2, 3, 4))):
            fields: list[FieldOf] = []
            if not plain and self.random.random() < 0.7:
                fields = self._members(generics if place == 0 else (), named=False)
            variants.append(RecordOf(f"{name}V{place}", fields))
        if generics and not variants[0].fields:
            variants[0].fields = [FieldOf("value", Type("T"))]
        if not plain and not generics and self.random.random() < 0.3:
            # the first variant stays free of it, so that there are values
            variants[-1].fields.append(FieldOf("rest", Type(name)))
        parts: list[str | Term] = [f"union {name}{'[T]' if generics else ''} {{ "]
        for variant in variants:
            parts.append(variant.name)
            if variant.fields:
                members = [self._member(member) for member in variant.fields]
                parts += ["(", *separated(members), ")"]
            parts.append(" ")
        self.world.terms.append(Term([*parts, "}"]))
        self.world.unions[name] = UnionOf(name, variants, generics)

    # ------------------------------------------------------------ functions
    def _parameters(self, *, entry: bool) -> list[FieldOf]:
        count = self.random.randint(1, 3)
        found: list[FieldOf] = []
        taken: dict[str, Type] = {}
        for _ in range(count):
            name = self.fresh_name(taken)
            taken[name] = INT
            type_ = self._member_type()
            if entry and self.random.random() < 0.25:
                type_ = list_of(self.any_type(0))
            if entry and self.random.random() < 0.08:
                type_ = INSTANT
            found.append(FieldOf(name, type_))
            if type_ == INT and self.random.random() < 0.1:
                found[-1].where, found[-1].samples = "it < 50", [1, 2, 49]
        if not entry and self.random.random() < 0.2:
            last = found[-1]
            if last.samples is None and _is_simple(last.type):
                last.default = self.samples.literal(last.type, 0)
        return found

    def _function(self) -> None:
        """A function that the entry may call; some of them count down."""
        name = self._fresh("f")
        parameters = self._parameters(entry=False)
        result = self._member_type()
        fuel = self.random.random() < 0.25
        if fuel:
            taken = {p.name: p.type for p in parameters}
            parameters.insert(0, FieldOf(self.fresh_name(taken), INT))
        scope = {parameter.name: parameter.type for parameter in parameters}
        body: Term
        if fuel:
            body = self._countdown(name, parameters, result, scope)
        else:
            body = self._body(result, scope, depth=2, budget=1)
        self._declare(FunctionOf(name, parameters, result, (), fuel), body)

    def _countdown(
        self, name: str, parameters: list[FieldOf], result: Type, scope: dict[str, Type]
    ) -> Term:
        counter = written(parameters[0].name)
        rest = [
            self._sampled(each, scope, 1)
            if each.samples is not None
            else self.expr(each.type, scope, 1)
            for each in parameters[1:]
        ]
        again = Term([f"{name}(", *separated([Term([f"{counter} - 1"]), *rest]), ")"])
        end = self.expr(result, scope, 1)
        parts: list[str | Term] = [f"= if {counter} <= 0 then ", end, " else "]
        if result == INT:
            return Term([*parts, "1 + ", again])
        return Term([*parts, again])

    def _known(self) -> None:
        """One of a few generic functions."""
        name = self._fresh("g")
        t, u = Type("T"), Type("U")
        forms: list[tuple[list[FieldOf], Type, tuple[str, ...], Term]] = [
            ([FieldOf("x", t)], t, ("T",), Term(["= x"])),
            (
                [FieldOf("xs", list_of(t)), FieldOf("other", t)],
                t,
                ("T",),
                Term(["= ", Term(["xs.first or other"], meant="optional")]),
            ),
            (
                [FieldOf("xs", list_of(t))],
                list_of(t),
                ("T",),
                Term(["= xs.reverse().take(2)"]),
            ),
            (
                [FieldOf("x", t), FieldOf("ys", list_of(u))],
                t,
                ("T", "U"),
                Term(["{ for y in ys { return x } return x }"]),
            ),
            (
                [FieldOf("xs", list_of(t)), FieldOf("at", INT)],
                optional(t),
                ("T",),
                Term(["= xs.drop(at).first"]),
            ),
        ]
        parameters, result, generics, body = self.random.choice(forms)
        self._declare(FunctionOf(name, parameters, result, generics), body)

    def _body(
        self, result: Type, scope: dict[str, Type], *, depth: int, budget: int
    ) -> Term:
        if self.random.random() < 0.5:
            return Term(["= ", self.expr(result, scope, depth)])
        return self.block(result, scope, depth, budget)

    def _focused_type(self) -> Type | None:
        """The type of an expression that holds what is looked at."""
        if self.focus == REFINED:
            return Type(self.random.choice(list(self.world.refined)))
        fitting = [t for t in templates() if self.focus and self.focus in t.text]
        if not fitting:
            return None
        item = self.random.choice((INT, STRING))
        binding = dict.fromkeys("ABCKONES", item)
        return substitute(self.random.choice(fitting).type, binding)

    def _entry(self) -> FunctionOf:
        parameters = self._parameters(entry=True)
        scope = {parameter.name: parameter.type for parameter in parameters}
        result = self._focused_type() or self._member_type()
        body = self._body(
            result, scope, depth=self.random.choice((1, 2, 2, 3)), budget=1
        )
        entry = FunctionOf(f"{self.world.prefix}main", parameters, result)
        self._declare(entry, body)
        return entry

    def _declare(self, function: FunctionOf, body: Term) -> None:
        members = separated([self._member(each) for each in function.parameters])
        generics = f"[{', '.join(function.generics)}]" if function.generics else ""
        head = f"fn {function.name}{generics}("
        kind = show(function.result)
        self.world.terms.append(Term([head, *members, f") -> {kind} ", body]))
        self.world.functions[function.name] = function


def _is_simple(type_: Type) -> bool:
    return not type_.arguments and type_.name not in ("T", "Instant")


def make(seed: str, prefix: str, focus: str = "") -> Program:
    """The program of a seed; its names begin with the prefix.

    `focus` is what many of its expressions are to hold: `.round(`.
    """
    random = Random(seed)
    while True:
        programs = Programs(random, World(prefix))
        programs.focus = focus
        try:
            return programs.program(seed)
        except Stuck:  # rare: begun again with what the generator draws next
            continue
