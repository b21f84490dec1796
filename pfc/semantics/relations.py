"""How types relate: which fits where, substitution, and inference of type parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pfc.ir.types import (
    BOOL,
    DECIMAL,
    FLOAT,
    INT,
    OPEN,
    FunctionType,
    ListType,
    MapType,
    NoneType,
    OptionalType,
    PageType,
    PairType,
    Primitive,
    RecordType,
    RefinedType,
    ResultType,
    SetType,
    Type,
    UnionType,
    Unknown,
    Variable,
    base_of,
)

Binding = dict[str, Type]

NUMBERS = (INT, DECIMAL, FLOAT)
ORDERED = frozenset("Int Decimal Float String Date Time Instant Duration Bytes".split())


def fits(found: Type, wanted: Type) -> bool:
    """Whether a value of `found` may stand where `wanted` is expected, as it is.

    Values are immutable, so containers are covariant. A refined type fits its base; the
    other way round needs a check, which is `refines`.
    """
    if isinstance(found, Unknown) or isinstance(wanted, Unknown) or found == wanted:
        return True
    if isinstance(wanted, OptionalType):
        if isinstance(found, NoneType):
            return True
        inner = found.item if isinstance(found, OptionalType) else found
        return fits(inner, wanted.item)
    if isinstance(found, RefinedType):
        return fits(found.base, wanted)
    return _fits_inside(found, wanted)


def _fits_inside(found: Type, wanted: Type) -> bool:
    match found, wanted:
        case (ListType(a), ListType(b)) | (SetType(a), SetType(b)):
            return fits(a, b)
        case (PageType(a), PageType(b)):
            return fits(a, b)
        case (MapType(k, v), MapType(l, w)):
            return fits(k, l) and fits(v, w)
        case (PairType(a, e), PairType(b, f)):
            return fits(a, b) and fits(e, f)
        case (ResultType(a, e), ResultType(b, f)):
            return fits(a, b) and fits(e, f)
        case (RecordType(i, a), RecordType(j, b)) | (UnionType(i, a), UnionType(j, b)):
            return i == j and all(map(fits, a, b))
        case (FunctionType(p, r), FunctionType(q, s)):
            return len(p) == len(q) and all(map(fits, q, p)) and fits(r, s)
        case _:
            return False


def refines(found: Type, wanted: Type) -> bool:
    """Whether a value of `found` may stand for `wanted` after a check of refinements."""
    if isinstance(wanted, OptionalType):
        inner = found.item if isinstance(found, OptionalType) else found
        return refines(inner, wanted.item)
    if isinstance(found, OptionalType):
        return False
    if isinstance(wanted, RefinedType):
        return _may_become(base_of(found), base_of(wanted))
    match base_of(found), wanted:
        case (ListType(a), ListType(b)) | (SetType(a), SetType(b)):
            return _may_become(a, b)
        case MapType(k, v), MapType(l, w):
            return _may_become(k, l) and _may_become(v, w)
        case ResultType(a, e), ResultType(b, f):
            return _may_become(a, b) and _may_become(e, f)
        case _:
            return False


def _may_become(found: Type, wanted: Type) -> bool:
    return fits(found, wanted) or refines(found, wanted)


def optional(type_: Type) -> Type:
    """`T?`, once."""
    if isinstance(type_, OptionalType | Unknown):
        return type_
    return OptionalType(OPEN if isinstance(type_, NoneType) else type_)


def present(type_: Type) -> Type:
    """`T` of `T?`."""
    return type_.item if isinstance(type_, OptionalType) else type_


def substitute(type_: Type, binding: Mapping[str, Type]) -> Type:
    """The type with its variables replaced."""
    match type_:
        case Variable(name):
            return binding.get(name, type_)
        case ListType(item):
            return ListType(substitute(item, binding))
        case SetType(item):
            return SetType(substitute(item, binding))
        case PageType(item):
            return PageType(substitute(item, binding))
        case OptionalType(item):
            return optional(substitute(item, binding))
        case MapType(key, value):
            return MapType(substitute(key, binding), substitute(value, binding))
        case ResultType(value, error):
            return ResultType(substitute(value, binding), substitute(error, binding))
        case PairType(first, second):
            return PairType(substitute(first, binding), substitute(second, binding))
        case RecordType(id_, arguments):
            return RecordType(id_, tuple(substitute(a, binding) for a in arguments))
        case UnionType(id_, arguments):
            return UnionType(id_, tuple(substitute(a, binding) for a in arguments))
        case FunctionType(parameters, result):
            inside = tuple(substitute(p, binding) for p in parameters)
            return FunctionType(inside, substitute(result, binding))
        case _:
            return type_


def fresh(name: str) -> str:
    """The name of a callee's type parameter while a call is typed.

    It cannot be written, so it is no type parameter of the code around the call.
    """
    return f"{name}'"


def is_fresh(type_: Type) -> bool:
    """Whether a type is a callee's type parameter that nothing is known of yet."""
    return isinstance(type_, Variable) and type_.name.endswith("'")


