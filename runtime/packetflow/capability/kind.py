"""Kinds of capabilities, what they imply, and the capabilities made from them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Final, final
from weakref import WeakValueDictionary

from packetflow.capability.parameter import Parameter
from packetflow.errors import Violation


@final
class Argument:
    """In an implication: the i-th argument of the implying capability."""

    __slots__ = ("index",)

    def __init__(self, index: int) -> None:
        self.index = index

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Argument) and other.index == self.index

    def __hash__(self) -> int:
        return hash((Argument, self.index))

    def __repr__(self) -> str:
        return f"Argument({self.index})"


@final
class Implies:
    """An implied kind with its arguments: `Argument(i)`, `ANY` or a constant."""

    __slots__ = ("arguments", "kind")

    def __init__(self, kind: Kind, *arguments: object) -> None:
        if len(arguments) != len(kind.parameters):
            raise ValueError(_arity(kind, len(arguments)))
        self.kind = kind
        self.arguments = tuple(
            given if isinstance(given, Argument) else parameter.pattern(given)
            for parameter, given in zip(kind.parameters, arguments, strict=True)
        )


# One line of a closure: the implied kind and, per argument, a template.
Template = tuple["Kind", tuple[object, ...]]


@final
class Kind:
    """One operation of a capability family, with its parameters and implications.

    `closure` is everything that a capability of this kind implies, itself first:
    reflexive and transitive. Kinds imply only kinds made before them, so there are
    no cycles.
    """

    __slots__ = ("__weakref__", "_closure", "family", "implies", "name", "parameters")

    def __init__(
        self,
        name: str,
        *,
        parameters: tuple[Parameter, ...] = (),
        implies: tuple[Implies, ...] = (),
    ) -> None:
        # Interned, so that looking a name up in a held set compares by identity.
        self.name = sys.intern(name)
        self.family = name.rpartition(".")[0]
        self.parameters = parameters
        self.implies = implies
        for implied in implies:
            self._check(implied)
        self._closure: tuple[Template, ...] | None = None
        _KINDS[self.name] = self

    def __call__(self, *arguments: object) -> Capability:
        """The capability with these patterns, written as in source.

        For a path parameter a string is a pattern (`"/a/**"`); `ANY` is the wildcard.
        Raises ValueError if a pattern is not legal or the number is wrong.
        """
        return Capability(self, *arguments)

    def exact(self, *values: object) -> Capability:
        """The capability for just these values: no character in them is special.

        Raises Violation if a value is not one of its parameter's domain.
        """
        if len(values) != len(self.parameters):
            raise ValueError(_arity(self, len(values)))
        try:
            # Written for a denial too: it names what is missing.
            arguments = tuple(
                [one.exact(values[at]) for at, one in enumerate(self.parameters)]
            )
        except ValueError as error:
            raise Violation(self.name, str(error)) from None
        return _made(self, arguments, None)

    def __repr__(self) -> str:
        return f"Kind({self.name!r})"

    def _check(self, implied: Implies) -> None:
        seen: set[int] = set()
        for parameter, given in zip(
            implied.kind.parameters, implied.arguments, strict=True
        ):
            if not isinstance(given, Argument):
                continue
            if given.index in seen:
                raise ValueError(f"{self.name}: a parameter is used twice")
            seen.add(given.index)
            if not 0 <= given.index < len(self.parameters):
                raise ValueError(f"{self.name}: there is no parameter {given.index}")
            if self.parameters[given.index].domain != parameter.domain:
                raise ValueError(f"{self.name}: {parameter.name} has another domain")

    @property
    def closure(self) -> tuple[Template, ...]:
        """All that a capability of this kind implies; made when it is first needed.

        Closures of all kinds of a long chain would take the square of its length.
        """
        if self._closure is None:
            self._closure = self._close()
        return self._closure

    def _close(self) -> tuple[Template, ...]:
        own: Template = (self, tuple(map(Argument, range(len(self.parameters)))))
        found: dict[tuple[str, tuple[object, ...]], Template] = {
            (self.name, own[1]): own
        }
        todo = [own]
        for kind, templates in todo:
            for implied in kind.implies:
                bound = substitute(implied.arguments, templates)
                key = (implied.kind.name, bound)
                if key not in found:
                    found[key] = (implied.kind, bound)
                    todo.append(found[key])
        return tuple(found.values())


_KINDS: Final[WeakValueDictionary[str, Kind]] = WeakValueDictionary()


def kind_named(name: str) -> Kind | None:
    """The kind with this full name that was made last, None if there is none."""
    return _KINDS.get(name)


def substitute(
    templates: tuple[object, ...], arguments: tuple[object, ...]
) -> tuple[object, ...]:
    """The templates with the arguments put for their `Argument` places."""
    return tuple(
        arguments[given.index] if isinstance(given, Argument) else given
        for given in templates
    )


@final
class Capability:
    """The right to one kind of operation on what its patterns admit.

    Immutable, hashable, equal by kind, patterns and `expires`. A capability that
    expires counts before that instant, not at it or after.
    """

    __slots__ = ("_hash", "arguments", "expires", "kind")
    kind: Kind
    arguments: tuple[object, ...]
    expires: datetime | None
    _hash: int

    def __init__(self, kind: Kind, *arguments: object) -> None:
        if len(arguments) != len(kind.parameters):
            raise ValueError(_arity(kind, len(arguments)))
        patterns = tuple(
            parameter.pattern(given)
            for parameter, given in zip(kind.parameters, arguments, strict=True)
        )
        _fill(self, kind, patterns, None)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a capability is immutable: {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a capability is immutable: {name}")

    def until(self, instant: datetime) -> Capability:
        """The same right, ending at an instant, or at its own end if that is sooner."""
        if instant.tzinfo is None:
            raise ValueError("the end of a grant has a time zone")
        end = instant if self.expires is None else min(instant, self.expires)
        return _made(self.kind, self.arguments, end)

    def closure(self) -> Iterator[Capability]:
        """Everything this capability implies, itself first."""
        yield self
        for kind, templates in self.kind.closure[1:]:
            yield _made(kind, substitute(templates, self.arguments), self.expires)

    def implies(self, other: Capability) -> bool:
        """Whether who holds this one holds the other too."""
        return any(held.includes(other) for held in self.closure())

    covers = implies

    def includes(self, other: Capability) -> bool:
        """Whether the other is of this kind and narrower, implications left aside."""
        return self.outlives(other) and self.admits(other)

    def admits(self, other: Capability) -> bool:
        """Whether the other's patterns are narrower, whenever the two end."""
        if self.kind.name != other.kind.name:
            return False
        try:
            return all(
                parameter.covers(held, needed)
                for parameter, held, needed in zip(
                    self.kind.parameters, self.arguments, other.arguments, strict=True
                )
            )
        except TypeError:  # bounds of two types: no order between them
            return False

    def shortfall(self, need: Capability) -> str:
        """In words, why this one does not cover what is needed, for messages."""
        if self.kind.name != need.kind.name:
            return f"does not imply {need.kind.name.rpartition('.')[2]}"
        for parameter, held, needed in zip(
            self.kind.parameters, self.arguments, need.arguments, strict=True
        ):
            reason = parameter.shortfall(held, needed)
            if reason:
                return reason
        return "ends too soon" if not self.outlives(need) else "ended meanwhile"

    def way_to(self, need: Capability) -> tuple[Capability, ...]:
        """The shortest way by implications, this one first, to what admits the need.

        Empty if there is none; ends are left aside.
        """
        before: dict[Capability, Capability | None] = {self: None}
        todo = [self]
        for one in todo:
            if one.admits(need):
                return _way(one, before)
            for implied in one.kind.implies:
                arguments = substitute(implied.arguments, one.arguments)
                made = _made(implied.kind, arguments, one.expires)
                if made not in before:
                    before[made] = one
                    todo.append(made)
        return ()

    def outlives(self, other: Capability) -> bool:
        """Whether this one lasts at least as long as the other."""
        if self.expires is None:
            return True
        return other.expires is not None and other.expires <= self.expires

    def meet(self, other: Capability) -> Capability | None:
        """What both of the same kind admit, or None; implications left aside."""
        if self.kind.name != other.kind.name:
            return None
        patterns: list[object] = []
        for parameter, left, right in zip(
            self.kind.parameters, self.arguments, other.arguments, strict=True
        ):
            both = parameter.meet(left, right)
            if both is None:
                return None
            patterns.append(both)
        ends = [end for end in (self.expires, other.expires) if end is not None]
        return _made(self.kind, tuple(patterns), min(ends, default=None))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Capability):
            return NotImplemented
        return (
            self.kind.name == other.kind.name
            and self.arguments == other.arguments
            and self.expires == other.expires
        )

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:  # most are never put into a set: they ask one question
            value = hash((self.kind.name, self.arguments, self.expires))
            object.__setattr__(self, "_hash", value)
            return value

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a capability is not pickled: send a token")

    def __copy__(self) -> Capability:
        return self

    def __deepcopy__(self, memo: object) -> Capability:
        return self

    def __str__(self) -> str:
        name = ".".join(self.kind.name.split(".")[-2:])
        if self.arguments:
            shown = ", ".join(
                parameter.text(given)
                for parameter, given in zip(
                    self.kind.parameters, self.arguments, strict=True
                )
            )
            name = f"{name}({shown})"
        return f"{name} until {self.expires.isoformat()}" if self.expires else name

    __repr__ = __str__


def _way(
    last: Capability, before: dict[Capability, Capability | None]
) -> tuple[Capability, ...]:
    steps: list[Capability] = []
    step: Capability | None = last
    while step is not None:
        steps.append(step)
        step = before[step]
    return tuple(reversed(steps))


def _fill(
    capability: Capability,
    kind: Kind,
    arguments: tuple[object, ...],
    expires: datetime | None,
) -> None:
    write = object.__setattr__
    write(capability, "kind", kind)
    write(capability, "arguments", arguments)
    write(capability, "expires", expires)


def _made(
    kind: Kind, arguments: tuple[object, ...], expires: datetime | None
) -> Capability:
    capability = Capability.__new__(Capability)
    _fill(capability, kind, arguments, expires)
    return capability


def _arity(kind: Kind, given: int) -> str:
    return f"{kind.name} takes {len(kind.parameters)} arguments, not {given}"
