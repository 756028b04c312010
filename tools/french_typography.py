"""What French typography asks: apostrophes, quotation marks, spaces; no shorthand for two genders."""

import re
from collections.abc import Iterator

_SPACE = "[\u00a0\u202f]"
_NOT_PROSE = re.compile(r"<[^<>]*>|&#?\w+;|\{[^{}]*\}|\bhttps?://\S+|(?<!\S)[:;][-)(D]")
"""Tags, entities, placeholders and addresses keep their own signs."""

_RULES = (
    (
        re.compile(r"\w[·•‧⋅・]\w|\w\((?:e|s|es|ne|ve|rice)\)"),
        "write both words out, without middle dot or brackets",
    ),
    (re.compile("'"), "write ’ for '"),
    (re.compile(r'"|“|”'), "write « » with no-break spaces inside for quotation marks"),
    (re.compile(r"\.\.\."), "write … for three dots"),
    (re.compile(rf"«(?!{_SPACE})|(?<!{_SPACE})»"), "put a no-break space inside « »"),
    (re.compile(rf"(?<!{_SPACE})(?<![!?;])[;!?]"), "put a no-break space before ; ! ?"),
    (re.compile(rf"(?<!{_SPACE}):(?!\d)"), "put a no-break space before :"),
    (re.compile(r"\d (?:h|km)\b|\d [%€]"), "put a no-break space between a number and its unit"),
)


def faults(text: str) -> Iterator[str]:
    """Tell each rule that the text breaks; U+00A0 and U+202F are both fine."""
    # A placeholder, or the content of a tag, is a word to its neighbours.
    prose = _NOT_PROSE.sub(lambda match: "" if match[0].startswith("<") else "x", text)
    for pattern, advice in _RULES:
        if found := pattern.search(prose):
            yield f"{advice}: …{prose[max(0, found.start() - 15) : found.end() + 5]}…"
