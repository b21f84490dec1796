"""Generated programs as text, for people who look into a failure."""

from __future__ import annotations

from collections.abc import Iterator

from pfc.ir import declarations as d
from pfc.ir import expressions as e
from pfc.ir import statements as st
from pfc.ir.program import Program


def listing(program: Program) -> str:
    """Intents and handlers, one statement a line."""
    return "\n".join(_lines(program))


def _lines(program: Program) -> Iterator[str]:
    for each in program.by_id.values():
        match each:
            case d.Intent(name=name, fields=fields, requires=requires):
                given = ", ".join(f"{f.name}: {f.type}" for f in fields)
                yield f"intent {name}({given}) requires {_requires(requires)}"
            case d.Effect(name=name, requires=requires):
                yield f"effect {name} requires {_requires(requires)}"
            case d.Reactor(name=name, holds=holds, handlers=handlers):
                yield f"reactor {name} holds {', '.join(map(_cap, holds))}"
                for handler in handlers:
                    yield f"  on {handler.intent} {[_name(b) for b in handler.bindings]}"
                    yield from _block(handler.body, "    ")


def _name(symbol: e.Symbol | None) -> str:
    return "_" if symbol is None else symbol.name


def _requires(requires: tuple[e.Requirement, ...]) -> str:
    texts = []
    for each in requires:
        text = _cap(each.cap)
        if each.each_symbol is not None and each.each_values is not None:
            text += f" for {each.each_symbol.name} in {_expr(each.each_values)}"
        texts.append(text)
    return ", ".join(texts) or "nothing"


def _cap(cap: e.Cap) -> str:
    return f"{cap.operation}({', '.join(map(_argument, cap.arguments))})"


def _argument(argument: e.CapArgument) -> str:
    match argument:
        case e.ValueArgument(value=value):
            return _expr(value)
        case e.PathArgument(leading=leading, segments=segments, rest=rest):
            parts = [p if isinstance(p, str) else f"{{{_expr(p)}}}" for p in segments]
            first = "" if leading is None else f"{{{_expr(leading)}}}"
            return first + "".join(f"/{p}" for p in parts) + ("/**" if rest else "")
        case _:
            return "*"


def _expr(expr: e.Right) -> str:
    match expr:
        case e.Local(symbol=symbol):
            return symbol.name
        case e.Literal(value=value):
            return repr(value)
        case e.StateField(name=name):
            return f"state.{name}"
        case e.CanExpr(cap=cap):
            return f"can {_cap(cap)}"
        case e.Not(operand=operand):
            return f"not ({_expr(operand)})"
        case e.Logic(operator=operator, left=left, right=right):
            return f"({_expr(left)} {operator} {_expr(right)})"
        case e.Compare(operator=operator, left=left, right=right):
            return f"{_expr(left)} {operator} {_expr(right)}"
        case e.UnderPath(value=value, prefix=prefix):
            return f"{_expr(value)} under {_expr(prefix)}"
        case e.ListExpr(items=items):
            return f"[{', '.join(map(_expr, items))}]"
        case e.Perform(effect=effect, arguments=arguments):
            return f"perform {effect}{[_expr(value) for _, value in arguments]}"
        case e.Ask(intent=intent, only=only):
            return f"ask {_made(intent)} only {[_cap(each) for each in only]}"
        case _:
            return type(expr).__name__


def _made(intent: e.Construct) -> str:
    return f"{intent.id}{[(name, _expr(value)) for name, value in intent.arguments]}"


def _block(block: st.Block, margin: str) -> Iterator[str]:
    for statement in block.statements:
        yield from _statement(statement, margin)


def _statement(statement: st.Statement, margin: str) -> Iterator[str]:
    inner = margin + "  "
    match statement:
        case st.Let(symbol=symbol, value=value):
            yield f"{margin}let {symbol.name} = {_expr(value)}"
        case st.Assign(target=target, value=value):
            yield f"{margin}state.{target.field} = {_expr(value)}"
        case st.Run(call=call):
            yield f"{margin}{_expr(call)}"
        case st.Send(intent=intent, only=only):
            yield f"{margin}send {_made(intent)} only {[_cap(each) for each in only]}"
        case st.Emit(event=made):
            yield f"{margin}emit {_made(made)}"
        case st.If(condition=condition, then=then, otherwise=otherwise):
            yield f"{margin}if {_expr(condition)}"
            yield from _block(then, inner)
            if otherwise is not None:
                yield f"{margin}else"
                yield from _block(otherwise, inner)
        case st.Require(condition=condition):
            yield f"{margin}require {_expr(condition)} else deny"
        case st.For(symbols=(symbol,), values=values, body=body):
            yield f"{margin}for {symbol.name} in {_expr(values)}"
            yield from _block(body, inner)
        case st.WithAuthority(over=over, body=body):
            yield f"{margin}with authority over {[_expr(each) for each in over]}"
            yield from _block(body, inner)
        case _:
            yield f"{margin}{type(statement).__name__}"
