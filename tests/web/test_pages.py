"""Every answer bears its headers; the pages say who and what; health is told as it is."""

import asyncio
import dataclasses
import json
from html.parser import HTMLParser

import pytest

from tests.web.front import SECRET
from web import headers

ROUTES = [
    "/",
    "/confidentialite",
    "/accessibilite",
    "/style.css",
    "/healthz",
    "/readyz",
    "/metrics",
    "/nowhere",
]
PAGES = ROUTES[:3]


@pytest.mark.parametrize("route", ROUTES)
async def test_every_answer_bears_the_headers_and_not_what_we_are_built_with(front, route):
    status, _, found = await front.get(route)
    assert status == (404 if route == "/nowhere" else 200)
    assert headers.HEADERS.items() <= found.items()
    assert "Server" not in found
    assert "Strict-Transport-Security" not in found
    assert found["Cache-Control"] in {"no-store", "max-age=3600"}


async def test_refusals_and_failures_bear_them_too(front, world, monkeypatch):
    async with front.session.post(f"{front.url}/telegram/webhook", data=b"{}") as refused:
        assert headers.HEADERS.items() <= refused.headers.items()
    world.failure = OSError()
    status, _, found = await front.get("/readyz")
    assert status == 503
    assert headers.HEADERS.items() <= found.items()


class TestBehindHttps:
    @pytest.fixture
    def options(self, options):
        return dataclasses.replace(options, is_https=True)

    async def test_browsers_are_told_to_stay_there(self, front):
        _, _, found = await front.get("/")
        assert found["Strict-Transport-Security"] == "max-age=31536000"


class TestWithPolling:
    @pytest.fixture
    def options(self, options):
        return dataclasses.replace(options, receive=None, webhook_secret="", operator="")

    async def test_there_is_no_webhook(self, front):
        assert await front.call(b"{}", SECRET) == 404

    async def test_pages_can_do_without_the_operators_name(self, front):
        for page in PAGES:
            _, text, _ = await front.get(page)
            assert "Association" not in text


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_is_semantic_in_two_languages_and_runs_nothing(front, page):
    _, text, found = await front.get(page)
    outline = _Outline()
    outline.feed(text)
    assert found["Content-Type"] == "text/html; charset=utf-8"
    assert outline.tags.count("h1") == outline.tags.count("main") == outline.tags.count("title") == 1
    assert ("lang", "fr") in outline.attributes
    assert ("lang", "en") in outline.attributes
    assert not {"script", "style", "iframe", "img"} & set(outline.tags)
    assert not [name for name, _ in outline.attributes if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("page", PAGES)
async def test_what_the_operator_wrote_is_text_and_not_markup(front, page):
    _, text, _ = await front.get(page)
    assert "Association « A &lt;b&gt; »" in text
    assert "<b>" not in text


async def test_the_first_page_leads_to_the_bot(front):
    _, text, _ = await front.get("/")
    assert 'href="https://t.me/rdv_bot"' in text


async def test_ready_says_how_each_collaborator_is(front, world):
    world.health = {"database": (True, "answers"), "openagenda": (False, "is out of order (503)")}
    status, text, _ = await front.get("/readyz")
    assert status == 503
    assert json.loads(text) == {
        "ready": False,
        "collaborators": {
            "database": {"ok": True, "line": "answers"},
            "openagenda": {"ok": False, "line": "is out of order (503)"},
        },
    }
    world.health = {"database": (True, "answers")}
    assert (await front.get("/readyz"))[0] == 200


async def test_ready_neither_waits_for_ever_nor_tells_what_went_wrong_in_detail(front, world):
    world.failure = ValueError("marqueur")
    status, text, _ = await front.get("/readyz")
    assert status == 503
    assert "ValueError" in text
    assert "marqueur" not in text


class TestWithACollaboratorThatHangs:
    @pytest.fixture
    def options(self, options):
        async def hang():
            await asyncio.Event().wait()

        return dataclasses.replace(options, ready=hang)

    async def test_ready_answers_all_the_same(self, front):
        status, text, _ = await front.get("/readyz")
        assert status == 503
        assert "TimeoutError" in text


async def test_alive_and_the_figures(front):
    assert (await front.get("/healthz"))[:2] == (200, "alive\n")
    status, text, found = await front.get("/metrics")
    assert (status, text) == (200, "rdv_updates_total 1.0\n")
    assert found["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
