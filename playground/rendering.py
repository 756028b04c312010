"""Text and entities out as HTML that is safe to put into a page."""

import datetime as dt
import html

from playground.words import Entity

_TAGS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "spoiler": ('<span class="spoiler" tabindex="0">', "</span>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ('<blockquote class="expandable">', "</blockquote>"),
    "bot_command": ('<span class="command">', "</span>"),
    "mention": ('<span class="mention">', "</span>"),
    "hashtag": ('<span class="hashtag">', "</span>"),
}


def to_html(text: str, entities: list[Entity]) -> str:
    """Draw a message's text: newlines kept, everything that is not a known entity escaped."""
    if not entities:
        return html.escape(text)
    units = text.encode("utf-16-le", "surrogatepass")
    ordered = sorted(entities, key=lambda one: (one["offset"], -one["length"]))
    return _drawn(units, 0, len(units) // 2, ordered)


def _drawn(units: bytes, start: int, end: int, entities: list[Entity]) -> str:
    """Draw one stretch; an entity that would stick out of its parent is cut at the parent's end."""
    out: list[str] = []
    at, waiting = start, list(entities)
    while waiting:
        one = waiting.pop(0)
        begin, stop = max(at, one["offset"]), min(end, one["offset"] + one["length"])
        if stop <= begin:
            continue
        inside = [other for other in waiting if other["offset"] < stop]
        waiting = [other for other in waiting if other["offset"] + other["length"] > stop]
        opening, closing = _tags(one, _cut(units, begin, stop))
        out += (html.escape(_cut(units, at, begin)), opening, _drawn(units, begin, stop, inside), closing)
        at = stop
    out.append(html.escape(_cut(units, at, end)))
    return "".join(out)


def _cut(units: bytes, start: int, end: int) -> str:
    return units[2 * start : 2 * end].decode("utf-16-le", "replace")


def _tags(entity: Entity, text: str) -> tuple[str, str]:
    match entity["type"]:
        case "text_link":
            return _anchor(entity["url"])
        case "url":
            return _anchor(text)
        case "email":
            return _anchor(f"mailto:{text}")
        case "date_time":
            moment = dt.datetime.fromtimestamp(entity["unix_time"], dt.UTC).isoformat()
            return f'<time datetime="{moment}">', "</time>"
        case kind:
            return _TAGS.get(kind, ("", ""))


def _anchor(url: str) -> tuple[str, str]:
    if not url.lower().startswith(("http://", "https://", "tg://", "mailto:")):
        return "", ""
    return f'<a href="{html.escape(url)}" target="_blank" rel="noopener noreferrer">', "</a>"
