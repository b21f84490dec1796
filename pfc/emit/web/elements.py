"""Elements in markup: tags, links, forms, buttons, and the inputs of forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, cast

from pfc.emit.code import Code, join, splice
from pfc.emit.python import syntax
from pfc.emit.web.limits import limits
from pfc.emit.web.markup import escaped
from pfc.emit.web.values import Piece
from pfc.ir import declarations as d
from pfc.ir import expressions as x
from pfc.ir import surface as u
from pfc.ir import types as t
from pfc.semantics import html

if TYPE_CHECKING:
    from pfc.emit.web.nodes import Nodes

_FIELDS: Final = frozenset({"input", "select", "textarea"})
_TICKED: Final = frozenset({"checkbox", "radio"})


@dataclass(frozen=True)
class OpenForm:
    """The form that elements stand in: its variable, and the select around an option."""

    name: Code
    intent: d.Intent
    select: str | None = None


class Elements:
    """Writes elements for one function."""

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self.values = nodes.values
        self.printer = nodes.printer
        self.form: OpenForm | None = None

    def write(self, element: u.Element) -> None:
        """One element with what it holds."""
        if element.tag == "title":
            self._title(element)
        elif element.sends is not None and element.tag == "form":
            self._form(element, element.sends)
        elif element.sends is not None:
            self._button(element, element.sends)
        elif self.form is not None and element.tag in _FIELDS:
            self._field(element, self.form)
        elif self.form is not None and element.tag == "option":
            self._option(element, self.form)
        else:
            self._plain(element)

    # ------------------------------------------------------------ pieces
    def _add(self, element: u.Element, *pieces: Piece) -> None:
        self.nodes.add(pieces, element.span)

    def _attributes(
        self, element: u.Element, leaving_out: Sequence[str] = ()
    ) -> list[Piece]:
        return [
            piece
            for attribute in element.attributes
            if attribute.name not in leaving_out
            for piece in self.values.attribute(attribute.name, attribute.value)
        ]

    def _value(self, element: u.Element, name: str) -> x.Expr | None:
        for attribute in element.attributes:
            if attribute.name == name:
                return attribute.value
        return None

    def _literal(self, value: str) -> Code:
        return self.printer.file.out.literal(value)

    def _call(self, head: Code, *arguments: Code) -> Code:
        return splice("{}({})", head, join(", ", arguments))

    # ------------------------------------------------------------ elements
    def _plain(self, element: u.Element) -> None:
        tag = element.tag
        self._add(element, f"<{tag}", *self._link(element))
        self._add(element, *self._attributes(element), ">")
        if tag in html.VOID_ELEMENTS:
            return
        if tag in html.LEADING_NEWLINE_ELEMENTS:
            self._add(element, "\n")
        self.nodes.write(element.children)
        self._add(element, f"</{tag}>")

    def _link(self, element: u.Element) -> list[Piece]:
        if element.link is None:
            return []
        target = element.link.target
        if isinstance(target, x.Construct) and target.kind == "page":
            url = syntax.method(syntax.Py(self.printer.made(target).code), "url")
            return [' href="', self.values.web("attribute", url), '"']
        return self.values.attribute("href", target)

    def _title(self, element: u.Element) -> None:
        """The title of the page is not markup: the runtime escapes it."""
        parts: list[str | x.Expr] = []
        for child in element.children:
            assert isinstance(child, u.TextNode)
            if isinstance(child.text, x.Interpolation):
                parts += child.text.parts
            else:
                parts.append(str(child.text.value))
        joined = x.Interpolation(element.span, t.STRING, tuple(parts))
        only = parts[0] if len(parts) == 1 else None
        if only is None or isinstance(only, str):
            title = self.printer.interpolation(joined)
        else:
            title = self.values.string(only)
        code = splice("view.title = {}", title.code)
        self.nodes.statement(code, element.span)

    # ------------------------------------------------------------ forms
    def _opened(self, element: u.Element, sends: u.Sends, method: str) -> Code:
        """`view.form(...)` or `view.button(...)`."""
        constant = self.printer.file.place(self.nodes.names.form(element).constant)
        fixed = [
            splice("{}: {}", self._literal(name), self.printer.argument(value))
            for name, value in sends.intent.arguments
        ]
        arguments = [constant, splice("{{{}}}", join(", ", fixed))]
        if sends.then is not None:
            arguments.append(splice("then={}", self.printer.made(sends.then).code))
        if sends.flash is not None:
            flash = self.values.string(sends.flash).at(syntax.CONDITIONAL)
            arguments.append(splice("flash={}", flash))
        return self._call(Code(f"view.{method}"), *arguments)

    def _form(self, element: u.Element, sends: u.Sends) -> None:
        self.nodes.flush()
        opened = self._opened(element, sends, "form")
        name = self.nodes.scope.temporary("form")
        self.nodes.statement(splice("{} = {}", name, opened), element.span)
        self._add(element, '<form method="post"', *self._attributes(element), ">")
        self._add(element, splice("{}.fields", name))
        intent = cast("d.Intent", self.printer.file.program.by_id[sends.intent.id])
        before, self.form = self.form, OpenForm(name, intent)
        self.nodes.write(element.children)
        self.form = before
        self._add(element, "</form>")

    def _button(self, element: u.Element, sends: u.Sends) -> None:
        self.nodes.flush()
        opened = self._opened(element, sends, "button")
        name = self.nodes.scope.temporary("fields")
        self.nodes.statement(splice("{} = {}", name, opened), element.span)
        self._add(element, '<form method="post" class="pf-button">', name, "<button")
        self._add(element, *self._attributes(element), ">")
        self.nodes.write(element.children)
        self._add(element, "</button></form>")

    # ------------------------------------------------------------ inputs
    def _field(self, element: u.Element, form: OpenForm) -> None:
        name = self._value(element, "name")
        field = None if name is None else self.values.constant(name)
        if field is None:
            self._plain(element)
        elif element.tag == "textarea":
            self._textarea(element, form, field)
        elif element.tag == "select":
            self._select(element, form, field)
        else:
            self._input(element, form, field)

    def _invalid(self, form: OpenForm, field: str) -> Code:
        return self._call(splice("{}.invalid", form.name), self._literal(field))

    def _shown(self, form: OpenForm, field: str, initial: x.Expr | None) -> syntax.Py:
        """What a text-like input shows: what was typed before, or the initial value."""
        arguments = [self._literal(field)]
        if initial is not None:
            text = self.values.if_there(initial, self.values.string, "")
            arguments.append(text.at(syntax.CONDITIONAL))
        return syntax.call(splice("{}.value", form.name), *arguments)

    def _input(self, element: u.Element, form: OpenForm, field: str) -> None:
        written = self._value(element, "type")
        kind = None if written is None else self.values.constant(written)
        if kind in _TICKED:
            self._ticked(element, form, field)
            return
        self._add(element, "<input", *self._attributes(element, ["value"]))
        self._add(element, *self._limits(element, form, field, kind))
        if kind != "password":
            shown = self._shown(form, field, self._value(element, "value"))
            self._add(element, ' value="', self.values.web("attribute", shown), '"')
        self._add(element, self._invalid(form, field), ">")

    def _limits(
        self, element: u.Element, form: OpenForm, name: str, kind: str | None
    ) -> list[Piece]:
        """What the refinements of a field demand, unless it is written already."""
        for field in form.intent.fields:
            if field.name == name:
                written = {attribute.name for attribute in element.attributes}
                program = self.printer.file.program
                found = limits(program, field, element.tag, kind, written)
                return [
                    f" {key}" if value is None else f' {key}="{escaped(value)}"'
                    for key, value in found.items()
                ]
        return []

    def _ticked(self, element: u.Element, form: OpenForm, field: str) -> None:
        value = self._value(element, "value")
        arguments = [self._literal(field)]
        if value is not None:
            arguments.append(self.values.string(value).at(syntax.CONDITIONAL))
        self._add(element, "<input", *self._attributes(element, ["checked"]))
        checked = self._initially(
            "checked", form, arguments, self._value(element, "checked")
        )
        self._add(element, checked, self._invalid(form, field), ">")

    def _initially(
        self, method: str, form: OpenForm, arguments: list[Code], on: x.Expr | None
    ) -> Code:
        if on is not None:
            initial = splice("initial={}", self.printer.argument(on))
            arguments = [*arguments, initial]
        return self._call(splice("{}.{}", form.name, Code(method)), *arguments)

    def _textarea(self, element: u.Element, form: OpenForm, field: str) -> None:
        texts = [child for child in element.children if isinstance(child, u.TextNode)]
        initial: x.Expr | None = None
        if texts:
            parts: list[str | x.Expr] = []
            for child in texts:
                if isinstance(child.text, x.Interpolation):
                    parts += child.text.parts
                else:
                    parts.append(str(child.text.value))
            initial = x.Interpolation(texts[0].span, t.STRING, tuple(parts))
        self._add(element, "<textarea", *self._attributes(element))
        self._add(element, *self._limits(element, form, field, None))
        self._add(element, self._invalid(form, field), ">\n")
        shown = self._shown(form, field, initial)
        self._add(element, self.values.web("text", shown), "</textarea>")

    def _select(self, element: u.Element, form: OpenForm, field: str) -> None:
        self._add(element, "<select", *self._attributes(element))
        self._add(element, self._invalid(form, field), ">")
        before, self.form = self.form, replace(form, select=field)
        self.nodes.write(element.children)
        self.form = before
        self._add(element, "</select>")

    def _option(self, element: u.Element, form: OpenForm) -> None:
        if form.select is None:
            self._plain(element)
            return
        value = self._value(element, "value")
        if value is None:
            value = self._text_of(element)
        arguments = [
            self._literal(form.select),
            self.values.string(value).at(syntax.CONDITIONAL),
        ]
        on = self._value(element, "selected")
        self._add(element, "<option", *self._attributes(element, ["selected"]))
        self._add(element, self._initially("selected", form, arguments, on), ">")
        self.nodes.write(element.children)
        self._add(element, "</option>")

    def _text_of(self, element: u.Element) -> x.Expr:
        """An option without a value has its text as value."""
        texts = [
            child.text for child in element.children if isinstance(child, u.TextNode)
        ]
        if len(texts) == 1:
            return texts[0]
        parts: list[str | x.Expr] = []
        for text in texts:
            parts += (
                text.parts if isinstance(text, x.Interpolation) else [str(text.value)]
            )
        return x.Interpolation(element.span, t.STRING, tuple(parts))
