"""Reads `.env`: one NAME=value a line, `#` for remarks, quotes where a value has spaces or a `#`."""

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from domain.errors import SettingsError

_LINE = re.compile(
    r"""\s*(?:export\s+)?(?P<name>[A-Za-z_]\w*)\s*=\s*
    (?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<plain>[^"'\s\#].*?)?)
    (?:\s+\#.*|\s*)""",
    re.VERBOSE | re.ASCII,
)


def read(path: Path) -> Mapping[str, str]:
    """Return what a file says, nothing when there is none; SettingsError when it can't be read.

    A line that can't be read is named by its number, never shown: it may hold a secret.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not a text in UTF-8; save it again as UTF-8") from error
    except OSError as error:
        raise SettingsError(f"{path} can't be read ({error.strerror}); check the rights on it") from error
    return dict(_pairs(path, text))


def strangers(names: Collection[str], known: Collection[str]) -> Iterator[str]:
    """Give one warning for each name that is no setting, with the nearest one that is."""
    for name in sorted(set(names) - set(known)):
        near = difflib.get_close_matches(name.upper(), known, n=1)
        meant = f"; did you mean {near[0]}?" if near else ""
        yield f"{name} is not a setting{meant}"


def _pairs(path: Path, text: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise SettingsError(f"{path}, line {number}, can't be read; write it as NAME=value")
        yield found["name"], next((found[kind] for kind in ("double", "single", "plain") if found[kind]), "")
