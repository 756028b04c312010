"""Reading one setting at a time, each refused with one sentence that says what to do."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from yarl import URL

from bot.secrets import Secret
from domain.errors import SettingsError

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_LAST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Values:
    """What the operator wrote, by name; an empty value is the same as none."""

    _given: Mapping[str, str]

    def text(self, name: str, default: str = "") -> str:
        """Return the text without the blanks around it."""
        return self._given.get(name, "").strip() or default

    def secret(self, name: str, pattern: str = ".*", advice: str = "") -> Secret:
        """Return a secret; what was written is not repeated when it is refused."""
        value = self.text(name)
        if value and not re.fullmatch(pattern, value, re.ASCII):
            raise SettingsError(f"{name} can't be read; {advice}")
        return Secret(value)

    def port(self, name: str, default: int) -> int:
        """Return a port, 0 for any free one."""
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdecimal() or int(value) > _LAST_PORT:
            raise SettingsError(f"{name} is “{value}”; write a port, a number from 1 to {_LAST_PORT}")
        return int(value)

    def number(self, name: str, default: float, *, least: float, most: float) -> float:
        """Return a number between two bounds."""
        value = self.text(name, f"{default:g}")
        try:
            number = float(value.replace(",", "."))
        except ValueError:
            number = float("nan")
        if not least <= number <= most:
            raise SettingsError(f"{name} is “{value}”; write a number from {least:g} to {most:g}")
        return number

    def choice(self, name: str, default: str, known: Collection[str]) -> str:
        """Return one of the known words, written as in the list."""
        value = self.text(name, default)
        for word in known:
            if word.lower() == value.lower():
                return word
        raise SettingsError(f"{name} is “{value}”; choose {listed(known)}")

    def choices(self, name: str, default: str, known: Collection[str]) -> tuple[str, ...]:
        """Return several of the known words, separated by commas, each once."""
        words = [word.strip().lower() for word in self.text(name, default).split(",") if word.strip()]
        for word in words:
            if word not in known:
                raise SettingsError(f"{name} names “{word}”, which is unknown; choose {listed(known)}")
        return tuple(dict.fromkeys(words))

    def chat_ids(self, name: str) -> tuple[int, ...]:
        """Return the numbers of chats, separated by commas."""
        words = [word.strip() for word in self.text(name).split(",") if word.strip()]
        for word in words:
            if not re.fullmatch(r"-?\d{1,19}", word, re.ASCII):
                raise SettingsError(f"{name} names “{word}”; write the numbers of chats, separated by commas")
        return tuple(dict.fromkeys(int(word) for word in words))

    def file(self, name: str) -> Path | None:
        """Return the path of a file that is there."""
        value = self.text(name)
        if value and not Path(value).is_file():
            raise SettingsError(f"{name} is “{value}”, where there is no file; correct the path")
        return Path(value) if value else None

    def address(self, name: str, default: str = "") -> str:
        """Return a web address as it was written."""
        value = self.text(name, default)
        if value:
            self._checked(name, value)
        return value

    def public_address(self, name: str) -> str:
        """Return an https address without its last slash; http only on this machine, for a stand-in."""
        value = self.text(name)
        if not value:
            return ""
        url = self._checked(name, value)
        if url.scheme != "https" and url.host not in _LOOPBACK:
            raise SettingsError(f"{name} must begin with https://, since Telegram calls nothing else")
        if url.query_string or url.fragment:
            raise SettingsError(
                f"{name} must end before any “?” or “#”; write it like https://bot.example.org"
            )
        return value.rstrip("/")

    @staticmethod
    def _checked(name: str, value: str) -> URL:
        try:
            url = URL(value)
        except ValueError:
            url = URL()
        if url.scheme not in {"http", "https"} or not url.host or url.user is not None:
            raise SettingsError(f"{name} is not a web address; write it like https://bot.example.org")
        return url


def listed(words: Collection[str]) -> str:
    """Return words as a sentence lists them."""
    *others, last = words
    return f"{', '.join(others)} or {last}"
