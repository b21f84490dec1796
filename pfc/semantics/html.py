"""HTML as data: which elements and attributes a page may use, and what each is.

From the HTML Living Standard, section 4, without what runs script, carries style or
embeds other documents: those are named in `FORBIDDEN_ELEMENTS` with the reason, so that
a diagnostic can give it.
"""

from __future__ import annotations

from typing import Final

VOID_ELEMENTS: Final = frozenset(
    {"br", "col", "hr", "img", "input", "source", "track", "wbr"}
)
"""Elements without an end tag and without children."""

RCDATA_ELEMENTS: Final = frozenset({"textarea", "title"})
"""Elements whose content is text with character references, never markup."""

LEADING_NEWLINE_ELEMENTS: Final = frozenset({"pre", "textarea"})
"""Elements whose first newline a parser drops: one is written for it to drop."""

LANGUAGE_ELEMENTS: Final = frozenset({"link", "form", "button", "title"})
"""Elements that mean more in PacketFlow than in HTML."""

FORBIDDEN_ELEMENTS: Final = {
    "script": "pages run no script of their own",
    "style": "style comes from the stylesheet",
    "iframe": "pages embed no other documents",
    "frame": "pages embed no other documents",
    "frameset": "pages embed no other documents",
    "embed": "pages embed no other documents",
    "object": "pages embed no other documents",
    "applet": "pages embed no other documents",
    "noscript": "pages work without script anyway",
    "template": "its content would only be read by script",
    "slot": "it is a statement here, not an element",
    "base": "it would change what every link means",
    "meta": "the head of the document is written by the runtime",
    "head": "the head of the document is written by the runtime",
    "html": "the document is written by the runtime",
    "body": "the document is written by the runtime",
    "main": "the runtime puts every page into one",
    "svg": "not supported: its content follows other escaping rules",
    "math": "not supported: its content follows other escaping rules",
    "canvas": "it shows nothing without script",
    "plaintext": "it cannot be closed",
    "xmp": "its content is not escaped",
    "noembed": "its content is not escaped",
    "noframes": "its content is not escaped",
}
"""Elements that a page may not use, and why."""

FORBIDDEN_ATTRIBUTES: Final = {
    "style": "style comes from the stylesheet: use a class",
    "srcdoc": "pages embed no other documents",
    "action": "a form sends an intent: write form(sends: ...)",
    "method": "a form sends an intent: write form(sends: ...)",
    "enctype": "a form sends an intent: write form(sends: ...)",
    "formaction": "a button sends an intent: write button(sends: ...)",
    "formmethod": "a button sends an intent: write button(sends: ...)",
    "formenctype": "a button sends an intent: write button(sends: ...)",
    "formtarget": "an answer replaces the page",
    "ping": "it would tell others where a user goes",
    "nonce": "pages run no script of their own",
    "is": "custom elements need script",
    "slot": "shadow trees need script",
    "form": "an input stands inside its form",
}
"""Attributes that a page may not use, and why; so are all that begin with `on`."""

BOOLEAN_ATTRIBUTES: Final = frozenset(
    {
        "autofocus",
        "checked",
        "controls",
        "default",
        "disabled",
        "formnovalidate",
        "hidden",
        "inert",
        "ismap",
        "itemscope",
        "loop",
        "multiple",
        "muted",
        "novalidate",
        "open",
        "playsinline",
        "readonly",
        "required",
        "reversed",
        "selected",
    }
)
"""Attributes that are there or not: a Bool says which."""

URL_ATTRIBUTES: Final = frozenset({"cite", "href", "poster", "src"})
"""Attributes that hold one URL: the value goes through `href`."""

URL_LIST_ATTRIBUTES: Final = frozenset({"srcset", "imagesrcset", "ping"})
"""Attributes that hold several URLs: not allowed, for want of one escaping rule."""

ID_ATTRIBUTES: Final = frozenset({"id", "for", "list", "headers", "popovertarget"})
"""Attributes that hold an id: an interpolated value goes through `identifier`."""

