"""As many lines for each peer as for us, of what the peer describes: types and calls."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

_WORDS: Final = """
    name title owner code amount count price note place since until state weight
    colour size tags lines city street country email phone status kind group
""".split()


def _grown(lines: int, make: Callable[[Random, int], str], head: str = "") -> str:
    random = Random(1)
    parts = [head]
    total = head.count("\n")
    number = 0
    while total < lines:
        part = make(random, number)
        parts.append(part)
        total += part.count("\n")
        number += 1
    return "".join(parts)


def openapi(lines: int) -> str:
    """An OpenAPI document in YAML: schemas with constraints, as our records have them."""

    def schema(random: Random, number: int) -> str:
        fields = random.sample(_WORDS, random.randint(4, 9))
        rows = [f"    Thing{number}:", "      type: object", "      required:"]
        rows += [f"      - {fields[0]}", "      properties:"]
        for field in fields:
            kind = random.randrange(4)
            rows.append(f"        {field}:")
            if kind == 0:
                rows += ["          type: string", "          maxLength: 120"]
            elif kind == 1:
                rows += ["          type: integer", "          minimum: 0"]
            elif kind == 2 and number:
                other = random.randrange(number)
                rows += ["          type: array", "          items:"]
                rows.append(f"            $ref: '#/components/schemas/Thing{other}'")
            else:
                rows += ["          type: string", "          format: date-time"]
        return "\n".join(rows) + "\n"

    head = (
        "openapi: 3.0.3\ninfo:\n  title: Things\n  version: '1'\npaths: {}\n"
        "components:\n  schemas:\n"
    )
    return _grown(lines, schema, head)


def baml(lines: int) -> str:
    """Classes and enumerations of BAML, and functions that take and give them."""
    kinds = ("string", "int", "float", "bool", "string[]", "map<string, int>")

    def declaration(random: Random, number: int) -> str:
        if number % 8 == 7:
            rows = "".join(f"  VALUE_{n}\n" for n in range(random.randint(3, 6)))
            return f"enum Kind{number} {{\n{rows}}}\n\n"
        fields = random.sample(_WORDS, random.randint(4, 9))
        rows = "".join(
            f'  {field} {random.choice(kinds)} @description(#"The {field}."#)\n'
            for field in fields
        )
        made = f"class Thing{number} {{\n{rows}}}\n\n"
        if number % 8 == 0:
            made += (
                f"function Find{number}(text: string) -> Thing{number} {{\n"
                '  client "openai/gpt-4o"\n  prompt #"\n    Find it in {{ text }}.\n'
                '    {{ ctx.output_format }}\n  "#\n}\n\n'
            )
        return made

    return _grown(lines, declaration)


BAML_GENERATOR: Final = """\
generator target {
  output_type "python/pydantic"
  output_dir "../"
  version "VERSION"
  default_client_mode sync
}
"""


def proto(lines: int) -> str:
    """Messages, enumerations and services of Protocol Buffers."""
    kinds = ("string", "int64", "double", "bool", "repeated string", "bytes")

    def declaration(random: Random, number: int) -> str:
        fields = random.sample(_WORDS, random.randint(4, 9))
        rows = "".join(
            f"  // The {field}.\n  {random.choice(kinds)} {field} = {at};\n"
            for at, field in enumerate(fields, 1)
        )
        made = f"message Thing{number} {{\n{rows}}}\n\n"
        if number % 8 == 0:
            made += (
                f"service Things{number} {{\n"
                f"  rpc Find(Thing{number}) returns (Thing{number});\n}}\n\n"
            )
        return made

    return _grown(lines, declaration, 'syntax = "proto3";\npackage things;\n\n')