def settled(type_: Type, binding: Mapping[str, Type]) -> Type:
    """The type with its variables replaced; what was never learned is unknown."""
    found = substitute(type_, binding)
    unlearned = {n: OPEN for n in variables(found) if is_fresh(Variable(n))}
    return substitute(found, unlearned)


def infer(pattern: Type, found: Type, binding: Binding) -> None:
    """Learns what the variables of `pattern` stand for from a value's type."""
    if isinstance(pattern, Variable):
        known = binding.get(pattern.name)
        if known is None or isinstance(known, Unknown):
            binding[pattern.name] = found
        else:
            binding[pattern.name] = join(known, found) or known
        return
    if isinstance(pattern, OptionalType):
        if not isinstance(found, NoneType):
            infer(pattern.item, present(found), binding)
        return
    if isinstance(found, RefinedType) and not isinstance(pattern, RefinedType):
        found = base_of(found)
    match pattern, found:
        case (
            (ListType(a), ListType(b))
            | (SetType(a), SetType(b))
            | (PageType(a), PageType(b))
        ):
            infer(a, b, binding)
        case (MapType(k, v), MapType(l, w)):
            infer(k, l, binding)
            infer(v, w, binding)
        case (ResultType(a, e), ResultType(b, f)) | (PairType(a, e), PairType(b, f)):
            infer(a, b, binding)
            infer(e, f, binding)
        case (RecordType(i, a), RecordType(j, b)) | (UnionType(i, a), UnionType(j, b)):
            if i == j:
                for one, other in zip(a, b, strict=True):
                    infer(one, other, binding)
        case (FunctionType(p, r), FunctionType(q, s)):
            for one, other in zip(p, q, strict=False):
                infer(one, other, binding)
            infer(r, s, binding)


def join(first: Type, second: Type) -> Type | None:
    """The smallest type that both fit, if there is one."""
    if first == second:
        return first
    if isinstance(first, Unknown):
        return first if isinstance(second, Unknown) and second.open else second
    if isinstance(second, Unknown):
        return first
    if isinstance(first, NoneType):
        return optional(second)
    if isinstance(second, NoneType):
        return optional(first)
    if isinstance(first, OptionalType) or isinstance(second, OptionalType):
        inner = join(present(first), present(second))
        return None if inner is None else optional(inner)
    if isinstance(first, RefinedType) or isinstance(second, RefinedType):
        if fits(first, second):
            return second
        return first if fits(second, first) else join(base_of(first), base_of(second))
    return _join_inside(first, second)


def _join_inside(first: Type, second: Type) -> Type | None:
    """`join` of two types that are made of others, part by part."""
    make: type[Type] = type(first)
    match first, second:
        case (ListType(a), ListType(b)) | (SetType(a), SetType(b)):
            parts = [join(a, b)]
        case PageType(a), PageType(b):
            parts = [join(a, b)]
        case MapType(a, c), MapType(b, d):
            parts = [join(a, b), join(c, d)]
        case (PairType(a, c), PairType(b, d)) | (ResultType(a, c), ResultType(b, d)):
            parts = [join(a, b), join(c, d)]
        case (RecordType(i, p), RecordType(j, q)) | (UnionType(i, p), UnionType(j, q)):
            if i != j or len(p) != len(q):
                return None
            both = [join(a, b) for a, b in zip(p, q, strict=True)]
            if any(each is None for each in both):
                return None
            kept = tuple(each for each in both if each is not None)
            return RecordType(i, kept) if make is RecordType else UnionType(i, kept)
        case _:
            if fits(first, second):
                return second
            return first if fits(second, first) else None
    if any(part is None for part in parts):
        return None
    build: Callable[..., Type] = make
    return build(*parts)


def join_all(types: Iterable[Type]) -> Type | None:
    """`join` over several; none of nothing."""
    joined: Type | None = None
    for type_ in types:
        joined = type_ if joined is None else join(joined, type_)
        if joined is None:
            return None
    return joined


def variables(type_: Type) -> set[str]:
    """The names of the type's variables."""
    match type_:
        case Variable(name):
            return {name}
        case ListType(item) | SetType(item) | PageType(item) | OptionalType(item):
            return variables(item)
        case MapType(a, b) | ResultType(a, b) | PairType(a, b):
            return variables(a) | variables(b)
        case RecordType(_, arguments) | UnionType(_, arguments):
            return set().union(*(variables(a) for a in arguments))
        case FunctionType(parameters, result):
            return set().union(variables(result), *(variables(p) for p in parameters))
        case _:
            return set()


def is_sortable(type_: Type) -> bool:
    """Whether a list can be sorted by such values: false comes before true."""
    return base_of(type_) == BOOL or is_ordered(type_)


def is_ordered(type_: Type) -> bool:
    """Whether `<` and its kin work on the type."""
    base = base_of(type_)
    return isinstance(base, Primitive) and base.name in ORDERED
