"""Words from outside made to fit: on one line, cut between words, measured as Telegram measures."""

MAX_TITLE = 150
MAX_LINE = 200


def line(text: str, limit: int = MAX_LINE) -> str:
    """Return the text on one line, at most `limit` UTF-16 units, "…" included where it was cut."""
    return paragraphs(" ".join(text.split()), limit)


def paragraphs(text: str, limit: int) -> str:
    """Return the text with its lines kept, at most `limit` UTF-16 units, "…" included where it was cut."""
    text = text.strip()
    if _units(text) <= limit:
        return text
    head = text[:limit]
    while _units(head) >= limit:
        head = head[:-1]
    border = max(head.rfind(" "), head.rfind("\n"))
    return (head[:border] if border > limit // 2 else head).rstrip(" \n,;:-–") + "…"


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
