"""Generated programs as source, each with names of its own, many in one module."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pfc.ir import declarations as d
from pfc.ir import expressions as e
from pfc.ir import statements as st
from pfc.ir.program import Program
from pfc.ir.types import INT, ListType, RefinedType, Type

HEAD = """module g

type Local = Path under "/a"
type Small = Int where it <= 5
capability F {
  read(x: Path)
  write(x: Path) implies read(x)
  admin implies write(*)
  charge(x: String, y: max[Int])
  boss(x: String) implies charge(x, 5)
}
event Gone(p: Path) requires F.write(p)
effect pick() -> Path python ```py
  return "/picked"
```
"""
EFFECTS = {
    "do_read(p: Path)": "F.read(p)",
    "do_write(p: Path)": "F.write(p)",
    "do_charge(t: String, n: Int)": "F.charge(t, n)",
    "do_purge(p: Path)": 'F.write("/a/**")',
    "do_home(t: String)": 'F.write("/a/{t}")',
    "do_admin(p: Path)": "F.admin",
}


def module_of(programs: Mapping[str, Program]) -> str:
    """One module of many programs; the key of each is what its names begin with."""
    lines = [HEAD]
    for effect, needed in EFFECTS.items():
        lines.append(f"effect {effect} requires {needed} python ```py\n  pass\n```")
    for prefix, program in programs.items():
        lines.extend(_Source(prefix).lines(program))
    return "\n".join(lines) + "\n"


class _Source:
    """Writes one program."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def lines(self, program: Program) -> Iterator[str]:
        for each in program.by_id.values():
            match each:
                case d.Intent(name=name, fields=fields, requires=requires):
                    given = ", ".join(f"{f.name}: {_type(f.type)}" for f in fields)
                    needed = ", ".join(map(self._requirement, requires)) or "nothing"
                    yield f"intent {self._prefix}{name}({given}) requires {needed}"
                case d.Reactor(handlers=handlers) if handlers:
                    yield from self._reactor(each)

    def _reactor(self, reactor: d.Reactor) -> Iterator[str]:
        yield f"reactor {self._prefix}{reactor.name} {{"
        if reactor.holds:
            yield f"  holds {', '.join(map(self._cap, reactor.holds))}"
        yield '  state { s: Path = "/a/own" }'
        for handler in reactor.handlers:
            names = ", ".join("_" if b is None else b.name for b in handler.bindings)
            yield f"  on {self._intent(handler.intent)}({names}) {{"
            yield from self._block(handler.body)
            yield "  }"
        yield "}"

    def _intent(self, id_: str) -> str:
        return self._prefix + id_.removeprefix("g.")

    def _requirement(self, each: e.Requirement) -> str:
        text = self._cap(each.cap)
        if each.each_symbol is None or each.each_values is None:
            return text
        return f"{text} for {each.each_symbol.name} in {self._expr(each.each_values)}"

    # ------------------------------------------------------------ statements
    def _block(self, block: st.Block) -> Iterator[str]:
        for statement in block.statements:
            yield from self._statement(statement)

    def _statement(self, statement: st.Statement) -> Iterator[str]:
        match statement:
            case st.Let(symbol=symbol, value=value):
                yield f"let {symbol.name}: {_type(symbol.type)} = {self._expr(value)}"
            case st.Assign(value=value):
                yield f"state.s = {self._expr(value)}"
            case st.Run(call=call):
                yield self._expr(call)
            case st.Send(intent=made, only=only):
                yield f"send {self._made(made)}{self._only(only)}"
            case st.Emit(event=made):
                yield f"emit Gone({self._arguments(made.arguments)})"
            case st.If(condition=condition, then=then, otherwise=otherwise):
                yield f"if {self._expr(condition)} {{"
                yield from self._block(then)
                if otherwise is not None:
                    yield "} else {"
                    yield from self._block(otherwise)
                yield "}"
            case st.Require(condition=condition):
                yield f'require {self._expr(condition)} else deny "left"'
            case st.For(symbols=(symbol,), values=values, body=body):
                yield f"for {symbol.name} in {self._expr(values)} {{"
                yield from self._block(body)
                yield "}"
            case st.WithAuthority(over=over, body=body):
                accepted = ", ".join(map(self._expr, over))
                word = f" over {accepted}" if accepted else ""
                yield f'with authority "why"{word} {{'
                yield from self._block(body)
                yield "}"
            case st.Deny():
                yield 'deny "left"'
            case _:
                raise AssertionError(statement)

    # ------------------------------------------------------------ expressions
    def _expr(self, expr: e.Right) -> str:
        match expr:
            case e.Local(symbol=symbol):
                return symbol.name
            case e.Literal(value=value):
                return f'"{value}"' if isinstance(value, str) else str(value)
            case e.StateField():
                return "state.s"
            case e.CanExpr(cap=cap):
                return f"can {self._cap(cap)}"
            case e.Not(operand=operand):
                return f"not ({self._expr(operand)})"
            case e.Logic(operator=operator, left=left, right=right):
                return f"({self._expr(left)} {operator} {self._expr(right)})"
            case e.Compare(operator=operator, left=left, right=right):
                return f"({self._expr(left)} {operator} {self._expr(right)})"
            case e.UnderPath(value=value, prefix=prefix):
                return f"({self._expr(value)} under {self._expr(prefix)})"
            case e.ListExpr(items=items):
                return f"[{', '.join(map(self._expr, items))}]"
            case e.Conditional(condition=condition, then=then, otherwise=otherwise):
                sides = f"{self._expr(then)} else {self._expr(otherwise)}"
                return f"(if {self._expr(condition)} then {sides})"
            case e.Arithmetic(left=left) if isinstance(left, e.Builtin):
                return "now() + 1h"
            case e.Perform(effect=effect, arguments=arguments, cap=cap) if cap:
                return (
                    f"perform {effect}({self._cap(cap)}, {self._arguments(arguments)})"
                )
            case e.Perform(effect=effect, arguments=arguments):
                name = effect.removeprefix("g.")
                return f"perform {name}({self._arguments(arguments)})"
            case e.Ask(intent=made, only=only):
                return f"ask {self._made(made)}{self._only(only)}"
            case _:
                raise AssertionError(expr)

    def _made(self, made: e.Construct) -> str:
        return f"{self._intent(made.id)}({self._arguments(made.arguments)})"

    def _arguments(self, arguments: tuple[tuple[str, e.Expr], ...]) -> str:
        return ", ".join(f"{name}: {self._expr(value)}" for name, value in arguments)

    def _only(self, only: tuple[e.Cap, ...]) -> str:
        return f" only {', '.join(map(self._cap, only))}" if only else ""

    def _cap(self, cap: e.Cap) -> str:
        name = f"{cap.family.removeprefix('g.')}.{cap.operation}"
        if not cap.arguments:
            return name
        return f"{name}({', '.join(map(self._argument, cap.arguments))})"

    def _argument(self, argument: e.CapArgument) -> str:
        match argument:
            case e.ValueArgument(value=value):
                return self._expr(value)
            case e.PathArgument(leading=leading, segments=segments, rest=rest):
                parts = [
                    part if isinstance(part, str) else f"{{{self._expr(part)}}}"
                    for part in segments
                ]
                first = "" if leading is None else f"{{{self._expr(leading)}}}"
                text = first + "".join(f"/{part}" for part in parts)
                return f'"{text}/**"' if rest else f'"{text}"'
            case _:
                return "*"


def _type(type_: Type) -> str:
    match type_:
        case ListType():
            return "List[Path]"
        case RefinedType(id=id_):
            return id_.removeprefix("g.")
        case _:
            return "Int" if type_ == INT else str(getattr(type_, "name", type_))
