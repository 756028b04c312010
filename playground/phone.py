"""The phone's JSON API: what the page in the browser shows and does."""

import asyncio
import json
from typing import Any

from aiohttp import web

from playground import attachments, pages, people
from playground.errors import PhoneError
from playground.telegram import Telegram

_KEEP_ALIVE = 15.0


class Phone:
    """The pages and the JSON behind them."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    def add_routes(self, app: web.Application) -> None:
        """Serve the phone under /phone."""
        api = "/phone/api"
        person = f"{api}/people/{{id:\\d+}}"
        app.router.add_get("/phone/files/{file_id}", self.file)
        app.router.add_get(f"{api}/bot", self.bot)
        app.router.add_get(f"{api}/people", self.people)
        app.router.add_post(f"{api}/people", self.add_person)
        app.router.add_get(f"{person}/chat", self.chat)
        app.router.add_get(f"{person}/stream", self.stream)
        app.router.add_post(f"{person}/send", self.send)
        app.router.add_post(f"{person}/tap", self.tap)
        app.router.add_post(f"{person}/{{act:block|unblock|restart}}", self.act)
        app.router.add_get(f"{api}/places", self.places)
        app.router.add_get(f"{api}/clock", self.clock)
        app.router.add_get(f"{api}/controls", self.controls)
        app.router.add_post(f"{api}/controls/{{id:\\d+}}", self.control)

    async def bot(self, request: web.Request) -> web.Response:
        """Tell who the bot is, in a language when one is asked for."""
        telegram, language = self._telegram, request.query.get("language_code", "")
        return web.json_response(
            {
                "name": telegram.profile.text("name", language),
                "username": telegram.options.bot_username,
                "description": telegram.profile.text("description", language),
                "short_description": telegram.profile.text("short_description", language),
            },
        )

    async def people(self, _request: web.Request) -> web.Response:
        """List the people."""
        return web.json_response([_person(person) for person in self._telegram.people.values()])

    async def add_person(self, request: web.Request) -> web.Response:
        """Add somebody."""
        wish = await wish_of(request)
        name, language = wish.get("first_name"), wish.get("language_code", "fr")
        if not isinstance(name, str) or not name.strip() or not isinstance(language, str):
            raise PhoneError("a first_name and a language_code are needed", status=400)
        return web.json_response(_person(self._telegram.add_person(name.strip(), language)))

    async def chat(self, request: web.Request) -> web.Response:
        """Show a private chat whole."""
        return web.json_response(self._telegram.screen(id_of(request)))

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Tell what happens in a chat as it happens, until the playground closes."""
        person_id = self._telegram.person(id_of(request)).id
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **pages.HEADERS})
        await response.prepare(request)
        events = self._telegram.listen(person_id)
        try:
            await response.write(b": open\n\n")
            while True:
                try:
                    async with asyncio.timeout(_KEEP_ALIVE):
                        event = await events.get()
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                if event is None:
                    break
                await response.write(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())
        except ConnectionResetError:
            pass
        finally:
            self._telegram.stop_listening(person_id, events)
        return response

    async def send(self, request: web.Request) -> web.Response:
        """Send what a person sends."""
        wish, person_id, telegram = await wish_of(request), id_of(request), self._telegram
        match wish:
            case {"text": str(text)} if text.strip():
                sent = telegram.say(person_id, text)
            case {
                "location": {
                    "latitude": int() | float() as latitude,
                    "longitude": int() | float() as longitude,
                }
            }:
                sent = telegram.share_location(person_id, float(latitude), float(longitude))
            case {"edit": {"message_id": int(message_id), "text": str(text)}} if text.strip():
                sent = telegram.edit(person_id, message_id, text)
            case _:
                kind = next((kind for kind in attachments.KINDS if wish.get(kind) is True), None)
                if kind is None:
                    raise PhoneError("nothing that a phone can send", status=400)
                sent = telegram.send_attachment(person_id, kind)
        return web.json_response({"message_id": sent})

    async def tap(self, request: web.Request) -> web.Response:
        """Tap a button, or send forged data as a changed client can."""
        match await wish_of(request):
            case {"message_id": int(message_id), "row": int(row), "column": int(column)}:
                return web.json_response(self._telegram.tap(id_of(request), message_id, row, column))
            case {"message_id": int(message_id), "data": str(data)}:
                query_id = self._telegram.tap_data(id_of(request), message_id, data)
                return web.json_response({"kind": "callback", "id": query_id})
        raise PhoneError("message_id, row and column are needed", status=400)

    async def act(self, request: web.Request) -> web.Response:
        """Block, unblock or restart the bot."""
        person_id = id_of(request)
        match request.match_info["act"]:
            case "block":
                self._telegram.block(person_id)
            case "unblock":
                self._telegram.unblock(person_id)
            case _:
                self._telegram.restart(person_id)
        return web.json_response({"blocked": self._telegram.person(person_id).blocked})

    async def places(self, request: web.Request) -> web.Response:
        """Find places to share as a position."""
        found = self._telegram.options.search_places(request.query.get("q", ""))
        return web.json_response(
            [{"name": spot.name, "latitude": spot.latitude, "longitude": spot.longitude} for spot in found],
        )

    async def clock(self, _request: web.Request) -> web.Response:
        """Tell the product's time."""
        return web.json_response({"now": self._telegram.clock().isoformat()})

    async def controls(self, request: web.Request) -> web.Response:
        """List the buttons beside the phone, in the page's language."""
        language = request.query.get("language_code", "")
        labels = enumerate(control.label(language) for control in self._telegram.options.controls)
        return web.json_response([{"id": number, "label": label} for number, label in labels])

    async def control(self, request: web.Request) -> web.Response:
        """Press a button beside the phone."""
        number, wish = id_of(request), await wish_of(request)
        if number >= len(self._telegram.options.controls):
            raise PhoneError("there is no such control", status=404)
        person = self._telegram.person(wish.get("person_id", 0))
        text = await self._telegram.options.controls[number].run(
            person.id, str(wish.get("language_code", ""))
        )
        self._telegram.tell_all({"type": "clock", "now": self._telegram.clock().isoformat()})
        return web.json_response({"text": text})

    async def file(self, request: web.Request) -> web.Response:
        """Give a file to download."""
        kept = self._telegram.files.get(request.match_info["file_id"])
        if kept is None:
            raise PhoneError("there is no such file", status=404)
        name = kept.name.encode("ascii", "replace").decode().replace('"', "'")
        return web.Response(
            body=kept.content,
            headers={"Content-Type": kept.mime, "Content-Disposition": f'attachment; filename="{name}"'},
        )


def _person(person: people.Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "first_name": person.first_name,
        "language_code": person.language_code,
        "blocked": person.blocked,
    }


def id_of(request: web.Request) -> int:
    """Read the number in a request's path."""
    return int(request.match_info["id"])


async def wish_of(request: web.Request) -> dict[str, Any]:
    """Read a JSON object out of a request's body; raise PhoneError when there is none."""
    try:
        wish = await request.json()
    except ValueError:
        wish = None
    if not isinstance(wish, dict):
        raise PhoneError("a JSON object is needed", status=400)
    return wish
