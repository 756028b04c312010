"""What Telegram says of the bot in a group, and whether it may write there."""

import pytest
from telegram import Chat, ChatMember, ChatMemberUpdated, User

from handlers import groups
from tests.factories import NOW

BOT = User(7654321, "Bot", is_bot=True)
RIGHTS = (
    "can_send_messages", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics",
    "can_send_polls", "can_send_other_messages", "can_add_web_page_previews", "can_send_audios",
    "can_send_documents", "can_send_photos", "can_send_videos", "can_send_video_notes",
    "can_send_voice_notes", "can_react_to_messages",
)  # fmt: skip


def restricted(*, is_member, may_write):
    said = dict.fromkeys(RIGHTS, False) | {"can_send_messages": may_write, "is_member": is_member}
    given = {"status": "restricted", "user": BOT.to_dict(), "until_date": 0, "can_edit_tag": False} | said
    return ChatMember.de_json(given, None)


@pytest.mark.parametrize(
    ("is_member", "may_write", "is_heard"),
    [(True, True, True), (True, False, False), (False, True, False)],
)
def test_one_whose_rights_are_restricted_may_still_write_or_not(is_member, may_write, is_heard):
    before = ChatMember.de_json({"status": "member", "user": BOT.to_dict()}, None)
    after = restricted(is_member=is_member, may_write=may_write)
    change = ChatMemberUpdated(Chat(-9, "supergroup"), User(5, "Léa", is_bot=False), NOW, before, after)
    assert (groups._is_present(after) and not groups._may_not_write(change)) is is_heard
