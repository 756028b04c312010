"""The stand-in for Telegram as another process: steered over HTTP, judged by its log."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp

from chaos import victim

SECTOR = "sector1:"


class RefusedError(Exception):
    """The stand-in would not, or could not."""


@dataclass(frozen=True)
class StandIn:
    """One stand-in for Telegram."""

    url: str
    log: Path
    _session: aiohttp.ClientSession

    async def crowd(self, count: int) -> list[int]:
        """Add people who have started the bot; return their ids."""
        ids: list[int] = (await self._post("crowd", count=count, has_started=True))["ids"]
        return ids

    async def say(self, person: int, text: str) -> None:
        """Let somebody write to the bot."""
        await self._post(f"people/{person}/send", text=text)

    async def tap(self, person: int, data: str) -> str:
        """Tap a button under the newest screen of the bot; return the number of the query."""
        messages = await self._get(f"chats/{person}/messages")
        screens = [one["id"] for one in messages if one["from"] == "bot" and one["inline_keyboard"]]
        tapped = await self._post(f"people/{person}/tap", message_id=screens[-1] if screens else 1, data=data)
        return str(tapped["id"])

    def records(self) -> Iterator[dict[str, Any]]:
        """Every call so far, as the file has it."""
        with self.log.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)

    def messages(self) -> Iterator[tuple[int, int, str]]:
        """(number of the call, chat, text) of each message that was taken, in order."""
        for record in self.records():
            if record["method"] == "sendMessage" and record["accepted"]:
                yield record["number"], record["params"]["chat_id"], record["params"]["text"]

    def calls(self) -> int:
        """How many calls there were so far."""
        with self.log.open(encoding="utf-8") as lines:
            return sum(1 for _ in lines)

    def screens(self) -> dict[int, set[str]]:
        """By chat, the sectors that its last screen with sectors shows as ticked."""
        shown: dict[int, set[str]] = {}
        for record in self.records():
            if record["accepted"] and record["method"] in {"sendMessage", "editMessageText"}:
                keyboard = record["params"].get("reply_markup", {}).get("inline_keyboard", [])
                buttons = [
                    one for row in keyboard for one in row if one.get("callback_data", "").startswith(SECTOR)
                ]
                if buttons:
                    shown[record["params"]["chat_id"]] = {
                        one["callback_data"].removeprefix(SECTOR)
                        for one in buttons
                        if one["text"].startswith("✓")
                    }
        return shown

    async def fail(self, wish: dict[str, Any]) -> None:
        """Let things go wrong: see `playground.faults.apply_json`."""
        await self._post("faults", **wish)

    async def block(self, person: int) -> None:
        """Let somebody block the bot."""
        await self._post(f"people/{person}/block")

    async def deactivate(self, person: int) -> None:
        """Close somebody's account."""
        await self._post(f"people/{person}/deactivate")

    async def _post(self, path: str, **body: Any) -> Any:
        url = f"{self.url}/phone/api/{path}"
        async with self._session.post(url, json=body, headers={"X-Phone": "1"}) as answer:
            if answer.status != HTTPStatus.OK:
                raise RefusedError(await answer.text())
            return await answer.json()

    async def _get(self, path: str) -> Any:
        async with self._session.get(f"{self.url}/phone/api/{path}") as answer:
            if answer.status != HTTPStatus.OK:
                raise RefusedError(await answer.text())
            return await answer.json()


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[StandIn]:
    """Open a stand-in whose own waits (webhook retries, 409s) are a hundred times as short."""
    log = folder / "calls.jsonl"
    arguments = ("--port", "0", "--token", victim.TOKEN, "--log", str(log), "--pace", "0.01")
    async with (
        victim.python("-m", "playground", *arguments, folder=folder) as process,
        aiohttp.ClientSession() as session,
    ):
        if not await process.until_it_says("http://"):
            raise RefusedError("\n".join(process.lines))
        yield StandIn(process.lines[-1].strip(), log, session)
