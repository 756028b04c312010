"""Which links Telegram takes."""

import re
from urllib import parse

from playground import errors

_START_LIMIT = 64
_START_PAYLOAD = re.compile(rf"[A-Za-z0-9_-]{{1,{_START_LIMIT}}}")
_HAS_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")


def checked(url: str) -> str | None:
    """Give the link as Telegram keeps it, or None when it would refuse it."""
    url = url.strip()
    if not _HAS_SCHEME.match(url) or re.match(r"^[\w.-]+:\d", url):
        url = "http://" + url
    try:
        parts = parse.urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme.lower() in {"tg", "ton", "tonsite"}:
        return url
    if parts.scheme.lower() not in {"http", "https"} or not host or not _good_host(host):
        return None
    return url if parts.path or parts.query or parts.fragment else url + "/"


def check_button_url(url: str, *, bot_username: str) -> None:
    """Refuse a button whose link Telegram would not open."""
    if checked(url) is None:
        raise errors.bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    payload = start_payload(url, bot_username=bot_username)
    if payload is not None and not may_start_with(payload):
        raise errors.bad_request("START_PARAM_INVALID")


def start_payload(url: str, *, bot_username: str) -> str | None:
    """Read what a deep link to this bot passes to /start, if it is one."""
    parts = parse.urlsplit(checked(url) or "")
    query = parse.parse_qs(parts.query, keep_blank_values=True)
    ours = (
        parts.netloc.lower() in {"t.me", "telegram.me"}
        and parts.path.strip("/").lower() == bot_username.lower()
    )
    return query["start"][0] if ours and "start" in query else None


def may_start_with(payload: str) -> bool:
    """Say whether a deep link may carry this."""
    return _START_PAYLOAD.fullmatch(payload) is not None


def _good_host(host: str) -> bool:
    return "." in host.strip(".") and not re.search(r"[\s<>\"'\\]", host)