ID_LIST_ATTRIBUTES: Final = frozenset(
    {"aria-labelledby", "aria-describedby", "aria-controls", "aria-owns"}
)
"""Attributes that hold several ids: each value goes through `identifier`."""

ARIA_ATTRIBUTES: Final = frozenset(
    "aria-" + name
    for name in (
        "activedescendant atomic autocomplete braillelabel brailleroledescription busy"
        " checked colcount colindex colindextext colspan controls current describedby"
        " description details disabled errormessage expanded flowto haspopup hidden"
        " invalid keyshortcuts label labelledby level live modal multiline"
        " multiselectable orientation owns placeholder posinset pressed readonly"
        " relevant required roledescription rowcount rowindex rowindextext rowspan"
        " selected setsize sort valuemax valuemin valuenow valuetext"
    ).split()
)
"""The attributes of WAI-ARIA 1.3: one that is not among them says nothing to anybody."""

CLASS_ATTRIBUTES: Final = frozenset({"class", "rel"})
"""Attributes that hold tokens: interpolated values go through `class_names`."""

GLOBAL_ATTRIBUTES: Final = frozenset(
    {
        "accesskey",
        "autocapitalize",
        "autofocus",
        "class",
        "dir",
        "draggable",
        "enterkeyhint",
        "hidden",
        "id",
        "inert",
        "inputmode",
        "lang",
        "role",
        "spellcheck",
        "tabindex",
        "title",
        "translate",
    }
)
"""Attributes of every element; those that begin with `aria-` or `data-` are too."""

_MEDIA: Final = frozenset(
    {"controls", "height", "loop", "muted", "poster", "preload", "src", "width"}
)
_CELL: Final = frozenset({"colspan", "headers", "rowspan"})
_EDIT: Final = frozenset({"cite", "datetime"})
_LINK: Final = frozenset(
    {"download", "href", "hreflang", "rel", "target", "to", "type"}
)
_NONE: Final[frozenset[str]] = frozenset()

