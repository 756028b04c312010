"""What Telegram finds in a text by itself: commands, links, mentions, addresses."""

import re

from playground import errors, words
from playground.words import Entity

# Kind, what a text must hold to have one (a quick look that spares most texts the search), and its shape.
_PATTERNS = (
    ("bot_command", "/", re.compile(r"(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])")),
    ("url", "://", re.compile(r"(?<![\w@])https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}»'’]", re.IGNORECASE)),
    ("email", "@", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("mention", "@", re.compile(r"(?<![\w@/.])@[A-Za-z]\w{3,31}\b")),
    ("hashtag", "#", re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,256}")),
)
_SIGNS = re.compile(r"[/@#]")


def found(text: str, known: list[Entity]) -> list[Entity]:
    """Add to the known entities those that Telegram finds by itself, never two over one piece of text."""
    if not _SIGNS.search(text):
        return known
    taken = [(one["offset"], one["offset"] + one["length"]) for one in known if one["type"] in _SHUT]
    all_of_them = list(known)
    for kind, sign, pattern in _PATTERNS:
        if sign not in text:
            continue
        for piece in pattern.finditer(text):
            start = words.utf16_length(text[: piece.start()])
            end = start + words.utf16_length(piece.group())
            if not any(start < stop and begin < end for begin, stop in taken):
                taken.append((start, end))
                all_of_them.append({"type": kind, "offset": start, "length": end - start})
    return sorted(all_of_them, key=lambda one: (one["offset"], -one["length"]))


def check(given: list[Entity], text: str) -> None:
    """Refuse entities that a bot wrote itself and that do not fit its text."""
    end = words.utf16_length(text)
    for one in given:
        needs = _GIVEN.get(one["type"])
        if needs is None:
            raise errors.bad_request("can't parse MessageEntity: Unsupported type specified")
        if not all(one.get(field) for field in needs):
            raise errors.bad_request(f"can't parse MessageEntity: Can't find field \"{needs[0]}\"")
        if one["offset"] < 0 or one["length"] <= 0 or one["offset"] + one["length"] > end:
            raise errors.bad_request("ENTITY_BOUNDS_INVALID")


_GIVEN: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre"), ()),
    **dict.fromkeys(("blockquote", "expandable_blockquote", *(kind for kind, _, _ in _PATTERNS)), ()),
    "text_link": ("url",),
    "text_mention": ("user",),
    "custom_emoji": ("custom_emoji_id",),
    "date_time": ("unix_time",),
}
_SHUT = {"code", "pre", "text_link", "text_mention", "custom_emoji", "date_time"}
