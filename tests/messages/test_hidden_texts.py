"""A text inside an f-string is not seen by what fills the catalogues, and would stay English."""

import ast
from pathlib import Path

ASKS = {"gettext", "ngettext"}
ROOMS = ("messages", "web", "locales")


def test_no_text_to_translate_hides_in_an_f_string():
    hidden = [
        f"{path}:{call.lineno}"
        for room in ROOMS
        for path in sorted(Path(room).rglob("*.py"))
        for string in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in ASKS
    ]
    assert not hidden
