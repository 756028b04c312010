"""Words from outside made safe to keep: no markup, no control or direction characters, bounded."""

import functools
import html
import re
import unicodedata
from html.parser import HTMLParser
from typing import Any

MAX_TITLE = 300
MAX_LINE = 200
MAX_TEXT = 4_000
MAX_ADDRESS = 1_000

# Controls but tab and newline, soft hyphen, direction marks and overrides,
# zero-width characters (not the joiner, which holds emoji together), half
# surrogates (no database takes them), private use, tags and non-characters.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ue000-\uf8ff\ufeff\ufff0-\uffff\U000e0000-\U0010ffff]"
)
_WEB_ADDRESS = re.compile(
    r"https?://[a-z0-9][a-z0-9.-]*\.[a-z]{2,}(?::\d{1,5})?(?:[/?#][^\s<>\"\\^`{|}]*)?", re.IGNORECASE
)
_ACCENTS = re.compile("[\u0300-\u036f]")
_BLANKS = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\s*\n\s*\n\s*")
_BREAKS = frozenset({"p", "div", "br", "ul", "ol", "li", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6"})
_UNSEEN = frozenset({"script", "style", "template", "head"})
_FULL_STOPS = frozenset(".!?…:;)»\"'")


def line(value: Any, limit: int = MAX_LINE) -> str:
    """Return the value as one clean line of at most `limit` characters; "" for what is no text."""
    return cut(" ".join(_clean(value, limit).split()), limit)


def paragraphs(value: Any, limit: int = MAX_TEXT) -> str:
    """Return the value as clean text that keeps its newlines, at most one empty line running."""
    lines = (_BLANKS.sub(" ", part).strip() for part in _clean(value, limit).split("\n"))
    return cut(_BLANK_LINES.sub("\n\n", "\n".join(lines)).strip(), limit)


def from_html(value: Any, limit: int = MAX_TEXT) -> str:
    """Return what a reader of this HTML sees, as clean text."""
    if not isinstance(value, str) or ("<" not in value and "&" not in value):
        return paragraphs(value, limit)
    # Behind the last ">" no tag can end; the parser would look for one from each "<" anew.
    tagged, end, tail = value[: limit * 3].rpartition(">")
    reader = _Reader()
    reader.feed(tagged + end)
    reader.close()
    return paragraphs("".join(reader.seen) + html.unescape(tail), limit)


def web_address(value: Any) -> str:
    """Return an address that a button may lead to, or ""."""
    address = line(value, MAX_ADDRESS + 1) if isinstance(value, str) else ""
    return address if len(address) <= MAX_ADDRESS and _WEB_ADDRESS.fullmatch(address) else ""


@functools.lru_cache(maxsize=1024)
def folded(text: str) -> str:
    """Return the text in small letters, without accents, for comparing and for finding words."""
    if text.isascii():
        return text.lower()
    return _ACCENTS.sub(
        "", unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("’", "'").casefold())
    )


def cut(text: str, limit: int) -> str:
    """Return the text, shortened at a word and marked "…" when longer than `limit`."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    word_end = max(head.rfind(" "), head.rfind("\n"))
    return (head[:word_end] if word_end > limit // 2 else head).rstrip() + "…"


def mark_cut(text: str, length: int) -> str:
    """Return a text that its source cut off at `length` characters, ended at a word and marked "…"."""
    if len(text) < length - 10 or text[-1] in _FULL_STOPS:
        return text
    head, _, _ = text.rpartition(" ")
    return head.rstrip(" ,;:-") + "…" if head else text


def _clean(value: Any, limit: int) -> str:
    """Cut long before the true limit: whatever is longer is not worth normalising."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, str) and value.isascii() and value.isprintable():
        return value[: limit * 4]
    text = str(value)[: limit * 4].replace("\r\n", "\n").replace("\r", "\n")
    return _UNWANTED.sub("", unicodedata.normalize("NFC", text))


class _Reader(HTMLParser):
    """Keeps what is seen."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 -- its base class's
        if tag in _UNSEEN:
            self._hidden += 1
        elif tag == "li":
            self.seen.append("\n- ")
        elif tag in _BREAKS:
            self.seen.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag == "p":
            self.seen.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.seen.append(data)
