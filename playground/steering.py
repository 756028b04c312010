"""What only tests do from outside: whole crowds, groups, closed accounts, faults, and the log."""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from playground import faults
from playground.errors import PhoneError
from playground.phone import id_of, wish_of
from playground.telegram import Telegram

_LONGEST_WAIT = 60.0


class Steering:
    """More of the phone's API, served only to a playground that may be steered."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    def add_routes(self, app: web.Application) -> None:
        """Serve it beside the phone."""
        api = "/phone/api"
        app.router.add_post(f"{api}/crowd", self.add_crowd)
        app.router.add_post(f"{api}/people/{{id:\\d+}}/deactivate", self.deactivate)
        app.router.add_post(f"{api}/groups", self.add_group)
        app.router.add_post(f"{api}/groups/{{id:-\\d+}}/say", self.say_in_group)
        app.router.add_post(f"{api}/groups/{{id:-\\d+}}/migrate", self.migrate)
        app.router.add_post(f"{api}/groups/{{id:-\\d+}}/status", self.set_status)
        app.router.add_get(f"{api}/chats/{{id:-?\\d+}}/messages", self.messages)
        app.router.add_post(f"{api}/faults", self.set_faults)
        app.router.add_get(f"{api}/log", self.log)

    async def add_crowd(self, request: web.Request) -> web.Response:
        """Add many people at once: {count, language_code, has_started} → {ids}."""
        match await wish_of(request):
            case {"count": int(count), **more}:
                started = more.get("has_started") is True
                language = str(more.get("language_code", "fr"))
                crowd = [
                    self._telegram.add_person(f"N° {number}", language, has_started=started).id
                    for number in range(count)
                ]
                return web.json_response({"ids": crowd})
        raise PhoneError("a count is needed", status=400)

    async def deactivate(self, request: web.Request) -> web.Response:
        """Close somebody's account."""
        self._telegram.deactivate(id_of(request))
        return web.json_response({})

    async def add_group(self, request: web.Request) -> web.Response:
        """Add the bot to a new group: {title, by, kind, bot_status} → {id}."""
        match await wish_of(request):
            case {"title": str(title), "by": int(by), **more}:
                kind, status = str(more.get("kind", "group")), str(more.get("bot_status", "member"))
                chat = self._telegram.add_group(title, by=by, kind=kind, bot_status=status)
                return web.json_response({"id": chat.id})
        raise PhoneError("a title and by are needed", status=400)

    async def say_in_group(self, request: web.Request) -> web.Response:
        """Let somebody write in a group: {person_id, text} → {message_id}."""
        match await wish_of(request):
            case {"person_id": int(person_id), "text": str(text)}:
                sent = self._telegram.say(person_id, text, chat_id=id_of(request))
                return web.json_response({"message_id": sent})
        raise PhoneError("a person_id and a text are needed", status=400)

    async def migrate(self, request: web.Request) -> web.Response:
        """Upgrade a group: → {id}."""
        return web.json_response({"id": self._telegram.migrate(id_of(request))})

    async def set_status(self, request: web.Request) -> web.Response:
        """Make the bot a member, administrator, left or kicked: {status, by}."""
        match await wish_of(request):
            case {"status": str(status), "by": int(by)}:
                self._telegram.set_bot_status(id_of(request), status, by=by)
                return web.json_response({})
        raise PhoneError("a status and by are needed", status=400)

    async def messages(self, request: web.Request) -> web.Response:
        """Show a chat; ``?until=TEXT&within=SECONDS`` waits until a message of the bot holds the text."""
        chat_id, text = id_of(request), request.query.get("until")
        if chat_id not in self._telegram.chats:
            raise PhoneError("there is no such chat", status=404)
        if text is not None:
            within = min(float(request.query.get("within", "10")), _LONGEST_WAIT)
            try:
                await self._telegram.until(chat_id, _holds(text), within=within)
            except TimeoutError as late:
                raise PhoneError(str(late), status=408) from late
        return web.json_response(self._telegram.messages(chat_id))

    async def set_faults(self, request: web.Request) -> web.Response:
        """Let things go wrong, as faults.apply_json describes."""
        try:
            faults.apply_json(self._telegram.faults, await wish_of(request))
        except ValueError as error:
            raise PhoneError(str(error), status=400) from error
        return web.json_response({})

    async def log(self, request: web.Request) -> web.Response:
        """Show the calls so far as lines of JSON, ``?after=NUMBER`` only the newer ones."""
        after = int(request.query.get("after", "0"))
        lines = (record.line() for record in self._telegram.log.records if record.number > after)
        return web.Response(text="".join(lines), content_type="application/x-ndjson")


def _holds(text: str) -> Callable[[list[dict[str, Any]]], bool]:
    return lambda messages: any(one["from"] == "bot" and text in one["html"] for one in messages)
