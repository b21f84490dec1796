"""JSON Schema of generated types."""

from __future__ import annotations

from typing import Any

import msgspec

JsonSchema = dict[str, Any]  # Any: a schema is JSON of no fixed shape


def json_schema(kind: object) -> JsonSchema:
    """The schema (2020-12) of what a type is in JSON.

    Titles and descriptions are those of the program, bounds, lengths and patterns its
    refinements. What a schema cannot say (other conditions, invariants, the normal form
    of paths) only decoding checks. Raises TypeError for a type that has no JSON.
    """
    schema = msgspec.json.schema(kind)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
