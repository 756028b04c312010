"""A group or a channel that receives: what it is called, and who set it up."""

from dataclasses import dataclass

GROUP_LINK = "g"
"""A deep link "g-100123" sets up that chat; it carries no right: that is asked of Telegram."""


@dataclass(frozen=True, slots=True)
class Group:
    """A chat of many, as it is kept."""

    chat_id: int
    title: str
    keeper_id: int | None
    """Who set it up, and hears of trouble; None once they are erased."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What Telegram says of a person and a group, at this moment."""

    chat_id: int
    title: str
    is_admin: bool


def named_in(payload: str) -> int | None:
    """Return the chat that a deep link names; None when it names no group."""
    digits = payload.removeprefix(GROUP_LINK)
    if not payload.startswith(f"{GROUP_LINK}-") or not digits[1:].isdecimal() or len(digits) > 19:  # noqa: PLR2004 -- 64 bits
        return None
    return int(digits)
