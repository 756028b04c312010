"""What `make mutants` changes, and what it leaves alone."""

import ast

import pytest

from tools import mutations


def changed(source):
    """Each version of the source with one change in it."""
    return [ast.unparse(mutations.made(mutant, source)) for mutant in mutations.of("a.py", source)]


@pytest.mark.parametrize(
    ("source", "versions"),
    [
        ("a < b", ["a <= b"]),
        ("a is not b", ["a is b"]),
        ("a and b", ["b", "a"]),
        ("not a", ["a"]),
        ("a = 1", ["a = 2"]),
        ("a = True", ["a = False"]),
        ("a = b * c", ["a = b / c"]),
        ("f()", ["pass"]),
        ("self.a = b", ["pass"]),
        ("a = b if c else d", ["a = b", "a = d"]),
        ("a = [b for b in c if d]", ["a = [b for b in c]"]),
        ("a = f(b=c, d=e)", ["a = f(b=e, d=c)"]),
        ("a = b.where(c, d)", ["a = b.where(d)", "a = b.where(c)", "a = b"]),
        ("a = b.order_by(c)", ["a = b"]),
        ("a = ('x', 'y')", ["a = ('y',)", "a = ('x',)"]),
        ("a = 'UPDATE b SET c = d + e'", ["a = 'UPDATE b SET c = d - e'"]),
    ],
)
def test_one_thing_at_a_time_is_changed(source, versions):
    assert changed(source) == versions


def test_an_answer_is_taken_away_and_a_branch_forced():
    assert changed("def f():\n    if a:\n        return b") == [
        "def f():\n    if True:\n        return b",
        "def f():\n    if False:\n        return b",
        "def f():\n    if a:\n        return None",
    ]


@pytest.mark.parametrize(
    "source",
    [
        '"""Words."""',
        "import a",
        "log.info('a', b=1)",
        "a: int | None",
        "Either = One | Other",
        "return_ = 'text'",
    ],
)
def test_words_and_types_are_left_alone(source):
    assert changed(source) == []


def test_a_change_says_where_it_is_and_what_differs():
    source = "def f(a):\n    return a.first and a.second\n"
    *_, last = mutations.of("a.py", source)
    assert (last.line, str(last)) == (2, "`a.py` in `f`: `a.first and a.second  →  a.first`")
