"""How each rule of the grammar is laid out.

Most rules are words with spaces between them, or words and then items in braces; those
that are not are in a table here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from pfc.format import expressions
from pfc.format.docs import SPACE, SPACE_OR_BREAK, Doc, concat, group, nest, ungrouped
from pfc.format.expressions import stays
from pfc.format.pieces import (
    SEPARATORS,
    before,
    block,
    brackets,
    claused,
    gap,
    headed,
    listed,
    open_list,
    tailed,
    tight,
    with_block,
    without_commas,
    words,
)

Layout: TypeAlias = Callable[[Sequence[Doc]], Doc]

_BLOCKS: Final = frozenset(
    "block children members test_body grants entries calendar_body".split()
)
"""Rules that are items in braces: the rule around them says with what they are grouped."""

_ELSES: Final = frozenset("else_block else_node else_children".split())
"""Rules that are broken when the branches before them are."""

_CLAUSES: Final = frozenset(
    "in_clause fails_clause requires_clause deadline_clause during_clause expires_clause "
    "performs_clause retry_clause timeout_clause effect_trait python_clause holds_clause "
    "as_clause".split()
)
_WITH_COMMAS: Final = frozenset(
    "members union_decl config_decl interface_decl entries map app_grant "
    "match_stmt match_expr match_node".split()
)
"""Rules whose items have commas between them when they share a line."""


def layout_of(rule: str) -> Layout:
    """The layout of the rule of this name."""
    special = LAYOUTS.get(rule)
    if special is not None:
        return special
    separator = ", " if rule in _WITH_COMMAS else "  "
    return lambda parts: _usual(parts, separator)


def _usual(parts: Sequence[Doc], separator: str) -> Doc:
    tags = {part.tag for part in parts}
    if "LBRACE" in tags:
        return _braced(parts, separator)
    if tags & _ELSES:
        return group(with_block(parts[:-1], parts[-1]))
    if parts[-1].tag in _BLOCKS:
        return with_block(parts[:-1], group(parts[-1]))
    return open_list(parts) if tags & SEPARATORS else words(parts)


def _braced(parts: Sequence[Doc], separator: str) -> Doc:
    if parts[0].tag == "LBRACE":
        return block(parts, separator)
    return headed(parts, separator)


# ---------------------------------------------------------------- declarations
def _declared(parts: Sequence[Doc]) -> Doc:
    """A declaration with clauses, and a block or none."""
    tags = [part.tag for part in parts]
    end = len(parts)
    body: Doc | None = None
    if tags[-1] in _BLOCKS:
        end -= 1
        body = parts[-1]
    elif "LBRACE" in tags:
        end = tags.index("LBRACE")
        body = block(parts[end:], "  ")
    first = next((at for at in range(end) if tags[at] in _CLAUSES), end)
    return claused(parts[:first], parts[first:end], body)


def _capability(parts: Sequence[Doc]) -> Doc:
    """Commas stand between its operations only if all of them may have one."""
    implies = any(part.tag == "operation_implies" for part in parts)
    return _braced(parts, "  " if implies else ", ")


def _member(parts: Sequence[Doc]) -> Doc:
    """`name: Type`, and then its clauses."""
    head, tails = list(parts[:3]), list(parts[3:])
    if tails and tails[0].tag == "default_clause" and stays(tails[0].pieces[0]):
        head.append(tails.pop(0))
    return tailed(words(head), tails)


def _default(parts: Sequence[Doc]) -> Doc:
    found = words(parts)
    found.pieces = [parts[-1]]
    return found


def _tailed_by(*rules: str) -> Layout:
    """The clauses of these rules stand behind the rest."""

    def layout(parts: Sequence[Doc]) -> Doc:
        first = next(
            (at for at, part in enumerate(parts) if part.tag in rules), len(parts)
        )
        return tailed(words(parts[:first]), parts[first:])

    return layout


def _python(parts: Sequence[Doc]) -> Doc:
    """`python "module:function"`, or a fence: its opening line, and the lines below."""
    if parts[-1].tag != "FENCE":
        return words(parts)
    opening, below = parts[-1].parts
    opening.lead = parts[-1].lead
    top = words([*parts[:-1], opening])
    found = concat([top, below])
    found.pieces = [top, below]
    return found


def _holds(parts: Sequence[Doc]) -> Doc:
    """`holds A, B`, like other lists that a word begins."""
    several = parts[-1].pieces
    return listed(parts[:-1], several) if several else words(parts)


def _caps(parts: Sequence[Doc]) -> Doc:
    items = without_commas(parts)
    found = listed([], items)
    found.pieces = items if len(items) > 1 else []
    return found


# ---------------------------------------------------------------- statements
def _else(parts: Sequence[Doc]) -> Doc:
    """All branches of an `if` are on one line, or none is."""
    return words([*parts[:-1], ungrouped(parts[-1])])


def _let_else(parts: Sequence[Doc]) -> Doc:
    found = words([*parts[:-1], group(parts[-1])])
    found.pieces = [parts[-1]]
    return found


def _let(parts: Sequence[Doc]) -> Doc:
    """`let name = value`; what leaves is behind it or on the next line, a block behind."""
    last = parts[-1]
    if last.tag == "let_else" and last.pieces[0].tag != "block":
        return tailed(words(parts[:-1]), [last])
    return words(parts)


def _expected(parts: Sequence[Doc]) -> Doc:
    """`expect Intent(...)`, and what comes of it."""
    return tailed(words(parts[:2]), [words(parts[2:])])


def _grant_if(parts: Sequence[Doc]) -> Doc:
    """`if c { } else { }`, the `else` no rule of its own."""
    if len(parts) == 3:
        return with_block(parts[:2], group(parts[2]))
    return group(with_block(parts[:-1], ungrouped(parts[-1])))


def _require(parts: Sequence[Doc]) -> Doc:
    require, asked, else_, leave = parts
    otherwise = words([else_, group(leave)])
    if leave.tag == "block":
        return words([require, asked, otherwise])
    return tailed(words([require, asked]), [otherwise])


# ---------------------------------------------------------------- patterns
def _alternatives(parts: Sequence[Doc]) -> Doc:
    """`A | B`: on one line, or each on its own."""
    inner: list[Doc] = []
    for bar, pattern in zip(parts[1::2], parts[2::2], strict=True):
        inner.extend(before(bar, SPACE_OR_BREAK))
        inner.append(bar)
        inner.extend(before(pattern, SPACE))
        inner.append(pattern)
    return group(concat([parts[0], nest(inner)]))


def _constructor(parts: Sequence[Doc]) -> Doc:
    at = next(at for at, part in enumerate(parts) if part.tag == "LPAR")
    inside = brackets(parts[at:])
    if inside.lead is not None and inside.lead.comments:
        return concat([words(parts[:at]), nest(gap(inside.lead)), inside])
    return concat([words(parts[:at]), inside])


def _map(parts: Sequence[Doc]) -> Doc:
    return group(block(parts, ", "))


def _unterminated(parts: Sequence[Doc]) -> Doc:
    return brackets(parts, trailing_comma=False)


LAYOUTS: Final[dict[str, Layout]] = {
    **dict.fromkeys(
        "intent_decl intents_decl effect_decl event_decl page_decl workflow_decl".split(),
        _declared,
    ),
    **dict.fromkeys(
        "args params cap_args bindings list generics type_args".split(), brackets
    ),
    **dict.fromkeys("paren target_index".split(), _unterminated),
    **dict.fromkeys("member param".split(), _member),
    **dict.fromkeys(_ELSES, _else),
    **dict.fromkeys("pattern_or inner_or".split(), _alternatives),
    **dict.fromkeys("constructor_pattern inner_constructor".split(), _constructor),
    **dict.fromkeys("field call_expr index".split(), expressions.step),
    **dict.fromkeys("fn_expr expr_arm".split(), expressions.bound),
    **dict.fromkeys("grant requirement".split(), _tailed_by("for_clause")),
    **dict.fromkeys(
        "ask send_stmt perform find await_event live_node".split(),
        _tailed_by(
            "within_option",
            "retry_clause",
            "only_option",
            "after_option",
            "compensate_clause",
            "where_clause",
            "order_clause",
            "limit_clause",
            "keep_clause",
        ),
    ),
    **dict.fromkeys("target target_field negative_pattern".split(), tight),
    "capability_decl": _capability,
    "type_decl": _tailed_by("under_clause", "where_clause"),
    "default_clause": _default,
    "python_clause": _python,
    "holds_clause": _holds,
    "caps": _caps,
    **dict.fromkeys("expect_denied expect_fails".split(), _expected),
    "grant_if": _grant_if,
    "let_stmt": _let,
    "let_else": _let_else,
    "require_stmt": _require,
    "binary": expressions.binary,
    "unary": expressions.unary,
    "range": tight,
    "lambda": expressions.arrow,
    "if_expr": expressions.condition,
    "arg": expressions.argument,
    "map": _map,
}
"""The rules that are not laid out as usual."""
