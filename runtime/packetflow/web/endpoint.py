"""From a request to an intent: route parameters, then the query or a JSON object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from packetflow.errors import Violation
from packetflow.intent import Intent
from packetflow.web.http import Request, Response
from packetflow.web.page import Endpoint
from packetflow.web.problem import ProblemError, invalid, problem
from packetflow.web.wire import raw_values, shapes

__all__ = ["Decoder", "answer"]

_IN_QUERY: Final = frozenset({"GET", "DELETE"})


class Decoder:
    """Decodes one endpoint's intents; made once, so that types are read once."""

    def __init__(self, endpoint: Endpoint, route_parameters: frozenset[str]) -> None:
        """Take the endpoint and the names in its path."""
        fields = msgspec.structs.fields(endpoint.intent)
        in_route = [f for f in fields if f.encode_name in route_parameters]
        others = [f for f in fields if f.encode_name not in route_parameters]
        self._intent = endpoint.intent
        self._limit = endpoint.limit
        self._in_query = endpoint.method in _IN_QUERY
        self._route = _struct("Route", in_route)
        self._rest = _struct("Rest", others)
        self._body = msgspec.json.Decoder(self._rest)
        self._may_be_empty = all(not f.required for f in others)

    async def decode(
        self, request: Request, parameters: Mapping[str, str]
    ) -> Intent[Any]:
        """Make the intent; raises ProblemError (400, 413, 415, 422)."""
        try:
            values: dict[str, Any] = {}
            if parameters:
                given = {name: (text,) for name, text in parameters.items()}
                _gather(values, _from_texts(self._route, given))
            if self._in_query:
                _gather(values, _from_texts(self._rest, request.query()))
            else:
                _gather(values, self._from_body(request, await self._read(request)))
            return self._intent(**values)
        except (msgspec.ValidationError, Violation) as error:
            raise ProblemError(invalid(error)) from None
        except (msgspec.DecodeError, RecursionError):
            raise ProblemError(problem(400, "The body is not good JSON.")) from None

    async def _read(self, request: Request) -> bytes:
        return await request.body(self._limit)

    def _from_body(self, request: Request, body: bytes) -> msgspec.Struct:
        if not body and self._may_be_empty:
            return self._rest()
        kind = request.header(b"content-type").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise ProblemError(problem(415, "The body is application/json."))
        try:
            return self._body.decode(body)
        except msgspec.ValidationError:
            return self._from_untyped(msgspec.json.decode(body))

    def _from_untyped(self, body: object) -> msgspec.Struct:
        """Decode once more: to JSON Schema, 1789.0 is an integer; to msgspec, none."""
        if not isinstance(body, dict):
            raise ProblemError(problem(400, "The body is a JSON object."))
        return msgspec.convert(_integral(body), self._rest)


def _struct(name: str, fields: list[msgspec.structs.FieldInfo]) -> type[msgspec.Struct]:
    """Make a struct of some of an intent's fields that refuses unknown ones."""
    members = [(field.name, field.type, _settings(field)) for field in fields]
    return msgspec.defstruct(name, members, forbid_unknown_fields=True, kw_only=True)


def _settings(field: msgspec.structs.FieldInfo) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return msgspec.field(
            name=field.encode_name, default_factory=field.default_factory
        )
    if field.default is not msgspec.NODEFAULT:
        return msgspec.field(name=field.encode_name, default=field.default)
    return msgspec.field(name=field.encode_name)


def _from_texts(
    struct: type[msgspec.Struct], given: Mapping[str, list[str] | tuple[str, ...]]
) -> msgspec.Struct:
    known = shapes(struct)
    # Unknown names stay in, so that they are refused by name.
    values: dict[str, Any] = {name: given[name] for name in given if name not in known}
    values.update(raw_values(struct, given))
    return msgspec.convert(values, struct, strict=False)


def _gather(values: dict[str, Any], struct: msgspec.Struct) -> None:
    for name in struct.__struct_fields__:
        values[name] = getattr(struct, name)


def _integral(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_integral(item) for item in value]
    if isinstance(value, dict):
        return {key: _integral(item) for key, item in value.items()}
    return value


def answer(endpoint: Endpoint, result: object) -> Response:
    """Give the answer of a success: the result as JSON, or nothing for Unit."""
    if endpoint.status == 204:
        return Response(204)
    return Response(endpoint.status, msgspec.json.encode(result), "application/json")
