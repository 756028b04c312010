"""Who and what Telegram knows: people, chats, messages, pressed buttons, files."""

import dataclasses
import datetime as dt
from typing import Any, TypeAlias

from playground.keyboards import Markup

Body: TypeAlias = dict[str, Any]


@dataclasses.dataclass(slots=True)
class Person:
    """Somebody with a telephone; their private chat with the bot has their own id."""

    id: int
    first_name: str
    language_code: str
    has_started: bool = False
    blocked: bool = False
    deactivated: bool = False
    user: Body = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.user = {
            "id": self.id,
            "is_bot": False,
            "first_name": self.first_name,
            "language_code": self.language_code,
        }


@dataclasses.dataclass(slots=True)
class Stored:
    """A message as the Bot API shows it, and what only the phone shows."""

    body: Body
    origin: str
    """bot, person or service"""
    silent: bool = False
    has_reply_keyboard: bool = False

    @property
    def id(self) -> int:
        """Number in its chat."""
        return int(self.body["message_id"])

    @property
    def keyboard(self) -> list[list[Body]]:
        """The rows of buttons under the message."""
        rows: list[list[Body]] = self.body.get("reply_markup", {}).get("inline_keyboard", [])
        return rows


@dataclasses.dataclass(slots=True)
class Chat:
    """A private chat, a group, a supergroup or a channel."""

    id: int
    kind: str
    title: str
    bot_status: str = "member"
    owner_id: int = 0
    member_ids: set[int] = dataclasses.field(default_factory=set)
    migrated_to: int | None = None
    messages: dict[int, Stored] = dataclasses.field(default_factory=dict)
    reply_keyboard: Markup | None = None
    pinned: int | None = None
    body: Body = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        name = "first_name" if self.kind == "private" else "title"
        self.body = {"id": self.id, "type": self.kind, name: self.title}


@dataclasses.dataclass(slots=True)
class Press:
    """A pressed button that waits for the bot's answer."""

    person_id: int
    at: dt.datetime
    answered: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class File:
    """A file that Telegram keeps."""

    id: str
    unique_id: str
    name: str
    mime: str
    content: bytes
    path: str

    def body(self) -> Body:
        """Show it as the Bot API does, without its place."""
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": len(self.content)}


def bot_user(token: str, name: str, username: str) -> Body:
    """Build the bot's own user; its number is the first part of its token."""
    number = token.partition(":")[0]
    return {
        "id": int(number) if number.isdigit() else 7_000_000_001,
        "is_bot": True,
        "first_name": name,
        "username": username,
    }


_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


def membership(status: str, user: Body) -> Body:
    """Describe somebody's place in a chat, with all the fields that their status asks for."""
    body: Body = {"status": status, "user": user}
    if status == "kicked":
        body["until_date"] = 0
    elif status == "creator":
        body["is_anonymous"] = False
    elif status == "administrator":
        body |= {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(_RIGHTS, True)
    return body
