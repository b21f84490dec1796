"""HTML elements and their attributes: each value checked for the place where it goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from pfc.diagnostics import Label, did_you_mean
from pfc.ir import expressions as x
from pfc.ir import surface as u
from pfc.ir.types import (
    BOOL,
    STRING,
    UNKNOWN,
    URL,
    ListType,
    OptionalType,
    Primitive,
    Type,
    UnionType,
    Unknown,
    base_of,
    show,
)
from pfc.semantics import html
from pfc.semantics.constants import try_evaluate
from pfc.semantics.relations import fits, optional, present
from pfc.semantics.scope import Scope
from pfc.semantics.type_checker import TypeChecker
from pfc.span import Span
from pfc.syntax.ast import expressions as e
from pfc.syntax.ast.base import Name

SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
_NO_TEXT: Final = frozenset({"Bytes", "Cursor", "Download", "Json", "Unit", "Upload"})
_NAMED: Final = frozenset({"input", "select", "textarea"})


class Elements:
    """Types the attributes of elements, links among them."""

    def __init__(self, checker: TypeChecker) -> None:
        self.checker = checker
        self.report = checker.report

    # ------------------------------------------------------------ the element
    def known(self, name: Name) -> bool:
        """Whether pages may use the element; reports it if not."""
        tag = name.text
        if tag in html.ELEMENTS:
            return True
        reason = html.FORBIDDEN_ELEMENTS.get(tag)
        if reason is not None:
            self.refuse(name.span, f"`{tag}` is not for pages: {reason}")
            return False
        candidates = [*html.ELEMENTS]
        candidates += [
            entity.name
            for info in self.checker.world.modules.values()
            for entity in info.names.values()
            if entity.kind == "component"
        ]
        notes = did_you_mean(tag, candidates)
        self.report("PF210", name.span, notes=notes, kind="element", name=tag)
        return False

    def refuse(self, span: Span, reason: str, *related: Label) -> None:
        """Reports what cannot stand where it stands."""
        self.report("PF606", span, related=related, reason=reason)

    # ------------------------------------------------------------ attributes
    def attributes(
        self, tag: str, arguments: Sequence[e.Argument], scope: Scope
    ) -> tuple[u.Attribute, ...]:
        """The plain attributes; those that mean more here are left to others."""
        found: list[u.Attribute] = []
        seen: set[str] = set()
        for argument in arguments:
            name = self._name(tag, argument, scope)
            if name is None or name in html.LANGUAGE_ATTRIBUTES:
                continue
            if name in seen:
                self.report("PF211", argument.span, name=name)
            seen.add(name)
            if tag == "a" and name == "href":
                continue
            value = self.value(tag, name, argument.value, scope)
            found.append(u.Attribute(argument.span, name, value))
        return tuple(found)

    def _name(self, tag: str, argument: e.Argument, scope: Scope) -> str | None:
        """The HTML name of an attribute that the element may have."""
        if argument.name is None:
            self.checker.infer_expr(argument.value, scope, None)
            self.report(
                "PF224",
                argument.span,
                callee=tag,
                expected="attributes, which have names",
                found="one without is",
            )
            return None
        name = html.attribute_name(argument.name.text)
        if html.is_attribute(tag, name):
            return name
        reason = html.refusal(tag, name)
        span = argument.name.span
        if reason is not None:
            self.refuse(span, f"`{argument.name.text}` is not for pages: {reason}")
            return None
        known = [*html.ELEMENTS[tag], *html.GLOBAL_ATTRIBUTES, *html.ARIA_ATTRIBUTES]
        notes = did_you_mean(
            argument.name.text, [each.replace("-", "_") for each in known]
        )
        kind = f"attribute of `{tag}`,"
        self.report("PF210", span, notes=notes, kind=kind, name=argument.name.text)
        self.checker.infer_expr(argument.value, scope, None)
        return None

    def value(self, tag: str, name: str, node: e.Expr, scope: Scope) -> x.Expr:
        """A value, by what kind of attribute it is for."""
        if name in html.BOOLEAN_ATTRIBUTES:
            return self.checker.expr(node, scope, BOOL)
        if name in html.URL_ATTRIBUTES:
            return self.url(node, scope)
        if name in html.CLASS_ATTRIBUTES:
            return self._tokens(node, scope)
        value = self._text(node, scope)
        if name in html.ID_ATTRIBUTES or name in html.ID_LIST_ATTRIBUTES:
            self._identifier(name, value)
        elif tag == "input" and name == "type":
            self._input_type(value)
        elif tag in _NAMED and name == "name":
            self._field_name(tag, value)
        return value

    def _text(self, node: e.Expr, scope: Scope) -> x.Expr:
        """A value that is shown as text."""
        value = self.checker.expr(node, scope)
        if not self.is_text(value.type):
            self.report(
                "PF220",
                value.span,
                expected="a value that can be shown as text",
                found=f"`{show(value.type)}`",
            )
        return value

    def is_text(self, type_: Type) -> bool:
        """Whether an attribute can hold values of the type."""
        base = base_of(present(base_of(type_)))
        if isinstance(base, Primitive):
            return base.name not in _NO_TEXT
        if isinstance(base, UnionType):
            entity = self.checker.entity(base.id)
            variants = getattr(entity.node, "variants", ()) if entity else ()
            return not any(variant.fields for variant in variants)
        return isinstance(base, Unknown)

    def _identifier(self, name: str, value: x.Expr) -> None:
        text = constant_text(value)
        several = name in html.ID_LIST_ATTRIBUTES or name == "headers"
        if text is None or (several and text.strip()):
            return
        if not text or any(char.isspace() for char in text):
            self.refuse(value.span, f"`{name}` is one word without blanks")

    def _input_type(self, value: x.Expr) -> None:
        text = constant_text(value)
        if text is None:
            self.refuse(value.span, "the type of an input is written here as a string")
        elif text == "hidden":
            reason = "what `sends:` gives is hidden already, so no input is"
            self.refuse(value.span, reason)
        elif text not in html.INPUT_TYPES:
            notes = did_you_mean(text, html.INPUT_TYPES)
            self.report("PF210", value.span, notes=notes, kind="input type", name=text)

    def _field_name(self, tag: str, value: x.Expr) -> None:
        if constant_text(value) is None:
            reason = f"the name of an `{tag}` is a field of the intent, as a string"
            self.refuse(value.span, reason)

    def _tokens(self, node: e.Expr, scope: Scope) -> x.Expr:
        """`class`: a string, or a list of strings some of which may be none."""
        if isinstance(node, e.ListLiteral):
            return self.checker.expr(node, scope, ListType(OptionalType(STRING)))
        value = self.checker.expr(node, scope)
        base = base_of(value.type)
        if isinstance(base, ListType) and fits(base.item, optional(STRING)):
            return value
        if not self.is_text(value.type):
            self.report(
                "PF220",
                value.span,
                expected="a string, or a list of strings",
                found=f"`{show(value.type)}`",
            )
        return value

    # ------------------------------------------------------------ URLs
    def url(self, node: e.Expr, scope: Scope) -> x.Expr:
        """A URL of this site written as a string, or a `Url`."""
        text = literal_text(node)
        if text is None:
            return self._url_value(node, scope)
        problem = _url_problem(text)
        if problem is not None:
            self.report("PF605", node.span, reason=problem)
        return x.Literal(node.span, URL if _has_scheme(text) else STRING, text)

    def _url_value(self, node: e.Expr, scope: Scope) -> x.Expr:
        value = self.checker.expr(node, scope)
        if base_of(present(base_of(value.type))) not in (URL, UNKNOWN):
            found = f"a `{show(value.type)}`"
            if isinstance(value, x.Interpolation):
                found = "put together here"
            reason = f"it is a `Url` or a string written here, and this is {found}"
            self.report("PF605", value.span, reason=reason)
        return value

    def link(
        self, tag: str, node: e.Argument | None, to: e.Argument | None, scope: Scope
    ) -> u.Link | None:
        """`link(to: Page(args))` or `link(href: url)`."""
        if to is not None:
            if node is not None:
                reason = (
                    "it goes to a page (`to:`) or to a `Url` (`href:`), not to both"
                )
                self.report("PF605", node.span, reason=reason)
            target = self.page(to.value, scope)
            return None if target is None else u.Link(to.span, target)
        if node is None:
            return None
        value = self._external(node.value, scope)
        return u.Link(node.span, value)

    def _external(self, node: e.Expr, scope: Scope) -> x.Expr:
        text = literal_text(node)
        if text is not None and not _has_scheme(text) and not text.startswith("#"):
            reason = "a link to a page of this site is `link(to: Page())`"
            if ":" in text or not text.startswith("/"):
                reason = f"a Url begins with one of {', '.join(sorted(SCHEMES))}"
            self.report("PF605", node.span, reason=reason)
            return x.Literal(node.span, STRING, text)
        return self.url(node, scope)

    def page(self, node: e.Expr, scope: Scope) -> x.Construct | None:
        """A page with its arguments."""
        name = (
            self.checker.dotted(node.callee) if isinstance(node, e.CallExpr) else None
        )
        if not isinstance(node, e.CallExpr) or name is None:
            reason = "it goes to a page with its arguments: `Page(a: 1)`"
            self.report("PF605", node.span, reason=reason)
            self.checker.infer_expr(node, scope, None)
            return None
        entity = self.checker.world.lookup(scope.module, name, "page")
        if entity is None:
            for argument in node.arguments:
                self.checker.infer_expr(argument.value, scope, None)
            return None
        return self.checker.construct(node.span, "page", entity, node.arguments, scope)


def literal_text(node: e.Expr) -> str | None:
    """The text of a string that is not interpolated."""
    if not isinstance(node, e.StringLiteral):
        return None
    texts = [part for part in node.parts if isinstance(part, str)]
    return "".join(texts) if len(texts) == len(node.parts) else None


def constant_text(value: x.Expr) -> str | None:
    """The text of a constant string."""
    constant, found = try_evaluate(value, {})
    return found if constant and isinstance(found, str) else None


def _has_scheme(text: str) -> bool:
    try:
        return urlsplit(text).scheme.lower() in SCHEMES
    except ValueError:
        return False


def _url_problem(text: str) -> str | None:
    """Why a constant is no URL for a page, or none."""
    if any(char <= " " or char == "\\" or "\x7f" <= char <= "\x9f" for char in text):
        return "a URL holds no blanks, control characters or backslashes"
    if _has_scheme(text) or text.startswith("#"):
        return None
    if text.startswith("//"):
        return "it leads to another site: write its scheme, as in `https://`"
    if text.startswith("/"):
        return None
    if ":" in text.split("/", 1)[0]:
        return f"the scheme is not one of {', '.join(sorted(SCHEMES))}"
    return "a URL of this site begins with `/`"
