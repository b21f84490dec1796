"""Expressions of a wanted type, at random."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from random import Random
from typing import Final

from tests.differential.evaluator.types import Type
from tests.differential.generator import words
from tests.differential.generator.declarations import (
    BOOL,
    BYTES,
    DATE,
    DECIMAL,
    DURATION,
    FLOAT,
    INSTANT,
    INT,
    PATH,
    STRING,
    TIME,
    FieldOf,
    FunctionOf,
    RecordOf,
    UnionOf,
    World,
    list_of,
    map_of,
    optional,
    substitute,
)
from tests.differential.generator.samples import Samples
from tests.differential.generator.templates import Hole, Template, templates
from tests.differential.generator.terms import (
    ATOM,
    OPEN,
    POSTFIX,
    Term,
    separated,
    show,
    source,
)

Scope = Mapping[str, Type]
ORDERED: Final = (INT, DECIMAL, STRING, DURATION, DATE, FLOAT)
NUMBERS: Final = (INT, DECIMAL, FLOAT)
KEYS: Final = (INT, STRING, BOOL, DATE, DURATION)
SORTED: Final = (INT, STRING, DATE, DURATION)
_PLAIN: Final = (FLOAT, DURATION, DATE, BYTES, PATH, TIME)
_ALLOWED: Final = {"O": ORDERED, "N": NUMBERS, "S": SORTED}
_FREE: Final = frozenset("A B C K O N E S".split())


class Stuck(Exception):
    """There is no such expression here."""


class Expressions:
    """`expr` makes an expression; `known` says that the checker knows the type there."""

    def __init__(self, random: Random, world: World) -> None:
        self.random = random
        self.world = world
        self.samples = Samples(random, world)
        self.names = list(words.ORDINARY)
        self.focus = ""
        """What many of the templates that are chosen hold."""
        self.palette: list[Type] = []
        """The types of most values: few, so that there is much to do with each."""

    # ------------------------------------------------------------ types
    def plain_type(self) -> Type:
        return self.random.choice(
            (INT, INT, INT, STRING, STRING, BOOL, DECIMAL, DECIMAL, *_PLAIN)
        )

    def any_type(self, depth: int = 1) -> Type:
        """A type of the program; never an Instant, which no literal makes."""
        if self.palette and self.random.random() < 0.75:
            return self.random.choice(self.palette)
        draw = self.random.random()
        if depth <= 0 or draw < 0.45:
            return self.plain_type()
        if draw < 0.7 and (self.world.records or self.world.unions):
            return self.declared_type(depth)
        if draw < 0.8:
            return list_of(self.any_type(depth - 1))
        if draw < 0.85:
            return map_of(self.key_type(), self.any_type(depth - 1))
        if draw < 0.88:
            return Type("Set", (self.key_type(),))
        if draw < 0.92:
            return Type("Result", (self.any_type(depth - 1), STRING))
        return optional(self.any_type(depth - 1))

    def declared_type(self, depth: int) -> Type:
        owners: list[RecordOf | UnionOf] = [
            *self.world.records.values(),
            *self.world.unions.values(),
        ]
        owner = self.random.choice(owners)
        arguments = tuple(self.any_type(depth - 1) for _ in owner.generics)
        return Type(owner.name, arguments)

    def key_type(self) -> Type:
        enumerations = [
            Type(union.name)
            for union in self.world.unions.values()
            if union.is_enumeration
        ]
        return self.random.choice((*KEYS, *enumerations))

    # ------------------------------------------------------------ expressions
    def expr(
        self, type_: Type, scope: Scope, depth: int, *, known: bool = True
    ) -> Term:
        """An expression of the type; if it is not `known` there, of exactly this type."""
        if depth > 0 and self.random.random() < 0.85:
            for _ in range(4):
                try:
                    return self.made(type_, scope, depth, known=known)
                except Stuck:
                    continue
        return self.leaf(type_, scope, known=known)

    def made(self, type_: Type, scope: Scope, depth: int, *, known: bool) -> Term:
        """An expression with parts."""
        if type_.name in self.world.refined:
            return self._refined(type_, scope, depth, known=known)
        draw = self.random.random()
        if draw < 0.12:
            return self.match(type_, scope, depth, known=known)
        if draw < 0.24:
            return self.call(type_, scope, depth, known=known)
        if draw < 0.36:
            return self.constructed(type_, scope, depth, known=known)
        if draw < 0.42:
            return self.narrowed(type_, scope, depth, known=known)
        if type_.optional and known and self.random.random() < 0.4:
            present = Type(type_.name, type_.arguments)
            return self.expr(present, scope, depth, known=True)
        if type_ == STRING and draw < 0.55:
            return self.interpolation(scope, depth)
        return self._from_template(type_, scope, depth, known=known)

    def match(self, type_: Type, scope: Scope, depth: int, *, known: bool) -> Term:
        raise NotImplementedError

    def _refined(self, type_: Type, scope: Scope, depth: int, *, known: bool) -> Term:
        """A value of the base that is checked when the program runs."""
        if not known:
            raise Stuck
        draw = self.random.random()
        if draw < 0.15:
            return self.match(type_, scope, depth, known=True)
        if draw < 0.3:
            condition = self.expr(BOOL, scope, depth - 1)
            then = self.expr(type_, scope, depth - 1)
            other = self.expr(type_, scope, depth - 1)
            return Term(
                ["if ", condition, " then ", then, " else ", other], type_, OPEN
            )
        refined = self.world.refined[type_.name]
        if type_.optional:
            return self.expr(Type(type_.name), scope, depth, known=True)
        found = self.expr(refined.base, scope, depth - 1)
        if found.constant or not found_variable(found) or _is_form(found):
            raise Stuck
        return found

    # ------------------------------------------------------------ leaves
    def leaf(self, type_: Type, scope: Scope, *, known: bool) -> Term:
        if self.random.random() < 0.7:
            try:
                return self.variable(type_, scope, known=known)
            except Stuck:
                pass
        return self.literal(type_, scope, known=known)

    def variable(self, type_: Type, scope: Scope, *, known: bool) -> Term:
        """A name, or a field of one."""
        found = [
            Term([path], have, ATOM if "." not in path else POSTFIX)
            for path, have in self._places(scope)
            if self._fits(have, type_, known=known)
        ]
        if not found:
            raise Stuck
        return self.random.choice(found)

    def _places(self, scope: Scope) -> list[tuple[str, Type]]:
        found = [(written(name), type_) for name, type_ in scope.items()]
        for path, type_ in list(found):
            if type_.optional:
                continue
            for member, kind in self.world.members(type_):
                found.append((f"{path}.{written(member.name)}", kind))
        return found

    def _fits(self, have: Type, wanted: Type, *, known: bool) -> bool:
        if have == wanted:
            return True
        if not known:
            return False
        if wanted.optional and not have.optional:
            wanted = Type(wanted.name, wanted.arguments)
        return have == wanted or self.world.base(have) == wanted

    def literal(self, type_: Type, scope: Scope, *, known: bool) -> Term:
        """A literal; where its type would not be known, a function is given one."""
        if has_instant(type_):
            return self.variable(type_, scope, known=known)
        if known:
            return self.samples.literal(type_)
        if type_ in (INT, BOOL, STRING, DURATION, DATE, BYTES, TIME):
            return self.samples.literal(type_)
        if type_ == DECIMAL:
            found = self.samples.literal(type_)
            if "." not in source(found):
                found = Term([*found.parts, ".0"], type_, found.level, constant=True)
                # the digits and the point are one literal
                text = source(found)
                negative = text.startswith("-")
                inner = Term([text.lstrip("-")], type_, meant="Decimal", constant=True)
                found = inner
                if negative:
                    found = Term(["-", inner], type_, 7, constant=True)
            return found
        name = self.identity(type_)
        return Term([f"{name}(", self.samples.literal(type_), ")"], type_, POSTFIX)

    def identity(self, type_: Type) -> str:
        """A function that gives what it is given, declared once for each type."""
        kind = show(type_)
        name = "as_" + re.sub(r"\W+", "_", kind.replace("?", "_maybe")).lower()
        own = self._is_own(type_)
        name = self.world.prefix + name if own else name
        if name not in self.world.functions:
            self.world.functions[name] = FunctionOf(
                name, [FieldOf("value", type_)], type_
            )
            term = Term([f"fn {name}(value: {kind}) -> {kind} = value"])
            if own:
                self.world.terms.append(term)
            else:
                self.world.shared[name] = term
        return name

    def _is_own(self, type_: Type) -> bool:
        declared = (*self.world.refined, *self.world.records, *self.world.unions)
        return type_.name in declared or any(map(self._is_own, type_.arguments))

    # ------------------------------------------------------------ forms
    def interpolation(self, scope: Scope, depth: int) -> Term:
        parts: list[str | Term] = ['"']
        constant = True
        for _ in range(self.random.randint(1, 3)):
            if self.random.random() < 0.5:
                parts.append(
                    self.random.choice(["a", " ", "{{", "}}", "é", "-", "\\n"])
                )
            hole = self._hole(scope, depth)
            constant = constant and hole.constant
            parts += ["{", hole, "}"]
        return Term([*parts, '"'], STRING, constant=constant)

    def _hole(self, scope: Scope, depth: int) -> Term:
        """Strings in a hole hold no braces, and holes no maps or blocks."""
        for _ in range(5):
            type_ = self.random.choice((INT, STRING, BOOL, DECIMAL, FLOAT, DURATION))
            if self.random.random() < 0.4:
                type_ = self.any_type(1)
            if type_.name in ("List", "Map", "Set", "Bytes"):
                continue
            found = self.expr(type_, scope, min(depth - 1, 1), known=False)
            text = source(found)
            if not set("{}\n") & set(text) and '\\"' not in text:
                return found
        return self.samples.written(7, INT)

    def narrowed(self, type_: Type, scope: Scope, depth: int, *, known: bool) -> Term:
        """`if x != none then ... else ...` for an optional name."""
        names = [n for n, t in scope.items() if t.optional]
        if not names:
            raise Stuck
        name = self.random.choice(names)
        have = scope[name]
        inner = {**scope, name: Type(have.name, have.arguments)}
        present = self.expr(type_, inner, depth - 1, known=known)
        absent = self.expr(type_, scope, depth - 1, known=known)
        if self.random.random() < 0.5:
            parts: list[str | Term] = [
                f"if {written(name)} != none then ",
                present,
                " else ",
                absent,
            ]
        else:
            parts = [f"if {written(name)} == none then ", absent, " else ", present]
        return Term(parts, type_, OPEN)

    def call(self, type_: Type, scope: Scope, depth: int, *, known: bool) -> Term:
        """A call of a function of the program."""
        found = [
            (function, binding)
            for function in self.world.functions.values()
            for binding in [self._result_binding(function, type_, known=known)]
            if binding is not None
        ]
        if not found:
            raise Stuck
        function, binding = self.random.choice(found)
        for name in function.generics:
            binding.setdefault(name, self.plain_type())
        generic = bool(function.generics)
        arguments: list[Term] = []
        by_name = self.random.random() < 0.3
        for place, parameter in enumerate(function.parameters):
            if parameter.default is not None and self.random.random() < 0.5:
                by_name = True
                continue
            kind = substitute(parameter.type, binding)
            if function.fuel and place == 0:
                value = self.samples.written(self.random.randint(0, 4), INT)
            elif parameter.samples is not None:
                value = self._sampled(parameter, scope, depth)
            else:
                value = self.expr(kind, scope, depth - 1, known=not generic)
            label = f"{written(parameter.name)}: " if by_name else ""
            arguments.append(Term([label, value]))
        return Term([f"{function.name}(", *separated(arguments), ")"], type_, POSTFIX)

    def _result_binding(
        self, function: FunctionOf, type_: Type, *, known: bool
    ) -> dict[str, Type] | None:
        if function.generics:
            binding: dict[str, Type] = {}
            return binding if unify(function.result, type_, binding) else None
        return {} if self._fits(function.result, type_, known=known) else None

    def _sampled(self, member: FieldOf, scope: Scope, depth: int) -> Term:
        """A value for a member with a `where` of its own: constant and right, or not."""
        assert member.samples is not None
        if self.random.random() < 0.5:
            found = self.expr(member.type, scope, depth - 1)
            if not found.constant and found_variable(found) and not _is_form(found):
                return found
        return self.samples.written(self.random.choice(member.samples), member.type)

    def constructed(
        self, type_: Type, scope: Scope, depth: int, *, known: bool
    ) -> Term:
        """A record, variant, list, map, outcome, or a copy of a record."""
        if type_.optional:
            raise Stuck
        if type_.name in self.world.records:
            return self._record(type_, scope, depth, known=known)
        if type_.name in self.world.unions:
            return self._variant(type_, scope, depth, known=known)
        arguments = type_.arguments
        if not known:
            raise Stuck
        if type_.name in ("List", "Set"):
            meant = "Set" if type_.name == "Set" else None
            items = [
                self.expr(arguments[0], scope, depth - 1)
                for _ in range(self.random.randint(0, 3))
            ]
            return Term(["[", *separated(items), "]"], type_, meant=meant)
        if type_.name == "Map":
            entries = [
                Term([key, ": ", self.expr(arguments[1], scope, depth - 1)])
                for key in self._map_keys(arguments[0], scope)
            ]
            return Term(["{", *separated(entries), "}"], type_)
        if type_.name == "Result":
            place = self.random.randrange(2)
            inside = self.expr(arguments[place], scope, depth - 1)
            return Term([("Ok(", "Err(")[place], inside, ")"], type_, POSTFIX)
        raise Stuck

    def _map_keys(self, type_: Type, scope: Scope) -> list[Term]:
        """Keys that can be written: names are values, not words."""
        values = [self.samples.literal(type_) for _ in range(self.random.randint(0, 3))]
        return [value for value in values if value.level == ATOM]

    def _record(self, type_: Type, scope: Scope, depth: int, *, known: bool) -> Term:
        record = self.world.records[type_.name]
        if record.generics and not known:
            raise Stuck
        members = self.world.members(type_)
        if not record.generics and self.random.random() < 0.3:
            return self._copy(type_, scope, depth)
        if record.always and self.random.random() < 0.4:
            return self.samples.literal(type_)
        return self._fields(
            record.name, members, type_, scope, depth, varied=bool(record.always)
        )

    def _variant(self, type_: Type, scope: Scope, depth: int, *, known: bool) -> Term:
        union = self.world.unions[type_.name]
        if union.generics and not known:
            raise Stuck
        variant = self.random.choice(union.variants)
        name = variant.name
        if self.random.random() < 0.5:
            name = f"{union.name}.{name}"
        members = self.world.members(type_, variant.name)
        if not members:
            return Term([name], type_)
        return self._fields(name, members, type_, scope, depth)

    def _fields(
        self,
        name: str,
        members: list[tuple[FieldOf, Type]],
        type_: Type,
        scope: Scope,
        depth: int,
        *,
        varied: bool = False,
    ) -> Term:
        arguments: list[Term] = []
        by_name = all_named = self.random.random() < 0.7
        for member, kind in members:
            if member.default is not None and self.random.random() < 0.4:
                by_name = True
                continue
            if member.samples is not None:
                value = self._sampled(member, scope, depth)
            else:
                value = self.expr(kind, scope, depth - 1)
            if varied and (value.constant or not found_variable(value)):
                raise Stuck
            label = f"{written(member.name)}: " if by_name else ""
            arguments.append(Term([label, value]))
        if all_named and self.random.random() < 0.3:
            self.random.shuffle(arguments)
        return Term([f"{name}(", *separated(arguments), ")"], type_, POSTFIX)

    def _copy(self, type_: Type, scope: Scope, depth: int) -> Term:
        record = self.world.records[type_.name]
        receiver = self.variable(type_, scope, known=False)
        member = self.random.choice(record.fields)
        if member.samples is not None:
            value = self._sampled(member, scope, depth)
        else:
            value = self.expr(member.type, scope, depth - 1)
        label = f".with({written(member.name)}: "
        return Term([receiver, label, value, ")"], type_, POSTFIX)

    # ------------------------------------------------------------ templates
    def _from_template(
        self, type_: Type, scope: Scope, depth: int, *, known: bool
    ) -> Term:
        fitting: list[tuple[Template, dict[str, Type]]] = []
        for template in templates():
            binding: dict[str, Type] = {}
            if unify(template.type, type_, binding):
                fitting.append((template, binding))
        focused = [
            each for each in fitting if self.focus and self.focus in each[0].text
        ]
        specific = [each for each in fitting if each[0].type.name not in _FREE]
        if focused and self.random.random() < 0.7:
            fitting = focused
        elif specific and self.random.random() < 0.7:
            fitting = specific
        template, binding = self.random.choice(fitting)
        if "Instant" in template.text and not any(
            have.name == "Instant" and not have.optional for have in scope.values()
        ):
            raise Stuck
        self._choose(binding, scope)
        is_form = template.level == OPEN or template.level < 4
        parts: list[str | Term] = []
        for part in template.parts:
            if isinstance(part, str):
                parts.append(part)
                continue
            inner_known = known and (is_form or "@" not in template.text)
            parts.append(self._filled(part, binding, scope, depth, inner_known))
        terms = [part for part in parts if isinstance(part, Term)]
        constant = bool(terms) and terms[0].constant
        return Term(parts, type_, template.level, template.meant, constant)

    def _choose(self, binding: dict[str, Type], scope: Scope) -> None:
        """Types for the letters that nothing is known of yet: often those in sight."""
        seen = list(self._seen(scope))
        for letter in "ABCKONES":
            if letter in binding:
                self._check_letter(letter, binding[letter])
                continue
            fitting = [each for each in seen if self._may_be(letter, each)]
            if fitting and self.random.random() < 0.8:
                binding[letter] = self.random.choice(fitting)
            elif letter == "K":
                binding[letter] = self.key_type()
            elif letter in _ALLOWED:
                binding[letter] = self.random.choice(_ALLOWED[letter])
            else:
                chosen = self.any_type(1)
                binding[letter] = Type(chosen.name, chosen.arguments)

    def _seen(self, scope: Scope) -> Iterator[Type]:
        """The types of what is in sight, and of what is inside of it."""
        for _, type_ in self._places(scope):
            yield Type(type_.name, type_.arguments)
            yield from type_.arguments

    def _check_letter(self, letter: str, type_: Type) -> None:
        if not self._may_be(letter, type_):
            raise Stuck

    def _may_be(self, letter: str, type_: Type) -> bool:
        if type_.name in self.world.refined or type_.optional or has_instant(type_):
            return False
        is_enumeration = (
            type_.name in self.world.unions
            and self.world.unions[type_.name].is_enumeration
        )
        if letter == "K":
            return type_ in KEYS or is_enumeration
        return letter not in _ALLOWED or type_ in _ALLOWED[letter]

    def _filled(
        self,
        hole: Hole,
        binding: dict[str, Type],
        scope: Scope,
        depth: int,
        known: bool,
    ) -> Term:
        type_ = substitute(hole.type, binding)
        if hole.parameters is not None:
            kinds = [substitute(each, binding) for each in hole.parameters]
            return self.lambda_(kinds, type_, scope, depth)
        match hole.flag:
            case "~":
                return self.samples.written(
                    self.samples.sample(type_, 0, written=True), type_
                )
            case "&":
                return self._called(type_, scope, depth).at(hole.level)
            case "%":
                return self.variable(type_, scope, known=False)
            case "$":
                return self._settled(type_, scope, depth).at(hole.level)
            case "!":
                return self.expr(type_, scope, depth - 1, known=True).at(hole.level)
        return self.expr(type_, scope, depth - 1, known=known).at(hole.level)

    def _called(self, type_: Type, scope: Scope, depth: int) -> Term:
        """The result of a call."""
        for _ in range(4):
            found = self.expr(type_, scope, depth - 1, known=False)
            if found.level == POSTFIX and not isinstance(found.parts[0], Term):
                if len(found.parts) > 1:
                    return found
        raise Stuck

    def _settled(self, type_: Type, scope: Scope, depth: int) -> Term:
        """Something whose type is the same wherever it stands."""
        for _ in range(4):
            found = self.expr(type_, scope, depth - 1, known=False)
            is_call = found.level == POSTFIX
            if is_call or (found_variable(found) and len(found.parts) == 1):
                return found
        return self.variable(type_, scope, known=False)

    def lambda_(
        self, kinds: list[Type], result: Type, scope: Scope, depth: int
    ) -> Term:
        """A lambda, or the name of a function that fits."""
        named = [
            function.name
            for function in self.world.functions.values()
            if not function.generics
            and not function.fuel
            and function.result == result
            and [each.type for each in function.parameters] == kinds
        ]
        if named and self.random.random() < 0.3:
            return Term([self.random.choice(named)])
        names: list[str] = []
        while len(names) < len(kinds):
            name = self.fresh_name(scope, shadow=True)
            if name not in names:
                names.append(name)
        inner = {**scope, **dict(zip(names, kinds, strict=True))}
        body = self.expr(result, inner, depth - 1, known=False)
        shown = ", ".join(map(written, names))
        head = shown if len(names) == 1 else f"({shown})"
        return Term([f"{head} => ", body], level=OPEN)

    def fresh_name(self, scope: Scope, *, shadow: bool = False) -> str:
        """A name; one that is in sight only if it may be `shadow`ed."""
        while True:
            name = self.random.choice(self.names)
            if name not in scope or (shadow and self.random.random() < 0.3):
                return name


def has_instant(type_: Type) -> bool:
    """Whether an Instant is part of the type: no literal makes one."""
    return type_ == INSTANT or any(map(has_instant, type_.arguments))


def written(name: str) -> str:
    """A name as it stands in the source."""
    return name


def found_variable(term: Term) -> bool:
    """Whether a term reads anything: it holds a word that is no literal."""
    return not term.constant and any(
        isinstance(part, str) and part[:1].isalpha() and part not in _CONSTANTS
        for each in term.walk()
        for part in each.parts
    )


def _is_form(term: Term) -> bool:
    """Whether each branch of it is held to the type that is expected."""
    first = term.parts[0]
    return isinstance(first, str) and first.startswith(("if ", "match "))


_CONSTANTS: Final = ("none", "true", "false")


def unify(pattern: Type, type_: Type, binding: dict[str, Type]) -> bool:
    """Whether a type with letters can be the type; learns what the letters are."""
    if pattern.optional and not type_.optional:
        return False
    if pattern.optional:
        pattern = Type(pattern.name, pattern.arguments)
        type_ = Type(type_.name, type_.arguments)
    if pattern.name in _FREE or (len(pattern.name) == 1 and not pattern.arguments):
        known = binding.setdefault(pattern.name, type_)
        return known == type_
    if pattern.name != type_.name or pattern.optional != type_.optional:
        return False
    return len(pattern.arguments) == len(type_.arguments) and all(
        unify(one, other, binding)
        for one, other in zip(pattern.arguments, type_.arguments, strict=True)
    )
