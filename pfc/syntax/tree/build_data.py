"""Declarations of modules, data, functions and authority."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from lark import Token, Tree

from pfc.syntax.ast import authority as a
from pfc.syntax.ast import data as d
from pfc.syntax.ast.base import Dotted, Name
from pfc.syntax.ast.expressions import Cap, Expr
from pfc.syntax.ast.statements import Block
from pfc.syntax.ast.types import TypeRef
from pfc.syntax.tree.build_statements import Statements
from pfc.syntax.tree.parts import (
    Parts,
    expr,
    many,
    maybe,
    maybe_expr,
    one,
    rule,
    rule_expr,
    rules,
)


class Data(Statements):
    """Methods for the rules of data, functions and authority."""

    def module_decl(self, parts: Parts) -> d.ModuleDecl:
        return d.ModuleDecl(self.span(parts), one(parts, Dotted))

    def import_decl(self, parts: Parts) -> d.Import:
        return d.Import(self.span(parts), one(parts, Dotted), maybe(parts, Name))

    def imported(self, parts: Parts) -> d.Imported:
        names = many(parts, Name)
        return d.Imported(
            self.span(parts), names[0], names[1] if len(names) > 1 else None
        )

    def from_decl(self, parts: Parts) -> d.FromImport:
        return d.FromImport(
            self.span(parts), one(parts, Dotted), many(parts, d.Imported)
        )

    # ------------------------------------------------------------ members
    def member(self, parts: Parts) -> d.Member:
        only_for = rule(parts, "requires_one")
        return d.Member(
            self.span(parts),
            one(parts, Name),
            one(parts, TypeRef),
            rule_expr(parts, "under_clause"),
            rule_expr(parts, "default_clause"),
            rule_expr(parts, "where_clause"),
            one(only_for, Cap) if only_for else None,
            False,
            self.doc(parts),
        )

    param = member

    def secret_member(self, parts: Parts) -> d.Member:
        return replace(one(parts, d.Member), secret=True, doc=self.doc(parts))

    def members_of(self, parts: Parts) -> tuple[d.Member, ...]:
        """The fields; `requires Cap` after a field is the field's."""
        fields: list[d.Member] = []
        before: object = None
        for part in parts:
            if isinstance(part, d.Member):
                fields.append(part)
            elif isinstance(part, Tree) and part.data == "requires_one":
                if isinstance(before, d.Member) and before.requires is None:
                    span = before.span.to(self.span(part.children))
                    only_for = one(part.children, Cap)
                    fields[-1] = replace(before, span=span, requires=only_for)
                else:
                    self.report(
                        "PF101",
                        self.span(part.children),
                        found="`requires`",
                        expected="a field before it",
                    )
            if not isinstance(part, Token):
                before = part
        return tuple(fields)

    def always_of(self, parts: Parts) -> tuple[Expr, ...]:
        return tuple(expr(clause) for clause in rules(parts, "always_clause"))

    def fields_of(self, parts: Parts) -> tuple[d.Member, ...]:
        return many(rule(parts, "params") or (), d.Member)

    def generics_of(self, parts: Parts) -> tuple[Name, ...]:
        return many(rule(parts, "generics") or (), Name)

    # ------------------------------------------------------------ types
    def type_decl(self, parts: Parts) -> d.TypeAlias:
        return d.TypeAlias(
            self.span(parts),
            one(parts, Name),
            self.generics_of(parts),
            one(parts, TypeRef),
            rule_expr(parts, "under_clause"),
            rule_expr(parts, "where_clause"),
            self.doc(parts),
        )

    def record_decl(self, parts: Parts) -> d.Record:
        members = rule(parts, "members") or ()
        return d.Record(
            self.span(parts),
            one(parts, Name),
            self.generics_of(parts),
            self.members_of(members),
            self.always_of(members),
            self.doc(parts),
        )

    def variant(self, parts: Parts) -> d.Variant:
        return d.Variant(
            self.span(parts),
            one(parts, Name),
            self.fields_of(parts),
            self.doc(parts),
        )

    def union_decl(self, parts: Parts) -> d.UnionDecl:
        return d.UnionDecl(
            self.span(parts),
            one(parts, Name),
            self.generics_of(parts),
            many(parts, d.Variant),
            self.doc(parts),
        )

    def config_decl(self, parts: Parts) -> d.Config:
        return d.Config(
            self.span(parts), one(parts, Name), many(parts, d.Member), self.doc(parts)
        )

    def interface_decl(self, parts: Parts) -> d.Interface:
        return d.Interface(
            self.span(parts), one(parts, Name), many(parts, Dotted), self.doc(parts)
        )

    # ------------------------------------------------------------ functions
    def python_clause(self, parts: Parts) -> d.PythonBody:
        return d.PythonBody(self.span(parts), self.fence(parts), self.maybe_text(parts))

    def result_of(self, parts: Parts) -> TypeRef | None:
        result = rule(parts, "result")
        return None if result is None else one(result, TypeRef)

    def fn_decl(self, parts: Parts) -> d.Function:
        body: Expr | Block | d.PythonBody | None
        body = maybe(parts, Block) or maybe(parts, d.PythonBody)
        if body is None:
            body = expr(rule(parts, "fn_expr") or ())
        return d.Function(
            self.span(parts),
            one(parts, Name),
            self.generics_of(parts),
            self.fields_of(parts),
            cast("TypeRef", self.result_of(parts)),
            body,
            self.doc(parts),
        )

    # ------------------------------------------------------------ authority
    def operation(self, parts: Parts) -> a.Operation:
        return a.Operation(
            self.span(parts),
            one(parts, Name),
            self.fields_of(parts),
            (),
            self.doc(parts),
        )

    def operation_implies(self, parts: Parts) -> a.Operation:
        implied = many(rule(parts, "implies_clause") or (), Cap)
        return replace(one(parts, a.Operation), span=self.span(parts), implies=implied)

    def capability_decl(self, parts: Parts) -> a.Capability:
        return a.Capability(
            self.span(parts),
            one(parts, Name),
            many(parts, a.Operation),
            self.doc(parts),
        )

    def for_clause(self, parts: Parts) -> a.ForClause:
        return a.ForClause(self.span(parts), one(parts, Name), expr(parts))

    def grant(self, parts: Parts) -> a.Grant:
        each = maybe(parts, a.ForClause)
        return a.Grant(self.span(parts), one(parts, Cap), each, None)

    def grants_of(self, parts: Parts) -> tuple[a.GrantRule, ...]:
        """The grants; `until e` after a grant is the grant's."""
        found: list[a.GrantRule] = []
        before: object = None
        for part in parts:
            if isinstance(part, a.Grant | a.GrantIf):
                found.append(part)
            elif isinstance(part, Tree) and part.data == "until_clause":
                if isinstance(before, a.Grant) and before.until is None:
                    span = before.span.to(self.span(part.children))
                    until = maybe_expr(part.children)
                    found[-1] = replace(before, span=span, until=until)
                else:
                    self.report(
                        "PF101",
                        self.span(part.children),
                        found="`until`",
                        expected="a grant before it",
                    )
            if not isinstance(part, Token):
                before = part
        return tuple(found)

    def grant_if(self, parts: Parts) -> a.GrantIf:
        blocks = rules(parts, "grants")
        then = self.grants_of(blocks[0])
        following = maybe(parts, a.GrantIf)
        otherwise: tuple[a.GrantRule, ...] = (following,) if following else ()
        if len(blocks) > 1:
            otherwise = self.grants_of(blocks[1])
        return a.GrantIf(self.span(parts), expr(parts), then, otherwise)

    def context_decl(self, parts: Parts) -> a.Context:
        self.once(parts, "authenticate", "propagate", "compose")
        authenticate = rule(parts, "authenticate")
        propagate = rule(parts, "propagate")
        compose = rule(parts, "compose")
        return a.Context(
            self.span(parts),
            one(parts, Name),
            self.members_of(parts),
            self.maybe_text(authenticate),
            one(propagate, Name) if propagate else None,
            one(compose, Name) if compose else None,
            self.grants_of(parts),
            self.doc(parts),
        )

    def principal_decl(self, parts: Parts) -> a.Principal:
        return a.Principal(
            self.span(parts),
            one(parts, Name),
            self.grants_of(rule(parts, "grants") or ()),
            self.doc(parts),
        )
