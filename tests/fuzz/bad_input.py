"""Programs that are huge, deep, broken or strange, each with what is found in it."""

from __future__ import annotations

from typing import Final

MANY = 10_000


def _apart(line: str, count: int) -> str:
    """The line often, each time with another number in place of `#`."""
    return "\n".join(line.replace("#", str(i)) for i in range(count))


def _next(line: str, count: int, last: str) -> str:
    """The line often, `#` its number and `@` the next one; then the last line."""
    lines = (line.replace("#", str(i)).replace("@", str(i + 1)) for i in range(count))
    return "\n".join([*lines, last])


def _value(text: str, type_: str = "Int") -> str:
    return f"fn f() -> {type_} = {text}"


def _handler(text: str) -> str:
    return f"intent I requires nothing\nreactor R {{ on I {{ {text} }} }}"


DEEP: Final = {
    "parentheses": _value("(" * MANY + "1" + ")" * MANY),
    "brackets": _value("[" * MANY + "1" + "]" * MANY),
    "open parentheses": _value("(" * MANY),
    "blocks": _handler("if true { " * MANY + "} " * MANY),
    "open blocks": _handler("if true { " * MANY),
    "elements": f"component C {{ {'p { ' * MANY}{'} ' * MANY} }}",
    "not": _value("not " * MANY + "true", "Bool"),
    "minus": _value("- " * MANY + "1"),
    "fields": f"fn f(a: Int) -> Int = a{'.a' * MANY}",
    "sums": _value("1" + "+1" * MANY),
    "or": _value("true" + " or true" * MANY, "Bool"),
    "else if": f"fn f() -> Int {{ {'if true { return 1 } else ' * MANY}{{ return 2 }} }}",
    "if then else": _value("if true then 1 else " * MANY + "2"),
    "if if": _value("if " * MANY + "true" + " then true else false" * MANY, "Bool"),
    "lambdas": _value("x => " * MANY + "2"),
    "calls": _value("f" + "()" * MANY),
    "indexes": _value("f" + "[1]" * MANY),
    "open braces": "{" * MANY,
}
"""Nested too deeply: PF106 and nothing else."""

