"""The phone in the browser, driven in a real Chromium, against a small bot over HTTP."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from playground import options, server
from tests import browsers
from tests.playground import phone_stage as stage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

SPOTS = [options.Spot("Toulouse (31)", 43.6045, 1.444), options.Spot("Toulon (83)", 43.1242, 5.928)]


@pytest_asyncio.fixture(loop_scope="module")
async def phone_url() -> AsyncIterator[str]:
    """Address of a phone page behind which the bot lives."""
    moved = dt.timedelta()

    async def an_hour_later(chat_id: int, language: str) -> str:
        nonlocal moved
        moved += dt.timedelta(hours=1)
        return f"Une heure plus tard pour {chat_id}" if language == "fr" else f"An hour later for {chat_id}"

    start = dt.datetime(2031, 6, 12, 8, 30, tzinfo=dt.UTC)
    opened = options.Options(
        port=0,
        token=stage.TOKEN,
        bot_name="Perroquet",
        bot_username="perroquet_bot",
        clock=lambda: start + moved,
        search_places=lambda query: [spot for spot in SPOTS if spot.name.lower().startswith(query.lower())],
        controls=[options.Control({"fr": "+1 h", "en": "+1 hour"}, an_hour_later)],
    )
    async with server.running(opened) as playground, aiohttp.ClientSession() as session:
        playground.telegram.add_person("Léa", "fr")
        bot = stage.EchoBot(session, playground.url)
        await bot.introduce()
        async with asyncio.TaskGroup() as tasks:
            living = tasks.create_task(bot.live())
            yield f"{playground.url}/phone/"
            living.cancel()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    executable = browsers.chromium()
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=executable, args=browsers.ARGUMENTS)
        yield started
        await started.close()


# -- what a person does


async def test_an_empty_chat_shows_the_description_and_a_button_that_sends_start(browser, phone_url):
    async with stage.looking(browser, phone_url) as page:
        phone = stage.phone_of(page, "Léa")
        await expect(phone.get_by_test_id("welcome")).to_contain_text("Je répète ce que vous dites.")
        await expect(phone.get_by_test_id("composer")).to_be_hidden()
        await stage.start(phone)
        await expect(phone.locator('[data-from="person"]')).to_contain_text("/start")
        await expect(phone.get_by_test_id("composer")).to_be_focused()


async def test_a_conversation_needs_no_mouse(browser, phone_url):
    async with stage.looking(browser, phone_url) as page:
        phone = stage.phone_of(page, "Léa")
        await stage.reach(page, phone.get_by_test_id("start"))
        await page.keyboard.press("Enter")
        composer = phone.get_by_test_id("composer")
        await expect(composer).to_be_focused()
        await page.keyboard.type("une ligne")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("deux")
        await page.keyboard.press("Enter")
        await expect(phone.get_by_test_id("message").last).to_contain_text("Écho : une ligne\ndeux")
        await stage.reach(page, phone.get_by_role("button", name="Compter (0)"), key="Shift+Tab")
        await page.keyboard.press("Enter")
        await expect(phone.get_by_role("button", name="Compter (1)")).to_be_focused()


async def test_arrow_up_edits_the_last_message_and_escape_gives_up(browser, phone_url):
    async with stage.looking(browser, phone_url) as page:
        phone = stage.phone_of(page, "Léa")
        await stage.start(phone)
        await stage.say(phone, "bonjoru")
        await expect(phone.get_by_text("Écho : bonjoru")).to_be_visible()
        composer = phone.get_by_test_id("composer")
        await composer.press("ArrowUp")
        await expect(composer).to_have_value("bonjoru")
        await composer.press("Escape")
        await expect(composer).to_have_value("")
        await composer.press("ArrowUp")
        await stage.say(phone, "bonjour")
        own = phone.locator('[data-from="person"]').last
        await expect(own).to_contain_text("bonjour")
        await expect(own).to_contain_text("modifié")


async def test_commands_are_listed_filtered_and_completed(browser, phone_url):
    async with stage.looking(browser, phone_url) as page:
        phone = stage.phone_of(page, "Léa")
        await stage.start(phone)
        commands = phone.get_by_test_id("command")
        await phone.get_by_test_id("command-menu").click()
        await expect(commands).to_have_count(3)
        await page.keyboard.press("Escape")
        await expect(commands.first).to_be_hidden()
        await phone.get_by_test_id("composer").press_sequentially("/s")
        await expect(commands).to_have_count(2)
        await phone.get_by_test_id("composer").press_sequentially("to")
        await page.keyboard.press("Enter")
        await expect(phone.locator('[data-from="person"]').last).to_contain_text("/stop")


async def test_an_edit_changes_the_bubble_in_place(browser, phone_url):
    async with stage.looking(browser, phone_url) as page:
        phone = stage.phone_of(page, "Léa")
        await stage.start(phone)
        count = phone.get_by_role("button", name="Compter")
        bubble = phone.get_by_test_id("message").last
        number = await bubble.get_attribute("data-message-id")
        await count.focus()
        await count.press("Enter")
        await expect(bubble).to_contain_text("Compté 1 fois")
        assert await bubble.get_attribute("data-message-id") == number
        await expect(phone.get_by_role("button", name="Compter (1)")).to_be_focused()
        await expect(phone.get_by_test_id("message")).to_have_count(2)


async def test_an_edit_far_above_does_not_move_what_is_read(browser, phone_url):
    async with stage.looking(browser, phone_url) as page:
        phone = stage.phone_of(page, "Léa")
        await stage.start(phone)
        for number in range(8):
            await stage.say(phone, f"ligne {number}\n" * 4)
            await expect(phone.get_by_test_id("message")).to_have_count(4 + 2 * number)
        read = phone.get_by_test_id("message").nth(6)
        await read.evaluate("node => node.scrollIntoView({block: 'start'})")
        before = await read.bounding_box()
        await phone.get_by_role("button", name="Compter").evaluate("node => node.click()")
        await expect(phone.get_by_test_id("message").nth(1)).to_contain_text("Compté 1 fois")
        after = await read.bounding_box()
        assert abs(after["y"] - before["y"]) < 2


async def test_an_answer_is_a_toast_and_an_alert_is_a_dialog(browser, phone_url):
    async with stage.looking(browser, phone_url) as page:
        phone = stage.phone_of(page, "Léa")
        await stage.start(phone)
        await phone.get_by_role("button", name="Compter").click()
        await expect(phone.get_by_role("status").get_by_test_id("toast")).to_have_text("C’est compté")
        await phone.get_by_role("button", name="Insister").click()
        dialog = page.get_by_role("dialog", name="Perroquet à Léa")
        await expect(dialog).to_contain_text("À lire")
        await page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden()
        await expect(phone.get_by_role("button", name="Insister")).to_be_focused()


async def test_a_position_is_sent_by_picking_a_commune(browser, phone_url):
    async with stage.looking(browser, phone_url) as page:
        phone = stage.phone_of(page, "Léa")
        await stage.start(phone)
        await stage.say(phone, "clavier")
        await expect(phone.get_by_test_id("composer")).to_have_attribute("placeholder", "Une ville")
        await phone.get_by_role("button", name="Ma position").click()
        dialog = page.get_by_role("dialog", name="Envoyer une position")
        search = dialog.get_by_role("searchbox", name="Commune")
        await expect(search).to_be_focused()
        await search.press_sequentially("tou")
        await expect(dialog.get_by_role("status")).to_have_text("2 communes proposées")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("ArrowDown")
        await expect(dialog.get_by_role("button", name="Toulon (83)")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(dialog).to_be_hidden()
        await expect(phone.get_by_test_id("message").last).to_contain_text("Vu : 43.12")


async def test_a_key_of_the_bot_sends_its_text(browser, phone_url):
    async with stage.looking(browser, phone_url) as page:
        phone = stage.phone_of(page, "Léa")
        await stage.start(phone)
        await stage.say(phone, "une ligne\n" * 12)
        await stage.say(phone, "clavier")
        await expect(phone.get_by_text("Où ?")).to_be_in_viewport(ratio=1)
        await phone.get_by_test_id("reply-keyboard").get_by_role("button", name="Matin").click()
        await expect(phone.get_by_test_id("message").last).to_contain_text("Écho : Matin")
        await phone.get_by_test_id("keyboard-toggle").click()
        await expect(phone.get_by_test_id("reply-keyboard")).to_be_hidden()


async def test_things_can_be_attached(browser, phone_url):
    async with stage.looking(browser, phone_url) as page:
        phone = stage.phone_of(page, "Léa")
        await stage.start(phone)
        for kind in ("photo", "voice", "sticker", "document"):
            await phone.get_by_test_id("attach").click()
            await phone.get_by_test_id(f"attach-{kind}").click()
            await expect(phone.get_by_test_id("message").last).to_contain_text(f"Écho : {kind}")


async def test_a_deep_link_to_the_bot_starts_it_without_leaving(browser, phone_url):
    async with stage.looking(browser, phone_url) as page:
        phone = stage.phone_of(page, "Léa")
        await stage.start(phone)
        await phone.get_by_role("button", name="Lien profond").click()
        await expect(phone.get_by_test_id("message").last).to_contain_text("Écho : /start par-ici")


async def test_a_document_is_downloaded_under_its_name(browser, phone_url):
    async with stage.looking(browser, phone_url) as page:
        phone = stage.phone_of(page, "Léa")
        await stage.start(phone)
        await stage.say(phone, "fichier")
        async with page.expect_download() as waiting:
            await phone.get_by_role("link", name="Télécharger rencontre.ics").click()
        download = await waiting.value
        assert download.suggested_filename == "rencontre.ics"
        assert stage.read(await download.path()) == b"BEGIN:VCALENDAR"


async def test_what_a_person_types_is_never_markup(browser, phone_url):
    async with stage.looking(browser, phone_url) as page:
        phone = stage.phone_of(page, "Léa")
        await stage.start(phone)
        await stage.say(phone, "<img src=x onerror=alert(1)><b>gras</b>")
        await expect(phone.get_by_test_id("message").last).to_contain_text(
            "Écho : <img src=x onerror=alert(1)><b>gras</b>"
        )
        assert await phone.locator(".text img").count() == 0


async def test_a_blocked_bot_can_only_be_unblocked(browser, phone_url):
    async with stage.looking(browser, phone_url) as page:
        phone = stage.phone_of(page, "Léa")
        await stage.start(phone)
        await phone.get_by_test_id("more").click()
        await phone.get_by_test_id("block").click()
        await expect(phone.get_by_test_id("composer")).to_be_hidden()
        await expect(phone.get_by_test_id("status")).to_contain_text("bloqué")
        await phone.get_by_test_id("unblock").click()
        await stage.say(phone, "me revoilà")
        await expect(phone.get_by_test_id("message").last).to_contain_text("Écho : me revoilà")


async def test_two_people_are_side_by_side_and_keep_apart(browser, phone_url):
    async with stage.looking(browser, phone_url, width=1280, height=800) as page:
        await stage.add_person(page, "Oksana")
        one, other = stage.phone_of(page, "Léa"), stage.phone_of(page, "Oksana")
        await stage.start(one)
        await stage.start(other)
        await stage.say(other, "привіт")
        await expect(other.get_by_test_id("message").last).to_contain_text("Écho : привіт")
        await expect(one.get_by_test_id("message")).to_have_count(2)
        assert (await one.bounding_box())["x"] < (await other.bounding_box())["x"]


async def test_who_is_quicker_than_the_server_is_answered_too(browser, phone_url):
    async with stage.looking(browser, phone_url) as page:
        is_late = asyncio.Event()

        async def answer_late(route):
            await is_late.wait()
            await route.continue_()

        await page.route("**/api/people", answer_late)
        await page.reload()
        await page.get_by_test_id("add-person").click()
        await page.get_by_role("dialog", name="Ajouter une personne").wait_for()
        is_late.set()
        await stage.present(page, "Daryna")


async def test_on_a_narrow_screen_people_are_tabs_that_count_what_is_unread(browser, phone_url):
    async with stage.looking(browser, phone_url) as page:
        await stage.add_person(page, "Oksana")
        await expect(stage.phone_of(page, "Léa")).to_be_hidden()
        await stage.start(stage.phone_of(page, "Oksana"))
        await page.get_by_test_id("person").filter(has_text="Léa").click()
        await expect(stage.phone_of(page, "Léa")).to_be_visible()
        await expect(stage.phone_of(page, "Oksana")).to_be_hidden()
        tab = page.get_by_test_id("person").filter(has_text="Oksana")
        person_id = await tab.get_attribute("data-person-id")
        sent = await page.request.post(
            f"{phone_url}api/people/{person_id}/send", data={"text": "un"}, headers={"X-Phone": "1"}
        )
        assert sent.ok
        await expect(tab).to_contain_text("non lus : 1")
        await tab.click()
        await expect(tab).not_to_contain_text("non lus")


async def test_a_control_says_what_it_did_and_moves_the_clock(browser, phone_url):
    async with stage.looking(browser, phone_url) as page:
        await expect(page.get_by_test_id("clock")).to_contain_text("10:30, jeudi 12 juin")
        await page.get_by_test_id("control").filter(has_text="+1 h").click()
        await expect(page.get_by_test_id("toast")).to_contain_text("Une heure plus tard")
        await expect(page.get_by_test_id("clock")).to_contain_text("11:30, jeudi 12 juin")


async def test_the_conversation_survives_a_reload(browser, phone_url):
    async with stage.looking(browser, phone_url) as page:
        await stage.start(stage.phone_of(page, "Léa"))
        await page.reload()
        phone = stage.phone_of(page, "Léa")
        await expect(phone.get_by_test_id("message")).to_have_count(2)
        await stage.say(phone, "encore là")
        await expect(phone.get_by_test_id("message").last).to_contain_text("Écho : encore là")


# -- what a person sees and hears


async def test_a_screen_reader_hears_who_speaks_and_what_is_new(browser, phone_url):
    async with stage.looking(browser, phone_url) as page:
        phone = stage.phone_of(page, "Léa")
        await stage.start(phone)
        log = phone.get_by_role("log", name="Conversation de Léa avec Perroquet")
        await expect(log).to_have_attribute("aria-live", "polite")
        assert (await log.get_by_role("article").first.inner_text()).startswith("Léa :")
        assert (await log.get_by_role("article").last.inner_text()).startswith("Perroquet :")
        await expect(log.get_by_role("group", name="Boutons du message").get_by_role("button")).to_have_count(
            3
        )
        nameless = "nodes => nodes.filter((node) => !node.ariaLabel && !node.textContent.trim()).length"
        assert await page.locator("button, a").evaluate_all(nameless) == 0
        for control in await page.get_by_role("textbox").all():
            assert await control.get_attribute("aria-label")


@pytest.mark.parametrize("width", [360, 320])
async def test_nothing_scrolls_sideways(browser, phone_url, width):
    async with stage.looking(browser, phone_url, width=width, height=640) as page:
        phone = stage.phone_of(page, "Léa")
        await stage.start(phone)
        await stage.say(phone, "Donaudampfschifffahrtsgesellschaft" * 8)
        await stage.say(phone, "clavier")
        await expect(phone.get_by_test_id("reply-keyboard")).to_be_visible()
        assert await page.evaluate(stage.OVERFLOW) <= 0
        await page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert await page.evaluate(stage.OVERFLOW) <= 0
        assert await phone.get_by_test_id("log").evaluate("log => log.scrollWidth - log.clientWidth") <= 0


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_text_can_be_read_and_targets_can_be_hit(browser, phone_url, theme):
    async with stage.looking(browser, phone_url, color_scheme=theme, reduced_motion="reduce") as page:
        phone = stage.phone_of(page, "Léa")
        assert await page.evaluate(stage.FAINT_TEXTS) == []
        await stage.start(phone)
        await stage.say(phone, "fichier")
        await stage.say(phone, "clavier")
        await expect(phone.get_by_test_id("reply-keyboard")).to_be_visible()
        await phone.get_by_test_id("attach").click()
        assert await page.evaluate(stage.FAINT_TEXTS) == []
        assert await page.evaluate(stage.SMALL_TARGETS) == []


async def test_the_theme_follows_the_system_until_it_is_chosen(browser, phone_url):
    async with stage.looking(browser, phone_url, color_scheme="dark") as page:
        theme = page.get_by_role("button", name="Thème sombre")
        await expect(theme).to_have_attribute("aria-pressed", "true")
        dark = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        await theme.click()
        await expect(theme).to_have_attribute("aria-pressed", "false")
        assert await page.evaluate("getComputedStyle(document.body).backgroundColor") != dark
        await page.reload()
        await expect(theme).to_have_attribute("aria-pressed", "false")


async def test_the_page_speaks_english_when_the_browser_does_not_speak_french(browser, phone_url):
    async with stage.looking(browser, phone_url, locale="de-DE") as page:
        await expect(page.get_by_role("button", name="Start")).to_be_visible()
        await page.get_by_role("button", name="Français").click()
        await expect(page.get_by_role("button", name="Démarrer")).to_be_visible()
        assert await page.evaluate("document.documentElement.lang") == "fr"
