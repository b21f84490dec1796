"""Names of a program as Python identifiers, and which of them collide."""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Callable, Iterable
from itertools import count
from typing import Final

from pfc.emit.code import Code
from pfc.frozen import dataclass

_ANNOTATION_NAMES: Final = """
    bool bytes dict float frozenset int list object set str tuple type
"""
_CLASS_BODY_NAMES: Final = "classmethod property staticmethod"
_ILLEGIBLE: Final = "l O I"  # linters take them for digits
_IMPORTED_MODULES: Final = """
    asyncio datetime decimal enum msgspec packetflow typing uuid
"""
_CALLED_BUILTINS: Final = """
    abs all any divmod enumerate filter format getattr hasattr isinstance iter len map
    max min next print range repr reversed round sorted sum super zip
    Exception KeyError NotImplemented NotImplementedError RuntimeError TypeError
    ValueError
"""
_SUBMODULES: Final = """
    api app capabilities contexts effects events functions intents pages reactors
    scenarios types
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a name stands: the names that something else means there."""

    taken: frozenset[str]
    in_enum: bool = False

    def reserving(self, names: str) -> Scope:
        """The same scope with more names taken, separated by blanks."""
        return Scope(self.taken.union(names.split()), self.in_enum)


# A field is found by its attribute, so only what annotations and defaults in the
# class body mention is taken: a field `id` or `max` keeps its name.
ATTRIBUTE: Final = (
    Scope(frozenset())
    .reserving(_ANNOTATION_NAMES)
    .reserving(_CLASS_BODY_NAMES)
    .reserving(_IMPORTED_MODULES)
    .reserving(_ILLEGIBLE)
)
MODULE: Final = ATTRIBUTE.reserving(_CALLED_BUILTINS).reserving(_SUBMODULES)
LOCAL: Final = ATTRIBUTE.reserving(_CALLED_BUILTINS).reserving(
    "self turn state scenario"
)
RECORD: Final = ATTRIBUTE
CONFIG: Final = ATTRIBUTE.reserving("section secrets")
CONTEXT: Final = ATTRIBUTE.reserving(
    "capabilities request_id trace held grants propagate compose compose_by can at"
    " holding derive identified standing steady session_grants in_session"
)
INTENT: Final = ATTRIBUTE.reserving("missing context deadline during")
EVENT: Final = ATTRIBUTE.reserving("missing")
STATE: Final = ATTRIBUTE
FAILURE: Final = ATTRIBUTE.reserving(
    "args with_traceback add_note status fields self super"
)
ENUM: Final = Scope(frozenset(("mro", "name", "value", "names")), in_enum=True)
FAMILY: Final = ATTRIBUTE


def identifier(name: str, scope: Scope = MODULE) -> Code:
    """The Python identifier for a name of a program.

    Normalised as Python does (NFKC); keywords, names taken in the scope, dunder and
    mangled names get a trailing underscore. Idempotent; not injective: see `rename`.
    """
    text = _identifier_text(name)
    if not text.strip("_"):
        text = f"_{len(text) or 1}"
    elif text.startswith("__"):
        text = _after_underscores(text)
    elif scope.in_enum and text.startswith("_") and text.endswith("_"):
        # `_x_` belongs to enum itself.
        text = _after_underscores(text)
    while keyword.iskeyword(text) or text in scope.taken:
        text += "_"
    return Code(text)


def _after_underscores(text: str) -> str:
    text = text.lstrip("_")
    if not text.endswith("_"):
        text += "_"
    return text if text.isidentifier() else "x_" + text


def _identifier_text(name: str) -> str:
    """The name normalised, with `_` for every character no identifier can have."""
    text = unicodedata.normalize("NFKC", name)
    if text.isidentifier():
        return text
    text = "".join(char if ("a" + char).isidentifier() else "_" for char in text)
    text = unicodedata.normalize("NFKC", text)
    return text if not text or text.isidentifier() else "_" + text


def snake_case(name: str) -> str:
    """`FileStore` → `file_store`, `HTTPServer` → `http_server`; a text to rename."""
    return "_".join(_words(name)).lower()


def constant_case(name: str) -> str:
    """`FileStore` → `FILE_STORE`; a text to rename."""
    return "_".join(_words(name)).upper()


def pascal_case(name: str) -> str:
    """`disk_write` → `DiskWrite`; a text to rename."""
    parts = unicodedata.normalize("NFKC", name).split("_")
    return "".join(part[:1].upper() + part[1:] for part in parts)


def _words(name: str) -> list[str]:
    """Split where lower meets upper and before the last capital of an acronym."""
    text = unicodedata.normalize("NFKC", name)
    words: list[str] = []
    start = 0
    for at in range(1, len(text)):
        if not text[at].isupper() or text[at - 1] == "_":
            continue
        follows_lower = not text[at - 1].isupper()
        before_lower = at + 1 < len(text) and text[at + 1].islower()
        if follows_lower or before_lower:
            words.append(text[start:at])
            start = at
    words.append(text[start:])
    return words


@dataclass(frozen=True, slots=True)
class Collision:
    """Two different names of a program that would be one identifier."""

    first: str
    second: str
    python: Code


@dataclass(frozen=True, slots=True)
class Renaming:
    """The identifiers of one scope; injective if there are no collisions."""

    names: dict[str, Code]
    collisions: tuple[Collision, ...]


def rename(
    names: Iterable[str],
    scope: Scope = MODULE,
    case: Callable[[str], str] | None = None,
) -> Renaming:
    """The identifiers of all names of a scope, in order.

    `case` (`snake_case`, `constant_case`, ...) is applied first. A collision is
    reported with the first name that had the identifier; equal names are one name.
    """
    result: dict[str, Code] = {}
    owners: dict[str, str] = {}
    collisions: list[Collision] = []
    for name in names:
        if name in result:
            continue
        python = identifier(case(name) if case else name, scope)
        result[name] = python
        first = owners.setdefault(python, name)
        if first != name:
            collisions.append(Collision(first, name, python))
    return Renaming(result, tuple(collisions))


class Namer:
    """Makes names that nobody wrote (temporaries, private constants) unique."""

    def __init__(self, scope: Scope = LOCAL, used: Iterable[str] = ()) -> None:
        self._scope = scope
        self._used = set(used)

    @property
    def used(self) -> frozenset[str]:
        """Every name that is in use."""
        return frozenset(self._used)

    def claim(self, name: Code) -> Code:
        """Keep a name that is in use already; it is never made again."""
        self._used.add(name)
        return name

    def fresh(self, base: str) -> Code:
        """`base`, or `base_2`, `base_3`, ... if that is in use."""
        first = identifier(base, self._scope)
        if first not in self._used:
            return self.claim(first)
        for number in count(2):
            name = identifier(f"{first.rstrip('_')}_{number}", self._scope)
            if name not in self._used:
                return self.claim(name)
        raise AssertionError("count() does not end")
