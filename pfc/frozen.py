"""Frozen slotted dataclasses whose methods are written when they are first called.

The compiler has hundreds of small classes and uses a part of them in any run; the
decorator of the standard library compiles six methods for each when it is imported, which
was half of the time to start. Everything that works on dataclasses works on these.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError
from functools import cache
from operator import attrgetter
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, TypeVar

_Class = TypeVar("_Class", bound=type)

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(
        cls: type | None = None,
        /,
        *,
        frozen: bool = False,
        slots: bool = False,
        eq: bool = True,
    ) -> Any:
        """As `dataclasses.dataclass`; lazy where it is frozen and slotted."""

        def made(cls: type) -> type:
            if frozen and slots:
                return _made(cls, eq)
            return dataclasses.dataclass(frozen=frozen, slots=slots, eq=eq)(cls)

        return made if cls is None else made(cls)


def _made(cls: _Class, eq: bool) -> _Class:
    own = tuple(name for name, kind in _annotations(cls).items() if _is_field(kind))
    content = dict(cls.__dict__)
    defaults = {name: content.pop(name, MISSING) for name in own}
    content.pop("__dict__", None)
    content.pop("__weakref__", None)
    inherited = {
        name: field
        for base in reversed(cls.__mro__[1:])
        for name, field in getattr(base, "__frozen__", {}).items()
    }
    every = {**inherited, **{name: (cls, defaults[name]) for name in own}}
    content["__frozen__"] = {
        name: every[name] for name in every if name in own or name in inherited
    }
    content["__slots__"] = tuple(name for name in own if name not in inherited)
    content.setdefault("__match_args__", tuple(every))
    content["__dataclass_params__"] = _PARAMETERS
    content["__dataclass_fields__"] = _Fields()
    content["__init__"] = _first_init
    content["__setattr__"], content["__delattr__"] = _set, _delete
    content["__getstate__"], content["__setstate__"] = _state, _restore
    content.setdefault("__repr__", _repr)
    if eq:
        content.setdefault("__eq__", _equal)
        content.setdefault("__hash__", _hash)
    else:
        content.pop("__eq__", None)
    new = type(cls)(cls.__name__, cls.__bases__, content)
    new.__qualname__ = cls.__qualname__
    return new


def _annotations(cls: type) -> dict[str, Any]:
    found: dict[str, Any] = cls.__dict__.get("__annotations__", {})  # noqa: RUF063  # `inspect` takes 15 ms to import
    return found


def _is_field(kind: object) -> bool:
    return not (isinstance(kind, str) and kind.startswith(("ClassVar", "typing.Class")))


@dataclasses.dataclass
class _Example:
    pass


_PARAMETERS = type(_Example.__dataclass_params__)(  # type: ignore[attr-defined]  # the standard library's own, told to `fields` and `replace`
    init=True,
    repr=True,
    eq=True,
    order=False,
    unsafe_hash=False,
    frozen=True,
    **(
        {"match_args": True, "kw_only": False, "slots": True, "weakref_slot": False}
        if hasattr(_Example.__dataclass_params__, "slots")  # type: ignore[attr-defined]  # from Python 3.12 on
        else {}
    ),
)


class _Fields:
    """`__dataclass_fields__`, made when somebody asks."""

    def __get__(self, _: object, owner: type) -> dict[str, Field[Any]]:
        holder = next(c for c in owner.__mro__ if c.__dict__.get(_NAME) is self)
        made = {}
        for name, (cls, default) in holder.__frozen__.items():  # type: ignore[attr-defined]  # ours
            field = default
            if not isinstance(default, Field):
                field = dataclasses.field(default=default)
            if field.name is None:
                field.name = name
                field.type = _annotations(cls)[name]
                field._field_type = dataclasses._FIELD  # type: ignore[attr-defined]  # what `fields` looks for
            made[name] = field
        type.__setattr__(holder, _NAME, made)
        return made


_NAME = "__dataclass_fields__"


def _holder(cls: type) -> type:
    """The nearest class that was made here."""
    return next(c for c in cls.__mro__ if "__frozen__" in c.__dict__)


def _first_init(self: object, *args: object, **named: object) -> None:
    holder = _holder(type(self))
    for cls in reversed(holder.__mro__):
        if cls.__dict__.get("__init__") is _first_init:
            type.__setattr__(cls, "__init__", _init(cls))
    holder.__init__(self, *args, **named)  # type: ignore[misc]  # the one just made


def _init(cls: type) -> Callable[..., None]:
    """`def __init__(self, a, b=...)`: the code is shared by all classes of one shape."""
    fields = cls.__frozen__  # type: ignore[attr-defined]  # ours
    values: dict[str, object] = {"_new": _New}
    defaults: list[object] = []
    made_anew = []
    for at, (name, (_, default)) in enumerate(fields.items()):
        values[f"_set{at}"] = getattr(cls, name).__set__
        if isinstance(default, Field) and default.default_factory is not MISSING:
            values[f"_make{at}"] = default.default_factory
            made_anew.append(at)
            defaults.append(_New)
            continue
        default = default.default if isinstance(default, Field) else default
        if default is not MISSING:
            defaults.append(default)
    code = _code(len(fields), tuple(made_anew), hasattr(cls, "__post_init__"))
    code = code.replace(co_varnames=("self", *fields))
    made = FunctionType(code, values, "__init__", tuple(defaults) or None)
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


@cache
def _code(count: int, made_anew: tuple[int, ...], followed: bool) -> CodeType:
    lines = [f"def __init__({', '.join(['self', *(f'_{n}' for n in range(count))])}):"]
    for at in range(count):
        new = f"_make{at}() if _{at} is _new else " if at in made_anew else ""
        lines.append(f"    _set{at}(self, {new}_{at})")
    lines.append("    self.__post_init__()" if followed else "    pass")
    known: dict[str, Any] = {}
    exec("\n".join(lines), known)  # only numbers are put in
    code = known["__init__"].__code__
    assert isinstance(code, CodeType)
    return code


class _New:
    """Stands for a default that is made anew each time."""


def _set(self: object, name: str, value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delete(self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _compared(cls: type) -> Callable[[Any], Any]:
    """What instances of a class are compared by."""
    known = _COMPARED.get(cls)
    if known is None:
        names = [
            name
            for name, (_, default) in _holder(cls).__frozen__.items()  # type: ignore[attr-defined]  # ours
            if not (isinstance(default, Field) and not default.compare)
        ]
        known = attrgetter(*names) if names else _nothing
        _COMPARED[cls] = known
    return known


_COMPARED: dict[type, Callable[[Any], Any]] = {}


def _nothing(_: object) -> tuple[()]:
    return ()


def _equal(self: object, other: object) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    key = _compared(self.__class__)
    return bool(key(self) == key(other))


def _hash(self: object) -> int:
    return hash(_compared(self.__class__)(self))


def _repr(self: object) -> str:
    names = _holder(type(self)).__frozen__  # type: ignore[attr-defined]  # ours
    told = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
    return f"{type(self).__qualname__}({told})"


def _state(self: object) -> list[object]:
    return [getattr(self, name) for name in _holder(type(self)).__frozen__]  # type: ignore[attr-defined]  # ours


def _restore(self: object, state: list[object]) -> None:
    names = _holder(type(self)).__frozen__  # type: ignore[attr-defined]  # ours
    for name, value in zip(names, state, strict=True):
        object.__setattr__(self, name, value)
