"""The official server's HTML parser, rule for rule: markup in, text and entities out.

Like the original it walks over bytes, because its complaints name byte offsets.
"""

import dataclasses
import re

from playground import errors, links
from playground.words import Entity

_TYPE_OF_TAG = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("tg-spoiler", "span"), "spoiler"),
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
_SPACE = b" \t\r\n\0\v"
_END = 0  # the byte that the original's strings end with: never inside a text
_REFERENCE = re.compile(rb"&(?:#x([0-9A-Fa-f]*)|#([0-9]*)|([A-Za-z]*))")
_LONGEST_REFERENCE = 10
_LAST_CODE_POINT = 0x10FFFF
_NAME_TOKEN = re.compile(rb"[A-Za-z0-9.-]*")
_LAST_MOMENT = 2**31 - 1
_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")


@dataclasses.dataclass(slots=True)
class _Open:
    """A tag that waits for its end."""

    tag: str
    offset: int
    piece: int
    attributes: dict[str, str]


def parse_html(markup: str) -> tuple[str, list[Entity]]:
    """Take the markup away; raise Telegram's own complaint when it cannot be read."""
    if "<" not in markup and "&" not in markup:
        return markup, []
    return _Parser(markup).parse()


def _complaint(what: str) -> errors.Refusal:
    return errors.bad_request(f"can't parse entities: {what}")


