"""What the tests of the phone page stand on: a small bot, a browser's page, and measures of what it shows."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

TOKEN = "1:phone-page"

# What a person can read and not see: every text against the nearest opaque ground below it.
FAINT_TEXTS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => {
    const [r, g, b] = rgba(colour).slice(0, 3).map((v) => v / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    while (node && rgba(getComputedStyle(node).backgroundColor)[3] < 255) node = node.parentElement;
    return node ? getComputedStyle(node).backgroundColor : "white";
  };
  const faint = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    if (!own || !node.checkVisibility() || node.closest(".unseen, template")) continue;
    const [a, b] = [light(getComputedStyle(node).color), light(ground(node))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.push(`${node.textContent.trim().slice(0, 30)}: ${contrast.toFixed(2)}`);
  }
  return faint;
}"""

SMALL_TARGETS = """() => [...document.querySelectorAll("button, input, textarea, select, a.file, a.place")]
  .filter((node) => node.checkVisibility() && !node.matches(".command"))
  .map((node) => [node.getAttribute("aria-label") ?? node.textContent, node.getBoundingClientRect()])
  .filter(([, { width, height }]) => width < 44 || height < 44)
  .map(([name, { width, height }]) => `${name.trim()}: ${width} × ${height}`)"""

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class EchoBot:
    """Greets, counts, insists, offers keys, sends a file, and repeats whatever else it is told."""

    def __init__(self, session: aiohttp.ClientSession, root: str) -> None:
        self.session, self.root = session, root

    async def call(self, method: str, **parameters):
        async with self.session.post(f"{self.root}/bot{TOKEN}/{method}", json=parameters) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    async def introduce(self):
        await self.call("setMyDescription", description="Je répète ce que vous dites.")
        commands = {"start": "Recommencer", "stop": "Ne plus rien recevoir", "aide": "Que faire"}
        await self.call(
            "setMyCommands",
            commands=[{"command": name, "description": text} for name, text in commands.items()],
        )

    async def live(self):
        offset = 0
        while True:
            for update in await self.call("getUpdates", offset=offset, timeout=20):
                offset = update["update_id"] + 1
                await self.on_update(update)

    async def on_update(self, update):
        if "callback_query" in update:
            await self.on_press(update["callback_query"])
        elif "message" in update:
            await self.on_message(update["message"])

    async def on_message(self, message):
        chat_id, text = message["chat"]["id"], message.get("text", "")
        if text == "/start":
            await self.call(
                "sendMessage",
                chat_id=chat_id,
                text="<b>Bonjour</b>",
                parse_mode="HTML",
                reply_markup=keyboard(0),
            )
        elif text == "clavier":
            keys = [
                [{"text": "Ma position", "request_location": True}],
                [{"text": "Matin"}, {"text": "Soir"}],
            ]
            markup = {"keyboard": keys, "input_field_placeholder": "Une ville"}
            await self.call("sendMessage", chat_id=chat_id, text="Où ?", reply_markup=markup)
        elif text == "fichier":
            await self.send_file(chat_id)
        elif "location" in message:
            place = message["location"]
            await self.call("sendMessage", chat_id=chat_id, text=f"Vu : {place['latitude']:.2f}")
        else:
            kind = next((kind for kind in ("photo", "voice", "sticker", "document") if kind in message), None)
            await self.call("sendMessage", chat_id=chat_id, text=f"Écho : {kind or text}")

    async def send_file(self, chat_id):
        form = aiohttp.FormData()
        form.add_field("chat_id", str(chat_id))
        form.add_field("document", b"BEGIN:VCALENDAR", filename="rencontre.ics", content_type="text/calendar")
        async with self.session.post(f"{self.root}/bot{TOKEN}/sendDocument", data=form) as response:
            assert response.status == 200, await response.text()

    async def on_press(self, query):
        verb, _, count = query["data"].partition(":")
        place = {"chat_id": query["message"]["chat"]["id"], "message_id": query["message"]["message_id"]}
        if verb == "insist":
            await self.call(
                "answerCallbackQuery", callback_query_id=query["id"], text="À lire", show_alert=True
            )
            return
        counted = int(count) + 1
        await self.call(
            "editMessageText", **place, text=f"Compté {counted} fois", reply_markup=keyboard(counted)
        )
        await self.call("answerCallbackQuery", callback_query_id=query["id"], text="C’est compté")


def keyboard(count: int):
    rows = [
        [{"text": f"Compter ({count})", "callback_data": f"count:{count}", "style": "primary"}],
        [
            {"text": "Insister", "callback_data": "insist", "style": "danger"},
            {"text": "Lien profond", "url": "https://t.me/perroquet_bot?start=par-ici"},
        ],
    ]
    return {"inline_keyboard": rows}


@contextlib.asynccontextmanager
async def looking(browser: Browser, url: str, *, width=390, height=844, **wishes) -> AsyncIterator[Page]:
    """A page on the phone; whatever it logs, throws or asks of another server fails the test."""
    wishes = {"locale": "fr-FR", "timezone_id": "Europe/Paris", **wishes}
    context: BrowserContext = await browser.new_context(viewport={"width": width, "height": height}, **wishes)
    page = await context.new_page()
    page.set_default_timeout(10_000)
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda sent: sent.url.startswith(url[: url.index("/phone/")]) or complaints.append(sent.url),
    )
    await page.goto(url)
    yield page
    await context.close()
    assert complaints == []


def phone_of(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=f"Téléphone de {name}")


async def start(phone: Locator):
    await phone.get_by_test_id("start").click()
    await expect(phone.get_by_test_id("message").last).to_contain_text("Bonjour")


async def say(phone: Locator, text: str):
    await phone.get_by_test_id("composer").fill(text)
    await phone.get_by_test_id("composer").press("Enter")


async def reach(page: Page, goal: Locator, *, key="Tab"):
    """Press until the goal has the focus, and see that it shows."""
    for _ in range(40):
        await page.keyboard.press(key)
        if await goal.evaluate("node => node === document.activeElement"):
            outline = await goal.evaluate("node => getComputedStyle(node).outlineStyle")
            assert outline == "solid"
            return
    raise AssertionError(f"{goal} can't be reached with {key}")


def read(path: str) -> bytes:
    return Path(path).read_bytes()


async def add_person(page: Page, name: str):
    await page.get_by_test_id("add-person").click()
    await present(page, name)


async def present(page: Page, name: str):
    """Fill in who is new here."""
    dialog = page.get_by_role("dialog", name="Ajouter une personne")
    await dialog.get_by_label("Prénom").fill(name)
    await dialog.get_by_label("Langue").select_option("uk")
    await dialog.get_by_role("button", name="Ajouter").click()
    await expect(page.get_by_test_id("person").filter(has_text=name)).to_have_attribute(
        "aria-current", "true"
    )
