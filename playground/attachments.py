"""What a phone attaches: the smallest photo, voice message, sticker and file that will do."""

import base64
from collections.abc import Callable
from typing import Any

from playground import people

KINDS = ("photo", "voice", "sticker", "document")
_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
)


def content(kind: str, keep_file: Callable[..., people.File]) -> people.Body:
    """Make what a message of this kind holds; its file is kept by the function handed in."""
    name, mime, data, folder = _FILES[kind]
    kept = keep_file(name, mime, data, folder=folder)
    body: dict[str, Any] = {**kept.body(), **_LOOKS[kind]}
    return {kind: [body] if kind == "photo" else body}


_FILES = {
    "photo": ("photo.png", "image/png", _PIXEL, "photos"),
    "voice": ("voice.oga", "audio/ogg", b"OggS", "voice"),
    "sticker": ("sticker.webp", "image/webp", b"RIFF", "stickers"),
    "document": ("cv.pdf", "application/pdf", b"%PDF-1.4", "documents"),
}
_LOOKS: dict[str, dict[str, Any]] = {
    "photo": {"width": 1, "height": 1},
    "voice": {"duration": 3, "mime_type": "audio/ogg"},
    "sticker": {
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "emoji": "🙂",
    },
    "document": {"file_name": "cv.pdf", "mime_type": "application/pdf"},
}
