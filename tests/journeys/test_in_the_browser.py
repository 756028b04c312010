"""What a newcomer does after `make run`: a first contact, a push and its reminder, in a real Chromium."""

import datetime as dt
import os
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

from bot import playing
from bot.settings import Settings
from tests import browsers

pytestmark = [pytest.mark.browser, pytest.mark.long]
PHONE = {"width": 390, "height": 844}
PICTURES = os.environ.get("PICTURES")  # noqa: TID251 -- a folder: what is seen is kept there
NOON = dt.time(12)


class Phone:
    """One page, one person."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.log = page.get_by_test_id("log").first

    async def tap(self, label: str) -> None:
        """Touch the newest button under a message that bears this label."""
        await self.log.get_by_role("button", name=label).last.click()

    async def type(self, text: str) -> None:
        await self.page.get_by_test_id("composer").first.fill(text)
        await self.page.get_by_test_id("send").first.click()

    async def control(self, label: str) -> None:
        await self.page.get_by_test_id("control").filter(has_text=label).click()

    def last(self) -> Locator:
        return self.log.get_by_test_id("message").last

    async def reads(self, text: str) -> None:
        await expect(self.last()).to_contain_text(text, timeout=15_000)

    async def picture(self, name: str) -> None:
        """Keep a picture where somebody wants to look."""
        if PICTURES:
            await self.page.wait_for_timeout(400)
            await self.page.screenshot(path=Path(PICTURES) / f"{name}.png")


@pytest.fixture
async def phone(tmp_path):
    executable = browsers.chromium()
    environ = {"DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}", "PLAYGROUND_PORT": "0"}
    settings = Settings.read(environ, tmp_path / "none.env")
    async with async_playwright() as playwright, playing.playing(settings) as address:
        browser = await playwright.chromium.launch(executable_path=executable, args=browsers.ARGUMENTS)
        context = await browser.new_context(viewport=PHONE, timezone_id="Europe/Paris", locale="fr-FR")
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        await page.goto(address)
        yield Phone(page)
        await browser.close()
    assert not complaints


@pytest.mark.timeout(180)
async def test_a_first_contact_a_push_and_a_reminder(phone):
    await phone.page.get_by_test_id("start").first.click()
    await phone.reads("Bonjour. Je vous préviens")
    await phone.picture("1-bonjour")
    await phone.tap("Commencer")
    await phone.reads("1 sur 3. Où cherchez-vous ?")
    await phone.type("toulouse")
    await phone.reads("jusqu’à quelle distance")
    await phone.tap("30 km")
    await phone.reads("2 sur 3")
    await phone.picture("2-domaines")
    await phone.tap("Transport, logistique")
    await expect(phone.last().get_by_role("button", name="✓ Transport, logistique")).to_be_visible()
    await phone.tap("Valider")
    await phone.reads("3 sur 3. Quand pouvez-vous venir ?")
    await phone.tap("Le matin")
    await phone.reads("Choisi : le matin")
    await phone.picture("3-moments")
    await phone.tap("Valider")
    await phone.reads("C’est prêt.")
    await phone.reads("Avec ces choix")
    await phone.picture("4-pret")
    if await phone.page.evaluate("new Date().getHours()") not in range(8, 20):
        await _wait_for_the_day(phone)

    await phone.control("Publier un événement")
    await phone.reads("Job dating : un entrepôt recrute")
    await phone.reads("Pourquoi ce message")
    await phone.picture("5-alerte")
    await phone.tap("Me le rappeler")
    await phone.tap("La veille")
    await expect(phone.log.get_by_role("button", name="✓ La veille")).to_be_visible()
    await phone.picture("6-rappel")
    await phone.control("Au prochain rappel")
    reminder = phone.log.get_by_test_id("message").filter(has_text="Demain").last
    await expect(reminder).to_contain_text("un entrepôt recrute", timeout=15_000)
    await phone.picture("7-rappel-recu")

    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await phone.page.evaluate(overflow) <= 0


async def _wait_for_the_day(phone):
    """At night nothing is pushed: move the product's clock until it is day, hour by hour."""
    hour = await phone.page.evaluate("new Date().getHours()")
    for _ in range((8 - hour) % 24):
        await phone.control("+1 h")
        await phone.page.wait_for_timeout(300)
