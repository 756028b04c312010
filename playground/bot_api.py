"""The Bot API over HTTP: read the call, let a fault have its way, answer, record."""

import asyncio
import json
from typing import Any
from urllib import parse

import aiohttp
from aiohttp import web

from playground import checks, errors, faults
from playground.methods import METHODS
from playground.methods.table import Answer, Method
from playground.telegram import Telegram

_BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
_PORTAL = "<!doctype html><html><body>Welcome to the network. Please sign in.</body></html>"
_encode = json.JSONEncoder(ensure_ascii=False).encode
_AFTER_ACCEPTANCE = {faults.Kind.SLOW, faults.Kind.REPLY_LOST, faults.Kind.CUT_BODY, faults.Kind.EMPTY_200}


class BotApi:
    """The server's side that bots talk to."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._token = telegram.options.token

    def add_routes(self, app: web.Application) -> None:
        """Serve methods and files under the token."""
        app.router.add_route("GET", "/bot{token}/{method}", self.call)
        app.router.add_route("POST", "/bot{token}/{method}", self.call)
        app.router.add_get("/file/bot{token}/{path:.+}", self.download)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Give a file by the path that getFile told."""
        if request.match_info["token"] != self._token:
            return _json(errors.UNAUTHORIZED)
        path = request.match_info["path"]
        kept = next((file for file in self._telegram.files.values() if file.path == path), None)
        if kept is None:
            return _json(errors.NOT_FOUND)
        return web.Response(body=kept.content, headers={"Content-Type": kept.mime})

    async def call(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        if request.match_info["token"] != self._token:
            return _json(errors.UNAUTHORIZED)
        name = request.match_info["method"]
        method = METHODS.get(name.lower())
        try:
            values = await _values(request)
        except ValueError:
            return _json(errors.bad_request("can't parse the request's body"))
        if method is None:
            self._record(name, values, accepted=False, status=404, answer=json.dumps(errors.NOT_FOUND.body()))
            return _json(errors.NOT_FOUND)
        chat_id = _chat_id(values)
        fault = self._telegram.faults.choose(method.name, chat_id)
        if fault is None:
            return await self._answer(method, values, None)
        return await self._spoil(request, method, values, fault)

    async def _spoil(
        self,
        request: web.Request,
        method: Method,
        values: dict[str, Any],
        fault: faults.Fault,
    ) -> web.StreamResponse:
        kind = fault.kind
        if kind in _AFTER_ACCEPTANCE:
            answer = await self._answer(method, values, kind)
            if kind is faults.Kind.SLOW:
                await asyncio.sleep(fault.seconds)
            return await _lose(request, answer, kind)
        refusal = self._refusal(fault, values)
        if refusal is None and kind is faults.Kind.MIGRATED:
            return await self._answer(method, values, None)
        self._record_spoiled(method, values, kind, refusal)
        if refusal is not None:
            return _json(refusal)
        if kind is faults.Kind.RESET:
            return _reset(request)
        status, page = (502, _BAD_GATEWAY) if kind is faults.Kind.BAD_GATEWAY else (200, _PORTAL)
        return web.Response(status=status, text=page, content_type="text/html")

    def _refusal(self, fault: faults.Fault, values: dict[str, Any]) -> errors.Refusal | None:
        if fault.kind is faults.Kind.TOO_MANY:
            return errors.too_many(max(1, round(fault.seconds)))
        if fault.kind is faults.Kind.MIGRATED:
            chat = self._telegram.chats.get(_chat_id(values) or 0)
            if chat is None or chat.kind != "group":
                return None
            return errors.migrated(chat.migrated_to or self._telegram.migrate(chat.id))
        return faults.REFUSALS.get(fault.kind)

    def _record_spoiled(
        self,
        method: Method,
        values: dict[str, Any],
        kind: faults.Kind,
        refusal: errors.Refusal | None,
    ) -> None:
        try:
            params = checks.read(values, method.takes)
        except errors.Refusal:
            params = values
        status = (
            refusal.code
            if refusal
            else {faults.Kind.BAD_GATEWAY: 502, faults.Kind.HTML_200: 200}.get(kind, 0)
        )
        answer = json.dumps(refusal.body()) if refusal else ""
        self._record(method.name, params, accepted=False, status=status, answer=answer, fault=kind)

    async def _answer(
        self, method: Method, values: dict[str, Any], fault: faults.Kind | None
    ) -> web.Response:
        """Do what is asked and record it; the log is written before the answer leaves."""
        params: checks.Params = values
        try:
            params = checks.read(values, method.takes)
            self._limit(method, params)
            result = (
                await method.wait(self._telegram, params)
                if method.wait
                else _do(method, self._telegram, params)
            )
        except errors.Refusal as refusal:
            answer = json.dumps(refusal.body(), ensure_ascii=False)
            self._record(method.name, params, accepted=False, status=refusal.code, answer=answer, fault=fault)
            return _response(answer, refusal.code)
        answer = _ok(result)
        self._record(method.name, params, accepted=True, status=200, answer=answer, fault=fault)
        return _response(answer, 200)

    def _limit(self, method: Method, params: checks.Params) -> None:
        if method.sends and isinstance(params.get("chat_id"), int):
            self._telegram.limits.spend(params["chat_id"], now=asyncio.get_running_loop().time())

    def _record(
        self,
        method: str,
        params: checks.Params,
        *,
        accepted: bool,
        status: int,
        answer: str,
        fault: faults.Kind | None = None,
    ) -> None:
        self._telegram.log.add(
            method,
            params,
            at=self._telegram.clock(),
            accepted=accepted,
            status=status,
            answer_json=answer,
            fault=fault,
        )
        self._telegram.changed()


def _do(method: Method, telegram: Telegram, params: checks.Params) -> Any:
    return method.call(telegram, params) if method.call else None


def _ok(result: Any) -> str:
    if not isinstance(result, Answer):
        return f'{{"ok": true, "result": {_encode(result)}}}'
    inner = result.result_json or json.dumps(result.result)
    words = f', "description": {json.dumps(result.description)}' if result.description else ""
    return f'{{"ok": true, "result": {inner}{words}}}'


def _response(answer: str, status: int) -> web.Response:
    return web.Response(
        body=answer.encode("utf-8", "replace"), status=status, content_type="application/json"
    )


def _json(refusal: errors.Refusal) -> web.Response:
    return _response(json.dumps(refusal.body()), refusal.code)


def _reset(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _lose(request: web.Request, answer: web.Response, kind: faults.Kind) -> web.StreamResponse:
    """The call has taken effect; let the answer come late, not at all, or in part."""
    if kind is faults.Kind.REPLY_LOST:
        return _reset(request)
    if kind is faults.Kind.EMPTY_200:
        return web.Response(status=200)
    if kind is faults.Kind.SLOW:
        return answer
    body = answer.body if isinstance(answer.body, bytes) else b"{}"
    partial = web.StreamResponse(
        headers={"Content-Type": "application/json", "Content-Length": str(len(body))}
    )
    await partial.prepare(request)
    await partial.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return partial


def _chat_id(values: dict[str, Any]) -> int | None:
    value = values.get("chat_id")
    if isinstance(value, str) and value.removeprefix("-").isdecimal():
        return int(value)
    return value if isinstance(value, int) else None


async def _values(request: web.Request) -> dict[str, Any]:
    """Gather the parameters from wherever they are; raise ValueError when they cannot be read."""
    values: dict[str, Any] = dict(request.query)
    if not request.can_read_body:
        return values
    if request.content_type == "multipart/form-data":
        return values | await _parts(request)
    body = await request.read()
    if request.content_type == "application/json":
        sent = json.loads(body or b"{}")
        if not isinstance(sent, dict):
            raise ValueError("an Object expected")
        return values | sent
    return values | dict(parse.parse_qsl(body.decode(), keep_blank_values=True))


async def _parts(request: web.Request) -> dict[str, Any]:
    """Read a multipart form; ``attach://name`` points to another part, as Telegram allows."""
    found: dict[str, Any] = {}
    async for part in await request.multipart():
        if not isinstance(part, aiohttp.BodyPartReader) or part.name is None:
            raise ValueError("a plain form expected")
        content = bytes(await part.read(decode=True))
        if part.filename is None:
            found[part.name] = content.decode()
        else:
            mime = part.headers.get("Content-Type", "").partition(";")[0] or "application/octet-stream"
            found[part.name] = checks.Upload(part.filename, mime, content)
    for name, value in list(found.items()):
        if isinstance(value, str) and value.startswith("attach://"):
            found[name] = found.pop(value.removeprefix("attach://"), value)
    return found
