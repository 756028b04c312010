"""Small changes to a file, each of which a test should notice.

One change at a time: a bound moves by one, a condition is left out or forced, an operator is another, an
effect does not happen, an answer is None, a query loses a clause. Words are left alone: texts, logs,
annotations.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

_PAIRS = (
    (ast.Lt, ast.LtE), (ast.Gt, ast.GtE), (ast.Eq, ast.NotEq), (ast.Is, ast.IsNot), (ast.In, ast.NotIn),
    (ast.Add, ast.Sub), (ast.Mult, ast.Div), (ast.FloorDiv, ast.Mult), (ast.Mod, ast.FloorDiv),
    (ast.Pow, ast.Mult), (ast.LShift, ast.RShift), (ast.BitAnd, ast.BitOr), (ast.BitXor, ast.BitAnd),
    (ast.Break, ast.Continue),
)  # fmt: skip
OTHER: dict[type[ast.AST], type[ast.AST]] = {two: one for one, two in _PAIRS} | dict(_PAIRS)
SQL = re.compile(r"\b(SELECT|UPDATE|INSERT|least|greatest)\b")
IN_SQL = {" > ": " >= ", " <= ": " < ", " + ": " - ", " - ": " + ", " * ": " / ", " / ": " * ",
          "least(": "greatest(", "greatest(": "least("}  # fmt: skip
LISTING = {"where", "and_", "or_", "union_all"}
"""Calls that lose one argument at a time."""
CLAUSES = {"where", "order_by", "limit", "distinct", "with_for_update", "on_conflict_do_nothing", "desc"}
"""Calls at the end of a query that are left out whole."""
TELLING = {"log", "logging"}
LONGEST = 90

Node = TypeVar("Node", bound=ast.AST)


@dataclass(frozen=True)
class Mutant:
    """One change. `number`: its place among those of its file."""

    file: str
    number: int
    line: int
    where: str
    change: str

    def __str__(self) -> str:
        """Say where and what; not the line, which other changes move."""
        return f"`{self.file}`{self.where}: `{self.change}`"


def of(file: str, source: str) -> list[Mutant]:
    """Return every change there is to make."""
    walk = _Walk(file)
    walk.visit(ast.parse(source))
    return walk.found


def made(mutant: Mutant, source: str) -> ast.Module:
    """Return the file with this one change."""
    tree = cast(ast.Module, _Walk(mutant.file, mutant.number).visit(ast.parse(source)))
    return ast.fix_missing_locations(tree)


class _Walk(ast.NodeTransformer):
    """Counts the changes in the order of the source, and makes the one that is asked for."""

    def __init__(self, file: str, wanted: int | None = None) -> None:
        self.found: list[Mutant] = []
        self._file = file
        self._wanted = wanted
        self._where = ""
        self._line = 0

    def visit(self, node: ast.AST) -> ast.AST:
        if _is_left_alone(node):
            return node
        self._line = getattr(node, "lineno", self._line)
        for other in _changes(node):
            number = len(self.found)
            self.found.append(Mutant(self._file, number, self._line, self._where, _difference(node, other)))
            if number == self._wanted:
                return ast.copy_location(other, node)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            self._where = f" in `{node.name}`"
        described = ("annotation", "returns", "decorator_list", "type_params")
        for name, value in ast.iter_fields(node):
            if name in described or not isinstance(value, ast.AST | list):
                continue
            parts = value if isinstance(value, list) else [value]
            seen = [self.visit(part) if isinstance(part, ast.AST) else part for part in parts]
            setattr(node, name, seen if isinstance(value, list) else seen[0])
        return node


def _is_left_alone(node: ast.AST) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Assert():
            return True
        case ast.Expr(ast.Constant()):  # a docstring
            return True
        case ast.Expr(ast.Call(ast.Attribute(ast.Name(name)))):
            return name in TELLING
        case ast.BinOp(_, ast.BitOr(), ast.Name(name)):  # types
            return name[0].isupper()
        case ast.Raise(ast.Call(ast.Name("AssertionError"))):
            return True
    return False


def _changes(node: ast.AST) -> Iterator[ast.AST]:  # noqa: C901, PLR0912 -- each row of the table is one kind
    match node:
        case ast.Compare(left, operators, right):
            for place, operator in enumerate(operators):
                others = [*operators[:place], _other(operator), *operators[place + 1 :]]
                yield ast.Compare(left, others, right)
        case ast.BoolOp(operator, values):
            yield from (_joined(operator, fewer) for fewer in _one_less(values))
        case ast.BinOp(left, operator, right):
            yield ast.BinOp(left, _other(operator), right)
        case ast.UnaryOp(ast.Not() | ast.USub() | ast.Invert(), operand):
            yield operand
        case ast.Constant():
            yield from _other_values(node)
        case ast.If(test, body, orelse) if _is_plain(test):
            yield from (ast.If(ast.Constant(forced), body, orelse) for forced in (True, False))
        case ast.IfExp(test, body, orelse) if _is_plain(test):
            yield from (body, orelse)
        case ast.While(test, body, orelse) if not isinstance(test, ast.Constant):
            yield ast.While(ast.Constant(value=False), body, orelse)
        case ast.comprehension(target, found, conditions, is_async):
            yield from (ast.comprehension(target, found, fewer, is_async) for fewer in _one_less(conditions))
        case ast.Return(value) if value is not None and not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.AugAssign(target, operator, value):
            yield ast.AugAssign(target, _other(operator), value)
            yield ast.Pass()
        case (
            ast.Expr(ast.Call() | ast.Await())
            | ast.Assign([ast.Attribute() | ast.Subscript()])
            | ast.Raise()
            | ast.Delete()
        ):
            yield ast.Pass()
        case ast.Break() | ast.Continue():
            yield _other(node)
        case ast.Match(subject, cases) if len(cases) > 1:
            yield from (ast.Match(subject, fewer) for fewer in _one_less(cases))
        case ast.Tuple(elements, ast.Load()) | ast.List(elements, ast.Load()) | ast.Set(elements):
            if len(elements) > 1 and all(isinstance(one, ast.Constant | ast.Attribute) for one in elements):
                yield from (_with(node, elts=fewer) for fewer in _one_less(elements))
        case ast.Call():
            yield from _other_calls(node)


def _other_values(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield ast.Constant(value + 1)
    elif isinstance(value, str) and SQL.search(value):
        for old, new in IN_SQL.items():
            for found in re.finditer(re.escape(old), value):
                yield ast.Constant(value[: found.start()] + new + value[found.end() :])


def _other_calls(node: ast.Call) -> Iterator[ast.AST]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if name in LISTING and len(node.args) > 1:
        yield from (_with(node, args=fewer) for fewer in _one_less(node.args))
    if name in CLAUSES and isinstance(node.func, ast.Attribute):
        yield node.func.value
    for place, (one, two) in enumerate(zip(node.keywords, node.keywords[1:], strict=False)):
        if one.arg and two.arg and ast.dump(one.value) != ast.dump(two.value):
            swapped = [ast.keyword(one.arg, two.value), ast.keyword(two.arg, one.value)]
            yield _with(node, keywords=[*node.keywords[:place], *swapped, *node.keywords[place + 2 :]])


def _is_plain(test: ast.expr) -> bool:
    """Say whether nothing in the condition itself will be changed."""
    is_not = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    return not is_not and not isinstance(test, ast.Compare | ast.BoolOp | ast.Constant)


def _other(operator: Node) -> Node:
    return cast(Node, OTHER[type(operator)]())  # of the same family, says the table


def _one_less(found: Sequence[Node]) -> Iterator[list[Node]]:
    yield from ([*found[:place], *found[place + 1 :]] for place in range(len(found)))


def _joined(operator: ast.boolop, values: list[ast.expr]) -> ast.expr:
    return ast.BoolOp(operator, values) if len(values) > 1 else values[0]


def _with(node: ast.AST, **changed: object) -> ast.AST:
    return type(node)(**(dict(ast.iter_fields(node)) | changed))


def _difference(node: ast.AST, other: ast.AST) -> str:
    """Return what was and what is, from a few characters before where they part."""
    was, now = (" ".join(_opening(one).split()) for one in (node, other))
    differ = (n for n, (one, two) in enumerate(zip(was, now, strict=False)) if one != two)
    same = next(differ, min(len(was), len(now)))
    begin = max(0, same - 30)
    return f"{_cut(was, begin)}  →  {_cut(now, begin)}"


def _opening(node: ast.AST) -> str:
    """Return the source; of a statement with a body, the line that leads to it."""
    if isinstance(node, ast.Match):
        return "match " + ", ".join(ast.unparse(case.pattern) for case in node.cases)
    text = ast.unparse(node)
    return text.partition(":\n")[0] if isinstance(node, ast.If | ast.While) else text


def _cut(text: str, begin: int) -> str:
    kept = text[begin : begin + LONGEST]
    return ("…" if begin else "") + kept + ("…" if text[begin + LONGEST :] else "")
