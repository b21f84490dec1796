"""What went wrong, as a status and a body: RFC 9457 for programs, a page for people."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any, Final

import msgspec

from packetflow.errors import (
    Closed,
    DeadlineExceeded,
    Denied,
    InProgress,
    KeyMisused,
    Unavailable,
    Unhandled,
    Violation,
)
from packetflow.intent import Failure

__all__ = ["Problem", "ProblemError", "invalid", "problem_of"]

_RETRY: Final = (("retry-after", "1"),)
_TITLES: Final = {
    400: "Malformed request",
    401: "Nobody is signed in",
    403: "Not allowed",
    404: "Not found",
    409: "Conflict",
    413: "Too large",
    422: "Invalid",
    429: "Too many requests",
    500: "Something went wrong",
    503: "Not available",
    504: "Too slow",
}


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A problem as RFC 9457 has it, with what this runtime adds to it."""

    status: int
    title: str
    type: str = "about:blank"
    detail: str = ""
    field: str | None = None
    missing: tuple[str, ...] = ()
    extra: Mapping[str, Any] = {}
    headers: tuple[tuple[str, str], ...] = ()

    def body(self) -> bytes:
        """Encode as `application/problem+json`; fields of a failure stand beside."""
        members: dict[str, Any] = {
            "type": self.type,
            "title": self.title,
            "status": self.status,
        }
        if self.detail:
            members["detail"] = self.detail
        if self.field is not None:
            members["field"] = self.field
        if self.missing:
            members["missing"] = self.missing
        return msgspec.json.encode({**self.extra, **members})


