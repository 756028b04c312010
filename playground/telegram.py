"""What people do with their telephones. Tests call these; the phone in the browser does the same by HTTP."""

from typing import Any

from playground import attachments, entities, links, people, updates, view, words
from playground.errors import PhoneError
from playground.state import State

_PRIVACY = ("bot_command", "mention")
_PRESSES = 3 << 33


class Telegram(State):
    """The whole stand-in: the server's memory and the people around it."""

    # -- people and their chats --------------------------------------------------------------------

    def add_person(
        self,
        first_name: str = "Ana",
        language_code: str = "fr",
        *,
        person_id: int | None = None,
        has_started: bool = False,
    ) -> people.Person:
        """Add somebody with a telephone; until they write, the bot may not write to them."""
        number = next(self._person_ids) if person_id is None else person_id
        person = people.Person(number, first_name, language_code, has_started=has_started)
        self.people[number] = person
        self.chats[number] = people.Chat(number, "private", first_name)
        return person

    def person(self, person_id: int) -> people.Person:
        """Find somebody, or raise PhoneError."""
        person = self.people.get(person_id)
        if person is None:
            raise PhoneError("there is no such person", status=404)
        return person

    def say(
        self, person_id: int, text: str, *, chat_id: int | None = None, reply_to: int | None = None
    ) -> int:
        """Write a text (a command too) to the bot, or into a group; give the message's number."""
        if not text.strip() or words.utf16_length(text) > words.TEXT_LIMIT:
            raise PhoneError(f"a message holds 1 to {words.TEXT_LIMIT} characters", status=400)
        content: people.Body = _text(text)
        if reply_to is not None:
            content["reply_to_message"] = self._stored(chat_id or person_id, reply_to).body
        return self._write(person_id, content, chat_id)

    def open_link(self, person_id: int, payload: str) -> int:
        """Follow a deep link to the bot: /start with what the link carries."""
        if not links.may_start_with(payload):
            raise PhoneError("a deep link carries 1 to 64 letters, digits, _ and -", status=400)
        return self.restart(person_id, payload)

    def restart(self, person_id: int, payload: str = "") -> int:
        """Press START or RESTART: lifts a block, then says /start."""
        if self.person(person_id).blocked:
            self.unblock(person_id)
        return self.say(person_id, f"/start {payload}".strip())

    def share_location(self, person_id: int, latitude: float, longitude: float) -> int:
        """Share a position; degrees."""
        return self._write(person_id, {"location": {"latitude": latitude, "longitude": longitude}}, None)

    def send_attachment(self, person_id: int, kind: str) -> int:
        """Send a photo, voice, sticker or document."""
        if kind not in attachments.KINDS:
            raise PhoneError(f"a phone cannot send a {kind}", status=400)
        return self._write(person_id, attachments.content(kind, self.keep_file), None)

    def send_photo(self, person_id: int) -> int:
        """Send a photo."""
        return self.send_attachment(person_id, "photo")

    def send_voice(self, person_id: int) -> int:
        """Send a voice message."""
        return self.send_attachment(person_id, "voice")

    def send_sticker(self, person_id: int) -> int:
        """Send a sticker."""
        return self.send_attachment(person_id, "sticker")

    def send_document(self, person_id: int) -> int:
        """Send a file."""
        return self.send_attachment(person_id, "document")

    def edit(self, person_id: int, message_id: int, text: str) -> int:
        """Change a text that the person sent."""
        chat = self.chats[self.person(person_id).id]
        stored = self._stored(person_id, message_id)
        if stored.origin != "person" or "text" not in stored.body:
            raise PhoneError("only one's own texts can be edited", status=400)
        body = {key: value for key, value in stored.body.items() if key != "entities"}
        body |= {**_text(text), "edit_date": self.seconds()}
        self.replace(chat, stored, body)
        self.updates.push("edited_message", body, lifetime=updates.DAY, queue=chat.id)
        return message_id

    # -- buttons -----------------------------------------------------------------------------------

    def tap(self, person_id: int, message_id: int, row: int, column: int) -> dict[str, Any]:
        """Tap a button under a message; give its kind, and its address when it is a link."""
        rows = self._stored(person_id, message_id).keyboard
        if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
            raise PhoneError("the button is gone", status=404)
        button = rows[row][column]
        if "callback_data" in button:
            self.tap_data(person_id, message_id, button["callback_data"])
            return {"kind": "callback"}
        if "url" in button:
            return {"kind": "url", "url": button["url"]}
        return {"kind": "copy" if "copy_text" in button else "other"}

    def tap_text(self, person_id: int, text: str) -> dict[str, Any]:
        """Tap the newest button in a private chat whose label holds this text."""
        for stored in reversed(self.chats[person_id].messages.values()):
            for row, buttons in enumerate(stored.keyboard):
                for column, button in enumerate(buttons):
                    if text in button["text"]:
                        return self.tap(person_id, stored.id, row, column)
        raise PhoneError(f"no button says {text!r}", status=404)

    def tap_data(self, person_id: int, message_id: int, data: str, *, chat_id: int | None = None) -> str:
        """Send any callback data for any message, as a changed client can; give the query's number."""
        person = self._acting(person_id)
        chat = self.chats[chat_id or person_id]
        stored = chat.messages.get(message_id)
        shown = stored.body if stored else {"chat": chat.body, "message_id": message_id, "date": 0}
        query_id = self.new_press(person_id)
        query = {
            "id": query_id,
            "from": person.user,
            "message": shown,
            "chat_instance": str(hash((chat.id, "instance"))),
            "data": data,
        }
        self.updates.push("callback_query", query, lifetime=updates.PRESS, queue=person_id + _PRESSES)
        return query_id

    # -- coming and going --------------------------------------------------------------------------

    def block(self, person_id: int) -> None:
        """Block the bot."""
        self._set_blocked(self.person(person_id), blocked=True)

    def unblock(self, person_id: int) -> None:
        """Let the bot write again."""
        self._set_blocked(self.person(person_id), blocked=False)

    def deactivate(self, person_id: int) -> None:
        """Close the person's account; the bot is told only when it writes."""
        self.person(person_id).deactivated = True

    def add_group(
        self, title: str, *, by: int, kind: str = "group", bot_status: str = "member"
    ) -> people.Chat:
        """Add the bot to a new group, supergroup or channel; give the chat."""
        numbers = self._group_ids if kind == "group" else self._supergroup_ids
        chat = people.Chat(next(numbers), kind, title, bot_status="left", owner_id=by, member_ids={by})
        self.chats[chat.id] = chat
        self.set_bot_status(chat.id, bot_status, by=by)
        if kind != "channel":
            joined = {"new_chat_members": [self.bot]}
            stored = self.post(chat, joined, sender=self.person(by), is_service=True)
            self.updates.push("message", stored.body, lifetime=updates.DAY, queue=chat.id)
        return chat

    def set_bot_status(self, chat_id: int, status: str, *, by: int) -> None:
        """Make the bot a member, an administrator, left or kicked; it is told by my_chat_member."""
        chat = self._group(chat_id)
        before, chat.bot_status = chat.bot_status, status
        self._tell_membership(chat, self.person(by), before, status)

    def migrate(self, chat_id: int) -> int:
        """Upgrade a group to a supergroup; give its new id."""
        old = self._group(chat_id)
        new = people.Chat(
            next(self._supergroup_ids),
            "supergroup",
            old.title,
            bot_status=old.bot_status,
            owner_id=old.owner_id,
            member_ids=old.member_ids,
        )
        self.chats[new.id] = new
        anyone = self.person(old.owner_id)
        moved = self.post(old, {"migrate_to_chat_id": new.id}, sender=anyone, is_service=True)
        arrived = self.post(new, {"migrate_from_chat_id": old.id}, sender=anyone, is_service=True)
        old.migrated_to = new.id
        for chat, stored in ((old, moved), (new, arrived)):
            self.updates.push("message", stored.body, lifetime=updates.DAY, queue=chat.id)
        return new.id

    # -- what a phone shows ------------------------------------------------------------------------

    def screen(self, person_id: int) -> dict[str, Any]:
        """Show a private chat whole."""
        person = self.person(person_id)
        return {
            "messages": self.messages(person_id),
            "reply_keyboard": view.reply_keyboard(self.chats[person_id].reply_keyboard),
            "commands": self.profile.commands_seen(person_id, person.language_code),
            "blocked": person.blocked,
        }

    # -- how it is done ----------------------------------------------------------------------------

    def _acting(self, person_id: int) -> people.Person:
        person = self.person(person_id)
        if person.blocked:
            raise PhoneError("this person has blocked the bot: unblock or restart first")
        if person.deactivated:
            raise PhoneError("this account is closed")
        person.has_started = True
        return person

    def _group(self, chat_id: int) -> people.Chat:
        chat = self.chats.get(chat_id)
        if chat is None or chat.kind == "private":
            raise PhoneError("there is no such group", status=404)
        return chat

    def _stored(self, chat_id: int, message_id: int) -> people.Stored:
        stored = self.chats[chat_id].messages.get(message_id) if chat_id in self.chats else None
        if stored is None:
            raise PhoneError("there is no such message", status=404)
        return stored

    def _write(self, person_id: int, content: people.Body, chat_id: int | None) -> int:
        person = self._acting(person_id)
        chat = self.chats[person_id] if chat_id is None else self._group(chat_id)
        stored = self.post(chat, content, sender=person)
        if chat.reply_keyboard and chat.reply_keyboard.get("one_time_keyboard"):
            self.set_reply_keyboard(chat, None)
        if self._bot_may_read(chat, stored):
            kind = "channel_post" if chat.kind == "channel" else "message"
            self.updates.push(kind, stored.body, lifetime=updates.DAY, queue=chat.id)
        return stored.id

    def _bot_may_read(self, chat: people.Chat, stored: people.Stored) -> bool:
        """Apply the privacy mode that every bot starts with: in groups only what is meant for it."""
        if chat.kind in {"private", "channel"} or chat.bot_status == "administrator":
            return True
        if chat.bot_status != "member":
            return False
        replied = stored.body.get("reply_to_message", {}).get("from", {}).get("id") == self.bot["id"]
        marks = stored.body.get("entities", [])
        return replied or any(mark["type"] in _PRIVACY for mark in marks)

    def _set_blocked(self, person: people.Person, *, blocked: bool) -> None:
        if person.blocked == blocked:
            return
        person.blocked = blocked
        chat = self.chats[person.id]
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        self._tell_membership(chat, person, before, after)
        self.tell(chat, {"type": "state", "blocked": blocked})

    def _tell_membership(self, chat: people.Chat, by: people.Person, before: str, after: str) -> None:
        change = {
            "chat": chat.body,
            "from": by.user,
            "date": self.seconds(),
            "old_chat_member": people.membership(before, self.bot),
            "new_chat_member": people.membership(after, self.bot),
        }
        self.updates.push("my_chat_member", change, lifetime=updates.DAY, queue=chat.id)


def _text(text: str) -> people.Body:
    """Write a person's text as Telegram hands it on: with what it finds in it."""
    found = entities.found(text, [])
    return {"text": text, **({"entities": found} if found else {})}