class _Parser:
    def __init__(self, markup: str) -> None:
        self._source = markup.encode("utf-8", "replace").replace(b"\0", b" ") + b"\0"
        self._at = 0
        self._pieces: list[str] = []
        self._offset = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        source, last = self._source, len(self._source) - 1
        special = re.compile(rb"[<&]")
        while self._at < last:
            found = special.search(source, self._at)
            stop = found.start() if found else last
            self._say(source[self._at : stop].decode())
            self._at = stop
            if stop == last:
                break
            if source[stop] == ord("&"):
                self._say(self._reference() or self._ampersand())
            elif source[stop + 1] == ord("/"):
                self._end_tag()
            else:
                self._start_tag()
        if self._open:
            raise _complaint(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        return "".join(self._pieces), self._entities

    def _say(self, text: str) -> None:
        if text:
            self._pieces.append(text)
            self._offset += len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2

    def _ampersand(self) -> str:
        self._at += 1
        return "&"

    def _reference(self) -> str | None:
        """Read &lt; &#233; and the like, moving past it; None (and no move) when it means only itself."""
        found = _REFERENCE.match(self._source, self._at)
        if found is None:
            return None
        hexadecimal, decimal, name = found.groups()
        if name is not None:
            character = _NAMED.get(name)
        else:
            code = int(hexadecimal or b"0", 16) if hexadecimal is not None else int(decimal or b"0")
            good = 0 < code < _LAST_CODE_POINT and len(found.group()) < _LONGEST_REFERENCE
            if good and 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 -- the surrogates, by their well-known bounds
                raise _complaint(
                    "Text contains invalid Unicode characters after decoding HTML entities, "
                    "check for unmatched surrogate code units",
                )
            character = chr(code) if good else None
        if character is not None:
            self._at = found.end() + (self._source[found.end()] == ord(";"))
        return character

    def _start_tag(self) -> None:
        begin = self._at
        self._at = self._until_space_or(b">", begin + 1)
        if self._source[self._at] == _END:
            raise _complaint(f"Unclosed start tag at byte offset {begin}")
        tag = self._lower(begin + 1)
        if tag not in _TYPE_OF_TAG:
            raise _complaint(f'Unsupported start tag "{tag}" at byte offset {begin}')
        attributes = self._attributes(tag, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _complaint(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self._open.append(_Open(tag, self._offset, len(self._pieces), attributes))
        self._at += 1

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while self._source[self._at] != ord(">"):
            self._skip_space()
            if self._source[self._at] == ord(">"):
                break
            start = self._at
            self._at = self._until_space_or(b"=>", start)
            name = self._lower(start)
            if not name:
                raise _complaint(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
            self._skip_space()
            if self._source[self._at] == ord("="):
                found[name] = self._attribute_value(tag, begin)
            elif self._source[self._at] == _END:
                raise _complaint(f'Unclosed start tag "{tag}" at byte offset {begin}')
            elif tag == "blockquote" and name == "expandable":
                found[name] = ""
            else:
                what = "Expected equal sign in declaration of an attribute of the tag"
                raise _complaint(f'{what} "{tag}" at byte offset {begin}')
        return found

    def _attribute_value(self, tag: str, begin: int) -> str:
        self._at += 1
        self._skip_space()
        quote = self._source[self._at]
        if quote == _END:
            raise _complaint(f'Unclosed start tag "{tag}" at byte offset {begin}')
        value = self._quoted(quote) if quote in b"'\"" else self._name_token()
        if self._source[self._at] == _END:
            raise _complaint(f"Unclosed start tag at byte offset {begin}")
        return value

    def _name_token(self) -> str:
        start = self._at
        found = _NAME_TOKEN.match(self._source, start)
        self._at = found.end() if found else start
        if self._source[self._at] not in _SPACE + b">":
            raise _complaint(f"Unexpected end of name token at byte offset {start}")
        return self._lower(start)

    def _quoted(self, quote: int) -> str:
        self._at += 1
        value: list[str] = []
        start = self._at
        while (byte := self._source[self._at]) not in {quote, _END}:
            if byte == ord("&"):
                before = self._source[start : self._at].decode()
                character = self._reference()
                if character is not None:
                    value += (before, character)
                    start = self._at
                    continue
            self._at += 1
        value.append(self._source[start : self._at].decode())
        if self._source[self._at] == quote:
            self._at += 1
        return "".join(value)

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise _complaint(f"Unexpected end tag at byte offset {begin}")
        self._at = self._until_space_or(b">", begin + 2)
        name = self._lower(begin + 2)
        while self._source[self._at] in _SPACE and self._source[self._at] != _END:
            self._at += 1
        if self._source[self._at] != ord(">"):
            raise _complaint(f"Unclosed end tag at byte offset {begin}")
        opened = self._open.pop()
        if name and name != opened.tag:
            raise _complaint(
                f'Unmatched end tag at byte offset {begin}, expected "</{opened.tag}>", found "</{name}>"',
            )
        self._at += 1
        if self._offset > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity: Entity = {
            "type": _TYPE_OF_TAG[opened.tag],
            "offset": opened.offset,
            "length": self._offset - opened.offset,
        }
        match opened.tag:
            case "a":
                self._entities += self._link(entity, opened)
                return
            case "pre" | "code":
                self._entities += self._code(entity, opened)
                return
            case "blockquote" if "expandable" in opened.attributes:
                entity["type"] = "expandable_blockquote"
            case "tg-emoji":
                identifier = opened.attributes.get("emoji-id", "")
                if not identifier.isdecimal() or int(identifier) == 0:
                    raise _complaint("Invalid custom emoji identifier specified")
                entity["custom_emoji_id"] = identifier
            case "tg-time":
                entity.update(_moment(opened.attributes))
        self._entities.append(entity)

    def _link(self, entity: Entity, opened: _Open) -> list[Entity]:
        url = opened.attributes.get("href") or "".join(self._pieces[opened.piece :])
        address = links.checked(url)  # a link that Telegram would not open is silently plain text
        return [{**entity, "url": address}] if address else []

    def _code(self, entity: Entity, opened: _Open) -> list[Entity]:
        """Join <pre><code class="language-x"> into one entity, whichever is the outer."""
        language = (
            opened.attributes.get("class", "").removeprefix("language-") if opened.tag == "code" else ""
        )
        inner = self._entities[-1] if self._entities else None
        same = inner and (inner["offset"], inner["length"]) == (entity["offset"], entity["length"])
        if inner and same and {inner["type"], entity["type"]} == {"pre", "code"}:
            language = language or inner.pop("language", "")
            if language:
                inner.update(type="pre", language=language)
                return []
        return [{**entity, "language": language} if language and opened.tag == "code" else entity]

    def _until_space_or(self, stops: bytes, start: int) -> int:
        at = start
        while self._source[at] not in _SPACE and self._source[at] not in stops:
            at += 1
        return at

    def _skip_space(self) -> None:
        while self._source[self._at] != _END and self._source[self._at] in _SPACE:
            self._at += 1

    def _lower(self, start: int) -> str:
        return self._source[start : self._at].decode("utf-8", "replace").lower()


def _moment(attributes: dict[str, str]) -> Entity:
    unix, shape = attributes.get("unix", ""), attributes.get("format", "")
    if not unix.isdecimal() or not 0 < int(unix) <= _LAST_MOMENT:
        raise _complaint("Invalid Unix time specified")
    if not _TIME_FORMAT.fullmatch(shape):
        raise _complaint("Invalid date-time format specified")
    return {"unix_time": int(unix), **({"date_time_format": shape} if shape else {})}


def plain_code(entities: list[Entity]) -> list[Entity]:
    """Forget the language of a lone <code>: only a block of <pre> keeps one."""
    return [
        {key: value for key, value in one.items() if key != "language"} if one["type"] == "code" else one
        for one in entities
    ]
