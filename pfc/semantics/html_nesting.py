"""Which HTML elements may stand in which, as data: what a browser would leave as it is."""

from __future__ import annotations

from typing import Final

NOT_IN_PARAGRAPH: Final = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "li",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "ul",
    }
)
"""Elements that end an open `p` when a browser meets them: an error inside one."""


PARENTS: Final = {
    "caption": frozenset({"table"}),
    "col": frozenset({"colgroup"}),
    "colgroup": frozenset({"table"}),
    "dd": frozenset({"div", "dl"}),
    "dt": frozenset({"div", "dl"}),
    "figcaption": frozenset({"figure"}),
    "legend": frozenset({"fieldset"}),
    "li": frozenset({"menu", "ol", "ul"}),
    "optgroup": frozenset({"select"}),
    "option": frozenset({"datalist", "optgroup", "select"}),
    "rp": frozenset({"ruby"}),
    "rt": frozenset({"ruby"}),
    "source": frozenset({"audio", "picture", "video"}),
    "summary": frozenset({"details"}),
    "tbody": frozenset({"table"}),
    "td": frozenset({"tr"}),
    "tfoot": frozenset({"table"}),
    "th": frozenset({"tr"}),
    "thead": frozenset({"table"}),
    "tr": frozenset({"table", "tbody", "tfoot", "thead"}),
    "track": frozenset({"audio", "video"}),
}
"""Where an element has to stand directly; a browser moves or drops it elsewhere."""

CHILDREN: Final = {
    "colgroup": frozenset({"col"}),
    "datalist": frozenset({"option"}),
    "dl": frozenset({"dd", "div", "dt"}),
    "menu": frozenset({"li"}),
    "ol": frozenset({"li"}),
    "optgroup": frozenset({"option"}),
    "picture": frozenset({"img", "source"}),
    "select": frozenset({"hr", "optgroup", "option"}),
    "table": frozenset({"caption", "colgroup", "tbody", "tfoot", "thead", "tr"}),
    "tbody": frozenset({"tr"}),
    "tfoot": frozenset({"tr"}),
    "thead": frozenset({"tr"}),
    "tr": frozenset({"td", "th"}),
    "ul": frozenset({"li"}),
}
"""What an element holds directly, text left out: a browser moves or drops the rest."""

INTERACTIVE: Final = frozenset(
    {"a", "button", "details", "form", "input", "label", "select", "textarea"}
)
"""What may not stand in a link or in a button."""
