"""Holds calls, answers and updates against Telegram's own description of the Bot API, field by field."""

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PATH = Path(__file__).parents[2] / ".." / "shared" / "domain" / "bot-api-10.0.json"
PRIMITIVES = {
    "Integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "Float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "Boolean": lambda value: isinstance(value, bool),
    "True": lambda value: value is True,
    "String": lambda value: isinstance(value, str),
    # As the stand-in's log writes an upload: {"file_name": …, "mime": …, "size": …}, or the object itself.
    "InputFile": lambda value: getattr(value, "content", None) is not None or "file_name" in value,
}
CONSTANT = re.compile(r"(?:, always|, must be) [\"“]?(\w+)[\"”]?")

needs_schema = pytest.mark.skipif(
    not PATH.exists(),
    reason="the description of the Bot API is not here: put the shared folder beside the project",
)


@functools.cache
def schema() -> dict[str, Any]:
    return json.loads(PATH.read_text(encoding="utf-8"))


@functools.cache
def _constant(description: str) -> str | None:
    """Return the one value that a field may have, where its description says so."""
    found = CONSTANT.search(description)
    return found.group(1) if found else None


def check_call(method: str, params: dict[str, Any]) -> list[str]:
    """List what is wrong with a call, as the log shows it: nothing when it is right."""
    described = schema()["methods"].get(method)
    if described is None:
        return [f"unknown method {method}"]
    return list(_fields(params, described.get("fields", []), method))


def check_answer(method: str, result: Any) -> list[str]:
    """List what is wrong with the result of a call."""
    described = schema()["methods"].get(method)
    if described is None:
        return [f"unknown method {method}"]
    return list(_value(result, described["returns"], f"{method} →"))


def check_update(update: dict[str, Any]) -> list[str]:
    """List what is wrong with an update."""
    return list(_value(update, ["Update"], "update"))


def check_record(record: dict[str, Any]) -> list[str]:
    """List what is wrong with one line of the log: a call that was accepted, and its answer."""
    if not record["accepted"]:
        return []
    method, answer = record["method"], record["answer"]
    wrong = check_call(method, record["params"]) + check_answer(method, answer["result"])
    return wrong if answer["ok"] else [*wrong, f"{method}: accepted but not ok"]


def _fields(value: dict[str, Any], fields: list[dict[str, Any]], where: str) -> Iterator[str]:
    known = {field["name"]: field for field in fields}
    for name in value.keys() - known.keys():
        yield f"{where}: unknown field {name}"
    for name, field in known.items():
        if name in value:
            yield from _value(value[name], field["types"], f"{where}.{name}")
            constant = _constant(field["description"]) if field["required"] else None
            if constant and "String" in field["types"] and value[name] != constant:
                yield f"{where}.{name}: {value[name]!r} is not {constant!r}"
        elif field["required"]:
            yield f"{where}: {name} is missing"


def _value(value: Any, types: list[str], where: str) -> Iterator[str]:
    """Try each type; tell what is wrong with the one that fits best."""
    tries = [list(_one(value, kind, where)) for kind in types]
    if all(tries):
        yield from min(tries, key=len)


def _one(value: Any, kind: str, where: str) -> Iterator[str]:
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            yield f"{where}: {value!r} is no array"
            return
        for index, item in enumerate(value):
            yield from _value(item, [kind.removeprefix("Array of ")], f"{where}[{index}]")
    elif kind == "KeyboardButton" and isinstance(value, str):
        return  # "for simple text buttons, String can be used instead of this object"
    elif kind in PRIMITIVES:
        if not PRIMITIVES[kind](value):
            yield f"{where}: {value!r} is no {kind}"
    elif not isinstance(value, dict):
        yield f"{where}: {value!r} is no {kind}"
    elif "subtypes" in (described := schema()["types"][kind]):
        yield from _value(value, described["subtypes"], where)
    else:
        yield from _fields(value, described.get("fields", []), where)
