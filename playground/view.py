"""Messages and keyboards as the phone shows them."""

import datetime as dt

from playground import people, rendering

_FILES = "/phone/files"
_MARKS = {"voice": "🎤", "sticker": "🙂"}


def message(stored: people.Stored) -> people.Body:
    """Show one message."""
    body = stored.body
    text: str = body.get("text") or body.get("caption") or ""
    marks: list[people.Body] = body.get("entities") or body.get("caption_entities") or []
    return {
        "id": stored.id,
        "from": stored.origin,
        "date": dt.datetime.fromtimestamp(body["date"], dt.UTC).isoformat(),
        "edited": "edit_date" in body,
        "silent": stored.silent,
        "html": _service(body) or _mark(body) or rendering.to_html(text, marks),
        "inline_keyboard": [[_button(button) for button in row] for row in stored.keyboard],
        "document": _document(body),
        "photo": {"url": f"{_FILES}/{body['photo'][-1]['file_id']}"} if "photo" in body else None,
        "venue": _venue(body),
        "location": _point(body["location"]) if "location" in body and "venue" not in body else None,
        "reply_to": body.get("reply_to_message", {}).get("message_id"),
    }


def reply_keyboard(markup: people.Body | None) -> people.Body | None:
    """Show the keys in the place of the phone's keyboard."""
    if markup is None:
        return None
    return {
        "rows": [
            [{"text": key["text"], "request_location": key.get("request_location", False)} for key in row]
            for row in markup["keyboard"]
        ],
        "one_time": markup.get("one_time_keyboard", False),
        "placeholder": markup.get("input_field_placeholder"),
    }


def _button(button: people.Body) -> people.Body:
    kind = "callback" if "callback_data" in button else "url" if "url" in button else "other"
    return {
        "text": button["text"],
        "kind": "copy" if "copy_text" in button else kind,
        "data": button.get("callback_data"),
        "url": button.get("url"),
        "copy_text": button.get("copy_text", {}).get("text"),
        "style": button.get("style"),
    }


def _document(body: people.Body) -> people.Body | None:
    document = body.get("document")
    if document is None:
        return None
    return {
        "name": document.get("file_name", "file"),
        "size": document["file_size"],
        "url": f"{_FILES}/{document['file_id']}",
    }


def _venue(body: people.Body) -> people.Body | None:
    venue = body.get("venue")
    if venue is None:
        return None
    return {"title": venue["title"], "address": venue["address"], **_point(venue["location"])}


def _point(location: people.Body) -> people.Body:
    return {"latitude": location["latitude"], "longitude": location["longitude"]}


def _mark(body: people.Body) -> str:
    return next((mark for kind, mark in _MARKS.items() if kind in body), "")


def _service(body: people.Body) -> str:
    if "pinned_message" in body:
        return "📌"
    return "👥" if "new_chat_members" in body or "migrate_to_chat_id" in body else ""
