"""The sentences that the code says: every t.gettext and t.ngettext in messages/ and web/."""

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages import catalog
from babel.messages import extract as babel_extract

FOLDERS = ("messages", "web")
COMMENT_TAG = "Translators:"
_KEYWORDS = {"gettext": None, "ngettext": (1, 2)}
_LITERALS_NEEDED = {"gettext": 1, "ngettext": 2}


def template(root: Path) -> catalog.Catalog:
    """Collect every sentence, file by file, with the translator's notes."""
    collected = catalog.Catalog(fuzzy=False)
    for path in _files(root):
        found = babel_extract.extract_from_file(
            "python", path, keywords=_KEYWORDS, comment_tags=[COMMENT_TAG], strip_comment_tags=True
        )
        for _line, message, comments, _context in found:
            place = (path.relative_to(root).as_posix(), 0)
            collected.add(message, locations=[place], auto_comments=comments)
    return collected


def unreadable_calls(root: Path) -> Iterator[str]:
    """Tell each call whose sentence is not written out in it: no tool could find it to translate."""
    for path in _files(root):
        for node in ast.walk(ast.parse(path.read_bytes(), filename=str(path))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                needed = _LITERALS_NEEDED.get(node.func.attr, 0)
                if not all(_is_text(argument) for argument in node.args[:needed]):
                    place = f"{path.relative_to(root).as_posix()}:{node.lineno}"
                    yield f"{place}: t.{node.func.attr} takes whole sentences, written out there"


def _files(root: Path) -> list[Path]:
    return sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.py"))


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