BROKEN: Final = {
    "closing parentheses": (")" * MANY, "PF101"),
    "closing braces": ("}" * MANY, "PF101"),
    "no declaration": ("hello", "PF101"),
    "open string": (_value('"' + "a" * MANY), "PF102"),
    "open strings": ('"\n' * 1000, "PF102"),
    "open holes": (_value('"' + "{" * MANY), "PF102"),
    "nested holes": (_value('"' + "{a" * MANY + "}" * MANY + '"', "String"), "PF107"),
    "open fence": ("effect e python ```py\n" + "x\n" * MANY, "PF103"),
    "back-quotes": ("`" * MANY, "PF103"),
    "NUL": ("fn f\0() -> Int = 1\0", "PF105"),
    "NULs": ("\0" * MANY, "PF105"),
    "right-to-left mark": ("record R\u200f { a: Int }", "PF105"),
    "right-to-left override": ("record R { a: \u202eInt }", "PF105"),
    "zero-width space": ("record R\u200b { a: Int }", "PF105"),
    "no-break space": ("record R {\u00a0a: Int }", "PF105"),
    "next line": ("record R {\x85a: Int }", "PF105"),
    "line separator": ("record R { a: Int }\u2028record S { }", "PF105"),
    "vertical tab": ("record R {\v a: Int }", "PF105"),
    "emoji": ("record \U0001f600 { a: Int }", "PF105"),
    "Arabic digits": (_value("\u0661\u0662"), "PF105"),
    "combining accent": ("record R { cafe\u0301: Int }", "PF105"),
    "names equal in NFKC": ("fn f(\ufb01: Int, fi: Int) -> Int = fi", "PF212"),
    "mathematical names": ("record \U0001d411 { }\nrecord R { }", "PF212"),
    "Kelvin and K": ("union U { K \u212a }", "PF212"),
    "name and its stand-in": ("record R { class_: Int  class: Int }", "PF212"),
    "long number": (_value("9" * 100_000), "PF108"),
    "long duration": (_value("9" * 100_000 + "d", "Duration"), "PF108"),
    "far duration": (_value("9" * 30 + "w", "Duration"), "PF108"),
    "many unreadable": (_apart("record R# { a Int }", 2000), "PF101"),
    "many unknown": (_apart("record R# { a: Strin }", 2000), "PF210"),
    "many twice": (_apart("record R { a: Int }", 2000), "PF211"),
    "fields twice": (f"record R {{ {'a: Int ' * 2000}}}", "PF211"),
    "endless records": (
        _next("record R# { a: R@ }", 2000, "record R2000 { a: R0 }"),
        "PF215",
    ),
    "type that is itself": ("type A = A", "PF216"),
    "types in a circle": (_next("type T# = T@", 2000, "type T2000 = T0"), "PF216"),
    "capability that implies itself": ("capability C { a implies a }", "PF204"),
    "capabilities in a circle": (
        f"capability C {{ {_next('a# implies a@', 2000, 'a2000 implies a0')} }}",
        "PF204",
    ),
    "reactor that needs itself": ("reactor R { needs R }", "PF216"),
    "module that imports itself": ("import main\nfrom main import x", "PF214"),
    "long dotted import": ("import a" + ".b" * MANY, "PF213"),
    "exponential pattern": ('type A = String where matches("(a|a)*b")', "PF235"),
    "huge pattern": (
        f'type A = String where matches("{"(a|" * 3000}{")" * 3000}")',
        "PF108",
    ),
    "broken pattern": (f'type A = String where matches("{"(" * 20_000}")', "PF108"),
    "missing case of many": (
        f"union U {{ {_apart('A#', 1000)} }}\n"
        f"fn f(u: U) -> Int = match u {{ {_apart('A# => 1', 999)} }}",
        "PF230",
    ),
    "match that is too much work": (
        f"record R {{ {_apart('a#: Bool', 26)} }}\nfn f(r: R) -> Int = match r {{ "
        + " ".join(
            f"R(a{i}: true, a{j}: true) => 1" for i in range(26) for j in range(i)
        )
        + " }",
        "PF230",
    ),
}
"""Broken: these codes and no others."""

STRANGE: Final = {
    "nothing": "",
    "white space": " \n\t\f\r\n",
    "comments": "## a\n" * MANY,
    "lone carriage returns": "record R {\r a: Int\r}\rrecord S { r: R }\r",
    "look-alikes": "fn f(a: Int, \u0430: Int) -> Int = a",
    "composed accents": "fn f(caf\u00e9: Int) -> Int = caf\u00e9",
    "many question marks": f"fn f(a: Int{'?' * MANY}) -> Int = 1",
    "nested types": f"fn f(a: {'List[' * 90}Int{']' * 90}) -> Int = 1",
    "many holes": _value('"' + "{1}" * 2000 + '"', "String"),
    "long name": f"record {'R' * 50_000} {{ a: Int }}",
    "long string": _value('"' + "a" * 500_000 + '"', "String"),
    "many records": _apart("record R# { a: Int }", 1500),
    "many fields": f"record R {{ {_apart('a#: Int', 2000)} }}",
    "many types": _next("type T# = T@", 1500, "type T1500 = Int"),
    "many implications": f"capability C {{ {_next('a# implies a@', 1500, 'a1500')} }}",
    "many statements": _handler("let a = 1 " * 1500),
    "many items": _value(f"[{'1, ' * 3000}]", "List[Int]"),
    "slow to refine": (
        f'type A = String where matches("{"a*" * 8}b")\nfn f() -> A = "{"a" * 3000}"'
    ),
    "product of long numbers": (
        f"type A = Int where it < {'*'.join(['9' * 2000] * 30)}\nfn f() -> A = 3"
    ),
}
"""Strange, and right: warnings at most."""
