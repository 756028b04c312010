"""Files out and in."""

import struct

from playground import checks, errors, people, words
from playground.methods.messages import formatted, put
from playground.methods.table import CAPTION, SENDING, Method
from playground.telegram import Telegram

_MEGABYTE = 1 << 20
_LARGEST, _LARGEST_PHOTO, _LARGEST_DOWNLOAD = 50 * _MEGABYTE, 10 * _MEGABYTE, 20 * _MEGABYTE
_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF", b"GIF8")
_WIDEST, _MOST_STRETCHED = 10_000, 20


def _given(telegram: Telegram, params: checks.Params, field: str, folder: str, largest: int) -> people.File:
    """Take an uploaded file, or find one that Telegram has."""
    value = params.get(field)
    if not value:
        raise errors.bad_request(f"there is no {field} in the request")
    if isinstance(value, checks.Upload):
        if not value.content:
            raise errors.bad_request("file must be non-empty")
        if len(value.content) > largest:
            raise errors.Refusal(413, "Request Entity Too Large")
        return telegram.keep_file(value.name, value.mime, value.content, folder=folder)
    known = telegram.files.get(value)
    if known is None:
        wrong = (
            "failed to get HTTP URL content" if "://" in value else "wrong file identifier/HTTP URL specified"
        )
        raise errors.bad_request(wrong)
    return known


def send_document(telegram: Telegram, params: checks.Params) -> people.Body:
    """Answer sendDocument."""
    telegram.require_writable(params.get("chat_id"))
    caption = formatted(params, "caption", "caption_entities", words.CAPTION_LIMIT)
    kept = _given(telegram, params, "document", "documents", _LARGEST)
    document = {**kept.body(), "file_name": kept.name, "mime_type": kept.mime}
    return put(telegram, params, {"document": document, **caption})


def send_photo(telegram: Telegram, params: checks.Params) -> people.Body:
    """Answer sendPhoto."""
    telegram.require_writable(params.get("chat_id"))
    caption = formatted(params, "caption", "caption_entities", words.CAPTION_LIMIT)
    kept = _given(telegram, params, "photo", "photos", _LARGEST_PHOTO)
    width, height = _size(kept.content)
    photo = [{**kept.body(), "width": width, "height": height}]
    return put(telegram, params, {"photo": photo, **caption})


def _size(content: bytes) -> tuple[int, int]:
    if not content.startswith(_MAGIC):
        raise errors.bad_request("IMAGE_PROCESS_FAILED")
    if not content.startswith(_MAGIC[0]):
        return 100, 100
    width, height = struct.unpack(">II", content[16:24].ljust(8, b"\0"))
    if (
        not (width and height)
        or width + height > _WIDEST
        or max(width, height) > _MOST_STRETCHED * min(width, height)
    ):
        raise errors.bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height


def get_file(telegram: Telegram, params: checks.Params) -> people.Body:
    """Answer getFile."""
    kept = telegram.files.get(params["file_id"])
    if kept is None:
        raise errors.bad_request("invalid file_id")
    if len(kept.content) > _LARGEST_DOWNLOAD:
        raise errors.bad_request("file is too big")
    return {**kept.body(), "file_path": kept.path}


METHODS = (
    Method(
        "sendDocument",
        checks.shape(f"{SENDING}, {CAPTION}, document: File, disable_content_type_detection: Boolean"),
        send_document,
        sends=True,
    ),
    Method(
        "sendPhoto",
        checks.shape(
            f"{SENDING}, {CAPTION}, photo: File, show_caption_above_media: Boolean, has_spoiler: Boolean"
        ),
        send_photo,
        sends=True,
    ),
    Method("getFile", checks.shape("file_id: String!"), get_file),
)
