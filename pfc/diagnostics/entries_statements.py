"""PF220 to PF259: expressions, patterns, statements and handlers that do not fit."""

from __future__ import annotations

from typing import Final

from pfc.diagnostics.entry import error

STATEMENTS: Final = (
    error("PF220", "types differ", "expected {expected}, found {found}"),
    error("PF221", "unknown field", "`{type}` has no field `{field}`"),
    error("PF222", "missing argument", "`{callee}` needs the argument `{parameter}`"),
    error("PF223", "unexpected argument", "`{callee}` has no parameter `{argument}`"),
    error(
        "PF224",
        "wrong number of arguments",
        "`{callee}` takes {expected}, and {found} given",
    ),
    error("PF225", "wrong kind of name", "`{name}` is {kind}, not {wanted}"),
    error("PF226", "unknown method", "`{type}` has no method `{method}`"),
    error("PF227", "operator does not fit", "`{operator}` does not work on {operands}"),
    error("PF228", "condition is no Bool", "a condition is Bool; this is {found}"),
    error(
        "PF229",
        "may be none",
        "this is {type}: it may be none, so it has to be checked first",
    ),
    error("PF230", "match not exhaustive", "this match does not cover {missing}"),
    error("PF231", "arm never reached", "this arm is never reached: {reason}"),
    error("PF232", "pattern does not fit", "`{pattern}` is no pattern of {type}"),
    error("PF233", "refinement violated", "{value} is no `{type}`: {rule}"),
    error(
        "PF234",
        "refinement cannot be used",
        "this condition cannot be a refinement: {reason}",
    ),
    error(
        "PF235",
        "slow pattern",
        "this pattern can take exponentially long: {reason}",
    ),
    error(
        "PF236",
        "alternatives bind different names",
        "`{name}` is bound in some of the alternatives and not in all",
    ),
    error(
        "PF240",
        "a path does not reply",
        "`{handler}` replies with {type}, but this path ends without a reply",
    ),
    error("PF241", "reply does not fit", "`{statement}` does not fit here: {reason}"),
    error(
        "PF242",
        "failure neither handled nor declared",
        "`{failure}` can happen here, and is neither handled nor declared",
    ),
    error(
        "PF243",
        "one failure, different fields",
        "`{failure}` has other fields here than where it is declared first",
    ),
    error("PF244", "statement never reached", "this is never reached: {reason}"),
    error("PF245", "cannot be assigned", "`{target}` cannot be assigned: {reason}"),
    error("PF246", "statement not allowed", "`{statement}` is not allowed in {place}"),
    error("PF247", "not pure", "{place} is pure, so {construct} cannot stand in it"),
    error(
        "PF248",
        "else must leave",
        "this `else` must leave: end it with reply, done, fail or deny",
    ),
    error("PF250", "caller unknown", "`caller` is not known here: {reason}"),
    error(
        "PF251",
        "context differs",
        "`{intent}` is sent in `{wanted}` only, and here the context is {found}",
    ),
    error(
        "PF252",
        "wrong handler bindings",
        "`{intent}` has {expected}, and `on` binds {found}",
    ),
    error(
        "PF253",
        "interface not implemented",
        "`{reactor}` implements `{interface}`, but does not handle `{intent}`",
    ),
    error("PF254", "does not belong in an app", "`{name}` cannot stand here: {reason}"),
)
