"""Values of a program as bytes that outlive it, each with the name of its type.

The bytes are JSON, so that a person can read a store. Reading imports nothing: a name
means what the running program has loaded under it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, TypeVar, get_origin, get_type_hints

import msgspec

from packetflow.capability import Capability, Held
from packetflow.capability.wire import from_wire, to_wire
from packetflow.context import Context
from packetflow.errors import PacketFlowError
from packetflow.intent import Event, Failure, Intent
from packetflow.standing import NO_STANDING, Identity, Standing

T = TypeVar("T")

_OWN: Final = frozenset(Context.__struct_fields__)


class CodecError(PacketFlowError):
    """A value cannot be written, or what was written means nothing to this program."""


class Named(msgspec.Struct, array_like=True, frozen=True):
    """A value with the name of its type."""

    name: str
    body: msgspec.Raw


class Capable(msgspec.Struct, array_like=True, frozen=True):
    """A capability and the instant it ends."""

    wire: Any
    until: datetime | None


class Caller(msgspec.Struct, omit_defaults=True, frozen=True):
    """A context: its type and fields, what it holds, and on whose behalf it speaks.

    `origin` is the W3C `traceparent` of its sender, if spans are made.
    """

    kind: str
    fields: msgspec.Raw
    request: str
    trace: tuple[str, ...]
    capabilities: tuple[Capable, ...] = ()
    held: tuple[Capable, ...] = ()
    identities: tuple[Identity, ...] = ()
    own: tuple[Capable, ...] | None = None
    lent: tuple[Capable, ...] = ()
    deadline: datetime | None = None
    origin: str = ""


_encoder: Final = msgspec.json.Encoder()

# The most digits that Python and msgspec take for a whole number.
_MOST_DIGITS: Final = 4_300
_LONG: Final = re.compile(rb"-\d{%d}" % _MOST_DIGITS)


def encode(value: object) -> bytes:
    """The JSON of a value; raises CodecError if it has none."""
    try:
        body = _encoder.encode(value)
        if len(body) > _MOST_DIGITS and _LONG.search(body):
            # Negative, and with one digit more than what is read: msgspec counts "-".
            _decoder(Any).decode(body)
        return body
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise CodecError(f"{type(value).__name__} cannot be kept: {error}") from error


def decode(body: bytes | msgspec.Raw, kind: object, what: str = "") -> Any:
    """The value of a type; raises CodecError with `what` it was to be."""
    try:
        return _decoder(kind).decode(body)
    except (msgspec.DecodeError, TypeError, ValueError, RecursionError) as error:
        raise CodecError(f"{what or kind} cannot be read: {error}") from error


@lru_cache(maxsize=2_000)
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def name_of(kind: type) -> str:
    """The name under which a type is written: its module and its own."""
    return f"{kind.__module__}:{kind.__qualname__}"


def named(name: str, base: type[T]) -> type[T]:
    """The loaded type of this name; raises CodecError if there is none of its base."""
    module, _, path = name.partition(":")
    found: object = sys.modules.get(module)
    for part in path.split("."):
        found = getattr(found, part, None)
    if not isinstance(found, type) or not issubclass(found, base):
        raise CodecError(f"this program has no {base.__name__.lower()} {name}")
    return found


# -- intents, events, failures ---------------------------------------------------------


def message(value: Intent[Any] | Event) -> Named:
    """An intent or an event with its name; raises CodecError."""
    return Named(name_of(type(value)), msgspec.Raw(encode(value)))


def intent(wire: Named) -> Intent[Any]:
    """The intent that was written; raises CodecError."""
    kind: type[Intent[Any]] = named(wire.name, Intent)
    made: Intent[Any] = decode(wire.body, kind, wire.name)
    return made


def event(wire: Named) -> Event:
    """The event that was written; raises CodecError."""
    made: Event = decode(wire.body, named(wire.name, Event), wire.name)
    return made


def failure(value: Failure) -> Named:
    """A declared failure with its name; raises CodecError."""
    return Named(name_of(type(value)), msgspec.Raw(encode(value.fields)))


def failed(wire: Named) -> Failure:
    """The failure that was written; raises CodecError."""
    kind = named(wire.name, Failure)
    types = get_type_hints(kind)
    raw = decode(wire.body, dict[str, msgspec.Raw], wire.name)
    return kind(
        **{name: decode(one, types.get(name, Any)) for name, one in raw.items()}
    )


@lru_cache(maxsize=2_000)
def result_type(kind: type[Intent[Any]]) -> Any:
    """What an intent is answered with, `Any` if its class does not say."""
    for base in getattr(kind, "__orig_bases__", ()):
        if get_origin(base) is Intent:
            return base.__args__[0]
    return Any


# -- contexts --------------------------------------------------------------------------


def capabilities(held: Held | tuple[Capability, ...]) -> tuple[Capable, ...]:
    """What a set was made from, with its ends; raises CodecError."""
    roots = held.roots if isinstance(held, Held) else held
    try:
        return tuple(Capable(to_wire(one), one.expires) for one in roots)
    except ValueError as error:
        raise CodecError(str(error)) from error


def capability(wire: Capable) -> Capability:
    """The capability that was written; raises CodecError."""
    try:
        made = from_wire(wire.wire)
    except ValueError as error:
        raise CodecError(str(error)) from error
    return made if wire.until is None else made.until(wire.until)


def holding(wires: tuple[Capable, ...]) -> Held:
    """The set that was written; raises CodecError."""
    return Held(map(capability, wires))


def own_fields(caller: Context) -> msgspec.Raw:
    """The fields that a context's type adds; raises CodecError."""
    fields = {
        name: getattr(caller, name)
        for name in type(caller).__struct_fields__
        if name not in _OWN
    }
    return msgspec.Raw(encode(fields))


def context(caller: Context) -> Caller:
    """A context with all that it holds; raises CodecError."""
    standing = caller.standing
    return Caller(
        name_of(type(caller)),
        own_fields(caller),
        caller.request_id,
        caller.trace,
        capabilities(tuple(caller.capabilities)),
        capabilities(caller.held),
        standing.identities,
        None if standing.own is None else capabilities(standing.own),
        capabilities(standing.lent),
        standing.deadline,
        str(vars(caller).get("origin", "")),
    )


def caller(wire: Caller) -> Context:
    """The context that was written: it holds what it held; raises CodecError."""
    kind = named(wire.kind, Context)
    types = _field_types(kind)
    raw: Mapping[str, msgspec.Raw] = decode(wire.fields, dict[str, msgspec.Raw])
    try:
        made = kind(
            capabilities=tuple(map(capability, wire.capabilities)),
            request_id=wire.request,
            trace=wire.trace,
            **{name: decode(one, types.get(name, Any)) for name, one in raw.items()},
        )
    except (TypeError, ValueError) as error:
        raise CodecError(f"{wire.kind} cannot be read: {error}") from error
    # Both are cached properties: what was held is not what the fields give today.
    made.__dict__["held"] = holding(wire.held)
    made.__dict__["standing"] = _standing(wire)
    if wire.origin:
        made.__dict__["origin"] = wire.origin
    return made


def _standing(wire: Caller) -> Standing:
    if not wire.identities and wire.deadline is None:
        return NO_STANDING
    return Standing(
        wire.identities,
        None if wire.own is None else holding(wire.own),
        tuple(map(capability, wire.lent)),
        # No version of delegations: what is held is compared with them at the entry.
        -1,
        wire.deadline,
    )


@lru_cache(maxsize=500)
def _field_types(kind: type[Context]) -> dict[str, Any]:
    return {field.name: field.type for field in msgspec.structs.fields(kind)}
