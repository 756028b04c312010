/* One message: drawn once, then changed in place so that neither the eye nor the focus loses it. */

import { button, element, icon, unseen } from "./dom.js";
import { inlineKeyboard } from "./keyboards.js";
import { hour, moment, say, size } from "./words.js";

/**
 * The element of a message. `context` knows the names of the two, the person's language, the text
 * of another message, and what to do when a button is tapped or a quotation followed.
 */
export function bubble(message, context) {
  const drawn = element("article", { className: "message", dataset: { testid: "message", messageId: message.id } });
  update(drawn, message, context);
  return drawn;
}

/** Brings an element made by `bubble` up to date with its message. */
export function update(drawn, message, context) {
  drawn.dataset.from = message.from;
  drawn.classList.toggle("has-keyboard", message.inline_keyboard.length > 0);
  const body = element("div", { className: "bubble" }, ...content(message, context), meta(message));
  const before = drawn.querySelector(".bubble");
  if (!before) drawn.append(body);
  else if (before.innerHTML !== body.innerHTML) swap(before, body);
  inlineKeyboard(drawn, message, context.onTap);
}

/** A link or a button in the old text may have had the focus: the conversation keeps it. */
function swap(before, body) {
  const hadFocus = before.contains(document.activeElement);
  before.replaceWith(body);
  if (hadFocus) body.closest(".log").focus();
}

function content(message, context) {
  return [
    speaker(message, context),
    message.reply_to && quotation(message.reply_to, context),
    message.photo && element("img", { className: "photo", src: message.photo.url, alt: say("photo") }),
    message.document && file(message.document),
    message.venue && place(message.venue),
    message.location && !message.venue && place(message.location),
    message.html && text(message, context),
  ];
}

function speaker(message, { bot, name }) {
  if (message.from === "service") return null;
  return unseen(message.from === "bot" ? say("speakerBot", { bot }) : say("speakerPerson", { name }));
}

function text(message, { language, onCommand }) {
  const shown = element("div", { className: "text", lang: language, dir: "auto", dataset: { testid: "text" } });
  shown.innerHTML = message.html; // made safe by the server, from text and entities
  for (const link of shown.querySelectorAll("a")) Object.assign(link, { target: "_blank", rel: "noopener noreferrer" });
  for (const time of shown.querySelectorAll("time")) time.title = moment(new Date(time.dateTime));
  for (const command of shown.querySelectorAll(".command")) command.replaceWith(commandButton(command, onCommand));
  for (const spoiler of shown.querySelectorAll(".spoiler")) hide(spoiler);
  return shown;
}

function commandButton({ textContent }, onCommand) {
  return button({ className: "command", on: { click: () => onCommand(textContent) } }, textContent);
}

/** Covers a part of a text until it is asked for. */
function hide(spoiler) {
  const show = () => {
    spoiler.classList.add("seen");
    spoiler.removeAttribute("role");
    spoiler.removeAttribute("aria-label");
  };
  spoiler.setAttribute("role", "button");
  spoiler.setAttribute("aria-label", say("spoiler"));
  spoiler.addEventListener("click", show);
  spoiler.addEventListener("keydown", (event) => event.key === "Enter" && show());
}

function quotation(id, context) {
  const quoted = context.textOf(id) || "…";
  const label = { label: say("inReplyTo", { text: quoted }) };
  return button({ className: "quotation", aria: label, on: { click: () => context.onFollow(id) } }, quoted);
}

function file({ name, size: bytes, url }) {
  const label = { label: say("download", { name, size: size(bytes) }) };
  return element(
    "a",
    { className: "file", href: url, download: name, aria: label, dataset: { testid: "document" } },
    icon("file"),
    element("span", {}, element("strong", {}, name), element("span", {}, size(bytes))),
  );
}

function place({ title, address, latitude, longitude }) {
  const href = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=15/${latitude}/${longitude}`;
  return element(
    "a",
    { className: "place", href, target: "_blank", rel: "noopener noreferrer", dataset: { testid: "place-card" } },
    element("span", { className: "map" }, icon("pin")),
    element("strong", {}, title ?? say("location")),
    element("span", {}, address ?? `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`),
    unseen(`${say("openMap")} ${say("newTab")}`),
  );
}

function meta(message) {
  if (message.from === "service") return null;
  const date = new Date(message.date);
  return element(
    "p",
    { className: "meta" },
    message.silent && icon("silent"),
    message.silent && unseen(say("silent")),
    message.edited && element("span", { className: "edited" }, say("edited")),
    element("time", { dateTime: message.date }, hour(date)),
  );
}
