"""Text as Telegram counts it, cleans it and trims it."""

import re
from typing import Any, TypeAlias

from playground import errors

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

Entity: TypeAlias = dict[str, Any]

_MOST_ENTITIES = 100

# What the official server turns into a space, and what it takes away: carriage returns, line and
# paragraph separators, the marks that turn writing round, and three combining lines.
_BLANK = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f]")
_GONE = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_SPACE = " \n"


def utf16_length(text: str) -> int:
    """Count as Telegram does: UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def settled(text: str, entities: list[Entity], *, limit: int, complaint: str) -> tuple[str, list[Entity]]:
    """Clean, trim and measure a text whose markup is already taken away; entities keep their places."""
    text, entities = _without_the_unwanted(_BLANK.sub(" ", text), entities)
    text, entities = _trimmed(text, entities)
    if utf16_length(text) > limit:
        raise errors.bad_request(complaint)
    return text, sorted(entities, key=lambda one: (one["offset"], -one["length"]))[:_MOST_ENTITIES]


def _without_the_unwanted(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    # All of them lie in the basic plane: one code unit each.
    gone = [utf16_length(text[: found.start()]) for found in _GONE.finditer(text)]
    if not gone:
        return text, entities

    def moved(place: int) -> int:
        return place - sum(1 for each in gone if each < place)

    return _GONE.sub("", text), _replaced(entities, moved)


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    kept = text.rstrip(_SPACE)
    end = utf16_length(kept)
    lead = len(kept) - len(kept.lstrip(_SPACE))
    if entities:
        lead = min(lead, *(one["offset"] for one in entities), lead)
    if not lead and len(kept) == len(text):
        return text, entities
    return kept[lead:], _replaced(entities, lambda place: max(0, min(place, end) - lead))


def _replaced(entities: list[Entity], moved: Any) -> list[Entity]:
    placed = []
    for one in entities:
        start, end = moved(one["offset"]), moved(one["offset"] + one["length"])
        if end > start:
            placed.append({**one, "offset": start, "length": end - start})
    return placed
