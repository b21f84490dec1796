"""Only Code reaches the output of a template; anything else names its place."""

from __future__ import annotations

import jinja2
import pytest

from pfc.emit.code import Code, UnfilteredValue
from pfc.emit.environment import environment, make_environment, render_with


def rendered(template: str, **values: object) -> str:
    loader = jinja2.DictLoader({"t.jinja": template})
    return render_with(make_environment(loader), "t.jinja", **values)


@pytest.mark.parametrize("value", ["text", 1, None, 1.5, b"x", ["a"], True])
def test_an_unfiltered_value_is_refused(value: object) -> None:
    with pytest.raises(UnfilteredValue, match=r":2: ") as caught:
        rendered("x = 1\ny = {{ value }}\n", value=value)
    assert caught.value.value == value


@pytest.mark.parametrize(
    "expression",
    ['"text"', "1", 'a ~ "x"', "a + b", 'a.replace("A", "B")', '"%s" % a', "a[0]"],
)
def test_what_a_template_computes_is_refused(expression: str) -> None:
    with pytest.raises(UnfilteredValue):
        rendered(f"{{{{ {expression} }}}}", a=Code("A"), b=Code("B"))


@pytest.mark.parametrize("name", ["upper", "safe", "join", "e", "tojson", "indent"])
def test_filters_that_make_no_code_do_not_exist(name: str) -> None:
    with pytest.raises(jinja2.TemplateAssertionError):
        rendered(f"{{{{ a | {name} }}}}", a=Code("A"))


def test_code_filters_macros_and_blocks_pass() -> None:
    template = (
        "{% macro twice(x) %}({{ x }}, {{ x }}){% endmacro %}"
        "{% set both %}{{ twice(a) }}{% endset %}"
        "{{ both }} {{ text | string }} {{ [a, both] | commas }} {{ [a] | tuple }}\n"
    )
    result = rendered(template, a=Code("A"), text='"')
    assert result == "(A, A) '\"' A, (A, A) (A,)\n"


def test_a_value_in_a_macro_is_refused_where_it_stands() -> None:
    template = "{% macro m(x) %}\n\n{{ x }}{% endmacro %}{{ m(text) }}"
    with pytest.raises(UnfilteredValue, match=r":3: 'boo'"):
        rendered(template, text="boo")


def test_undefined_names_are_errors() -> None:
    with pytest.raises(jinja2.UndefinedError, match="missing"):
        rendered("{{ missing }}")
    with pytest.raises(jinja2.UndefinedError, match="missing"):
        rendered("{{ missing | string }}")


def test_all_templates_compile() -> None:
    found = environment().list_templates(filter_func=lambda name: "python/" in name)
    assert "python/module.jinja" in found
    for name in found:
        environment().get_template(name)


def test_the_cache_stays_out_of_the_way(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    blocked = tmp_path_factory.mktemp("cache") / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    environment.cache_clear()
    try:
        assert environment().bytecode_cache is None
    finally:
        environment.cache_clear()