class ProblemError(Exception):
    """Ends a request with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


def problem(
    status: int,
    detail: str = "",
    *,
    field: str | None = None,
    headers: Sequence[tuple[str, str]] = (),
) -> Problem:
    """Make a problem with the usual title of its status."""
    return Problem(
        status=status,
        title=_TITLES.get(status) or HTTPStatus(status).phrase,
        detail=detail,
        field=field,
        headers=tuple(headers),
    )


def invalid(error: msgspec.ValidationError | Violation) -> Problem:
    """Describe a value that its type refuses, with the field named if it is known."""
    if isinstance(error, Violation):
        return problem(422, error.message, field=error.field)
    if isinstance(error.__cause__, Violation):
        return invalid(error.__cause__)
    detail, field = split_location(str(error))
    return problem(422, plain(detail), field=field)


_PLAIN: Final = (
    (r"Expected `str` of length >= 1", "must not be empty"),
    (r"Expected `str` of length >= (\d+)", r"must have at least \1 characters"),
    (r"Expected `str` of length <= (\d+)", r"must have at most \1 characters"),
    (r"Expected `array` of length >= (\d+)", r"must have at least \1 items"),
    (r"Expected `array` of length <= (\d+)", r"must have at most \1 items"),
    (r"Expected `(?:int|float|decimal)` >= (\S+)", r"must be at least \1"),
    (r"Expected `(?:int|float|decimal)` <= (\S+)", r"must be at most \1"),
    (r"Expected `(?:int|float|decimal)` > (\S+)", r"must be more than \1"),
    (r"Expected `(?:int|float|decimal)` < (\S+)", r"must be less than \1"),
    (r"Expected `str` matching regex .*", "does not have the right form"),
    (r"Expected `bytes` of length >= (\d+)", r"must have at least \1 bytes"),
    (r"Expected `bytes` of length <= (\d+)", r"must have at most \1 bytes"),
    (r"Expected `object` of length >= (\d+)", r"must have at least \1 entries"),
    (r"Expected `object` of length <= (\d+)", r"must have at most \1 entries"),
    (r"Object missing required field `.*`", "is required"),
    (r"Object contains unknown field `.*`", "is not known here"),
    (r"Expected `int(?: \| null)?`, got .*", "must be a whole number"),
    (r"Integer value out of range", "must be a whole number of usual size"),
    (r"Expected `(?:float|decimal)(?: \| null)?`, got .*", "must be a number"),
    (r"Invalid decimal string", "must be a number"),
    (r"Expected `str(?: \| null)?`, got .*", "must be a text"),
    (r"Expected `bool(?: \| null)?`, got .*", "must be true or false"),
    (r"Expected `array(?: \| null)?`, got .*", "must be a list"),
    (r"Expected `object(?: \| null)?`, got .*", "must be an object"),
    (r"Expected `uuid(?: \| null)?`, got .*|Invalid UUID", "must be a UUID"),
    (r"Expected `date(?: \| null)?`, got .*", "must be a date, as in 2026-01-31"),
    (r"Invalid RFC3339 encoded date", "must be a date, as in 2026-01-31"),
    (r"Expected `datetime(?: \| null)?`, got .*", "must be an instant"),
    (r"Invalid RFC3339 encoded datetime", "must be an instant: 2026-01-31T12:00:00Z"),
    (r"Expected `duration(?: \| null)?`, got .*", "must be a duration"),
    (r"Invalid ISO8601 duration", "must be a duration, as in PT90S"),
    (r"Invalid base64 encoded string", "must be base64"),
    (r"Invalid enum value .*", "is not one of the choices"),
    (r"Invalid value .*", "is not one of the choices"),
)


def plain(detail: str) -> str:
    """Say what a decoder found wrong in words for people who fill in forms."""
    for pattern, words in _PLAIN:
        found = re.fullmatch(pattern, detail)
        if found:
            return found.expand(words)
    return detail


def sentence(told: Problem) -> str:
    """Say what went wrong in one line, beginning with the field if one is known."""
    words = told.detail or told.title
    if told.field:
        words = f"{told.field.replace('_', ' ').capitalize()}: {words}"
    return words


def split_location(message: str) -> tuple[str, str | None]:
    """Take the field off a message of msgspec; give the rest and the field."""
    detail, separator, location = message.rpartition(" - at `$")
    if separator:
        return detail, location.rstrip("`").lstrip(".") or None
    if "required field `" in message or "unknown field `" in message:
        return message, message.split("`")[-2]
    return message, None


def problem_of(error: BaseException) -> Problem:
    """Give the problem that an error of an intent is told as."""
    match error:
        case ProblemError():
            return error.problem
        case Failure():
            return _failure(error)
        case Denied():
            names = tuple(str(capability) for capability in error.missing)
            detail = "This needs " + ", ".join(names) + "." if names else error.reason
            return msgspec.structs.replace(problem(403, detail), missing=names)
        case Violation() | msgspec.ValidationError():
            return invalid(error)
        case DeadlineExceeded() | TimeoutError():
            return problem(504, "No answer came before the deadline.")
        case KeyMisused():
            return problem(422, "This Idempotency-Key came with another request.")
        case InProgress():
            detail = "The same request is handled just now."
            return problem(409, detail, headers=_RETRY)
        case Closed(opens=datetime() as opens):
            # An HTTP date (RFC 9110, 10.2.3): it is right whenever it is read.
            when = format_datetime(opens.astimezone(UTC), usegmt=True)
            return problem(503, error.reason, headers=(("retry-after", when),))
        case Unavailable():
            return problem(503, error.reason, headers=_RETRY)
        case Unhandled():
            return problem(503, "Nothing here answers this.", headers=_RETRY)
        case _:
            return problem(500)


def _failure(error: Failure) -> Problem:
    name = type(error).__name__
    status = type(error).status
    fields = {
        key: value
        for key, value in msgspec.to_builtins(dict(error.fields)).items()
        if key not in ("type", "title", "status")
    }
    headers = _RETRY if status in (429, 503) else ()
    return Problem(
        status=status,
        title=spaced(name),
        type=f"urn:packetflow:{type(error).__module__.partition('.')[0]}:{name}",
        extra=fields,
        headers=headers,
    )


def spaced(name: str) -> str:
    """Write a PascalCase name as words: `NotFound` is `Not found`."""
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()
    return words[:1].upper() + words[1:]