ELEMENTS: Final = {
    # sections
    "address": _NONE,
    "article": _NONE,
    "aside": _NONE,
    "footer": _NONE,
    "h1": _NONE,
    "h2": _NONE,
    "h3": _NONE,
    "h4": _NONE,
    "h5": _NONE,
    "h6": _NONE,
    "header": _NONE,
    "hgroup": _NONE,
    "nav": _NONE,
    "search": _NONE,
    "section": _NONE,
    # groups
    "blockquote": frozenset({"cite"}),
    "dd": _NONE,
    "div": _NONE,
    "dl": _NONE,
    "dt": _NONE,
    "figcaption": _NONE,
    "figure": _NONE,
    "hr": _NONE,
    "li": frozenset({"value"}),
    "menu": _NONE,
    "ol": frozenset({"reversed", "start", "type"}),
    "p": _NONE,
    "pre": _NONE,
    "ul": _NONE,
    # text
    "abbr": _NONE,
    "b": _NONE,
    "bdi": _NONE,
    "bdo": _NONE,
    "br": _NONE,
    "cite": _NONE,
    "code": _NONE,
    "data": frozenset({"value"}),
    "del": _EDIT,
    "dfn": _NONE,
    "em": _NONE,
    "i": _NONE,
    "ins": _EDIT,
    "kbd": _NONE,
    "mark": _NONE,
    "q": frozenset({"cite"}),
    "rp": _NONE,
    "rt": _NONE,
    "ruby": _NONE,
    "s": _NONE,
    "samp": _NONE,
    "small": _NONE,
    "span": _NONE,
    "strong": _NONE,
    "sub": _NONE,
    "sup": _NONE,
    "time": frozenset({"datetime"}),
    "u": _NONE,
    "var": _NONE,
    "wbr": _NONE,
    # links, both the same; `to` is a page, `href` an external Url
    "a": _LINK,
    "link": _LINK,
    # pictures and media
    "audio": _MEDIA - {"height", "poster", "width"},
    "img": frozenset({"alt", "decoding", "height", "loading", "src", "width"}),
    "picture": _NONE,
    "source": frozenset({"height", "media", "src", "type", "width"}),
    "track": frozenset({"default", "kind", "label", "src", "srclang"}),
    "video": _MEDIA | {"playsinline"},
    # tables
    "caption": _NONE,
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "table": _NONE,
    "tbody": _NONE,
    "td": _CELL,
    "tfoot": _NONE,
    "th": _CELL | {"abbr", "scope"},
    "thead": _NONE,
    "tr": _NONE,
    # forms; `sends`, `then`, `flash` and `may_deny` are PacketFlow's
    "button": frozenset(
        {"disabled", "flash", "may_deny", "name", "sends", "then", "type", "value"}
    ),
    "datalist": _NONE,
    "fieldset": frozenset({"disabled"}),
    "form": frozenset(
        {"autocomplete", "flash", "may_deny", "novalidate", "sends", "then"}
    ),
    "input": frozenset(
        {
            "accept",
            "alt",
            "autocomplete",
            "checked",
            "dirname",
            "disabled",
            "list",
            "max",
            "maxlength",
            "min",
            "minlength",
            "multiple",
            "name",
            "pattern",
            "placeholder",
            "readonly",
            "required",
            "size",
            "step",
            "type",
            "value",
        }
    ),
    "label": frozenset({"for"}),
    "legend": _NONE,
    "meter": frozenset({"high", "low", "max", "min", "optimum", "value"}),
    "optgroup": frozenset({"disabled", "label"}),
    "option": frozenset({"disabled", "label", "selected", "value"}),
    "output": frozenset({"for", "name"}),
    "progress": frozenset({"max", "value"}),
    "select": frozenset(
        {"autocomplete", "disabled", "multiple", "name", "required", "size"}
    ),
    "textarea": frozenset(
        {
            "autocomplete",
            "cols",
            "dirname",
            "disabled",
            "maxlength",
            "minlength",
            "name",
            "placeholder",
            "readonly",
            "required",
            "rows",
            "wrap",
        }
    ),
    # things to open
    "details": frozenset({"name", "open"}),
    "summary": _NONE,
    # the page's title, which the runtime puts into the head
    "title": _NONE,
}
"""Elements that a page may use, each with its own attributes beside the global ones."""

INPUT_TYPES: Final = frozenset(
    {
        "checkbox",
        "color",
        "date",
        "datetime-local",
        "email",
        "month",
        "number",
        "password",
        "radio",
        "range",
        "search",
        "tel",
        "text",
        "time",
        "url",
        "week",
    }
)
"""Types of `input`; hidden ones are what `sends:` gives, the others are not inputs."""


def attribute_name(name: str) -> str:
    """Give the HTML name of an attribute: `aria_label` is `aria-label`."""
    return name.replace("_", "-")


def is_attribute(element: str, name: str) -> bool:
    """Whether an element may have an attribute, by its HTML name."""
    if name.startswith("aria-"):
        return name in ARIA_ATTRIBUTES
    if name.startswith("data-"):
        return len(name) > 5
    if name in LANGUAGE_ATTRIBUTES:
        return name.replace("-", "_") in ELEMENTS.get(element, _NONE)
    return name in GLOBAL_ATTRIBUTES or name in ELEMENTS.get(element, _NONE)


LANGUAGE_ATTRIBUTES: Final = frozenset({"sends", "then", "flash", "may-deny", "to"})
"""Attributes, by their HTML-like name, that are not written into the page."""


def refusal(element: str, name: str) -> str | None:
    """Why an attribute is refused on purpose, or None if it is merely unknown."""
    if name.startswith("on"):
        return "pages run no script of their own"
    return FORBIDDEN_ATTRIBUTES.get(name) if not is_attribute(element, name) else None
