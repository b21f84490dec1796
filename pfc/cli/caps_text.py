"""Answers of `pfc caps` as people read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

Answer = dict[str, Any]


def render(question: str, answer: Answer) -> str:
    """The answer to a question as lines of text."""
    return "\n".join(_RENDERERS[question](answer))


def _why(answer: Answer) -> Iterator[str]:
    needs = ", ".join(answer["requires"]) or "nothing"
    yield f"{answer['intent']} requires {needs}  ({_at(answer['at'])})"
    for sender in answer["senders"]:
        yield ""
        verdict = "may send it" if sender["may"] else "may not send it"
        yield f"{sender['kind']} {sender['name']} {verdict}"
        for reach in sender["requirements"]:
            yield from _reach(reach)
    if answer["uses"]:
        yield ""
        yield "its handler uses authority"
        for use in answer["uses"]:
            own = f"; its own: {use['reason']}" if use["authority"] == "own" else ""
            needs = ", ".join(use["needs"])
            yield f"  {use['action']}: {needs}{own}  ({_at(use['at'])})"


def _reach(reach: Answer) -> Iterator[str]:
    yield f"  {reach['requires']}"
    for way in reach["ways"]:
        yield f"    {_way(way)}"
    if not reach["ways"]:
        nearest = ", ".join(held["capability"] for held in reach["nearest"])
        yield f"    not granted; nearest: {nearest or 'nothing of this family'}"


def _way(way: Answer) -> str:
    text = way["capability"]
    if way["chain"]:
        text += f" → {' → '.join(way['chain'])}"
    text += _conditions(way)
    return f"{text}  ({_at(way['at'])})"


def _conditions(held: Answer) -> str:
    text = ""
    if held["conditions"]:
        text += f" if {' and '.join(held['conditions'])}"
    return f"{text} until {held['until']}" if held["until"] else text


def _who_can(answer: Answer) -> Iterator[str]:
    if not answer["holders"]:
        yield f"nobody can {answer['capability']}"
        return
    yield f"{answer['capability']} is held by"
    for way in answer["holders"]:
        yield f"  {way['kind']} {way['name']}: {_way(way)}"


def _what_can(answer: Answer) -> Iterator[str]:
    yield f"{answer['kind']} {answer['name']}  ({_at(answer['at'])})"
    yield "  holds"
    for held in answer["holds"]:
        yield f"    {held['capability']}{_conditions(held)}  ({_at(held['at'])})"
    if answer["covers"]:
        yield "  covers"
        yield from (f"    {one}" for one in answer["covers"])
    if answer["sends"]:
        yield "  may send"
        for sent in answer["sends"]:
            needed = [_easiest(reach) for reach in sent["requirements"]]
            conditions = " and ".join(dict.fromkeys(filter(None, needed)))
            yield f"    {sent['intent']}{f' if {conditions}' if conditions else ''}"


def _easiest(reach: Answer) -> str:
    """The ways to meet a requirement, as one condition; empty if it always is met."""
    ways = [" and ".join(way["conditions"]) for way in reach["ways"]]
    if "" in ways:
        return ""
    return " or ".join(f"({way})" if len(ways) > 1 else way for way in ways)


def _diff(answer: Answer) -> Iterator[str]:
    if not answer["gained"] and not answer["lost"]:
        yield "nobody gained or lost anything"
    for sign, changes in (("+", answer["gained"]), ("-", answer["lost"])):
        for one in changes:
            detail = f"  ({one['detail']})" if one["detail"] else ""
            what = "" if one["what"] == one["who"] else f": {one['what']}"
            yield f"{sign} {one['kind']} {_who(one)}{what}{detail}"


def _who(change: Answer) -> str:
    prefix = f"{change['kind']} "
    return str(change["who"]).removeprefix(prefix)


def _manifest(answer: Answer) -> Iterator[str]:
    yield "holders"
    for subject in answer["subjects"]:
        yield f"  {subject['kind']} {subject['name']}"
        for held in subject["holds"]:
            yield f"    {held['capability']}{_conditions(held)}"
    yield "entries"
    for entry in answer["entries"]:
        target = entry.get("intent", "").rpartition(".")[2]
        more = f" → {target}" if target else _list(" requires ", entry["requires"])
        more += _list(" ceiling ", entry.get("ceiling", ()))
        yield f"  {entry['kind']} {entry['name']}{more}"
    yield "intents"
    for one in answer["intents"]:
        name = one["intent"].rpartition(".")[2]
        yield f"  {name} requires {', '.join(one['requires']) or 'nothing'}"
    yield "effects"
    for one in answer["effects"]:
        name = one["effect"].rpartition(".")[2]
        yield f"  {name} requires {', '.join(one['requires']) or 'nothing'}"
    yield "own authority"
    for one in answer["amplifications"]:
        name = one["intent"].rpartition(".")[2]
        owner = one["owner"].rpartition(".")[2]
        over = _list(" over ", one["over"])
        yield f"  {owner}, on {name}: {one['reason']}{over}  ({_at(one['at'])})"


def _list(before: str, items: Iterable[str]) -> str:
    found = ", ".join(items)
    return f"{before}{found}" if found else ""


def _tree(answer: Answer) -> Iterator[str]:
    for family in answer["families"]:
        yield family["family"]
        last = len(family["operations"]) - 1
        for number, one in enumerate(family["operations"]):
            branch = "└─" if number == last else "├─"
            implied = _list(" → ", one["implies"])
            name = one["operation"].partition(".")[2]
            yield f"{branch} {name}{implied}"


def _unused(answer: Answer) -> Iterator[str]:
    if not answer["unused"]:
        yield "every grant is asked for by something"
    for one in answer["unused"]:
        yield f"{one['kind']} {one['name']}: {one['capability']}  ({_at(one['at'])})"


def _at(place: Answer) -> str:
    return f"{place['path']}:{place['line']}"


_RENDERERS: Final[dict[str, Callable[[Answer], Iterator[str]]]] = {
    "why": _why,
    "who-can": _who_can,
    "what-can": _what_can,
    "diff": _diff,
    "manifest": _manifest,
    "tree": _tree,
    "unused": _unused,
}
