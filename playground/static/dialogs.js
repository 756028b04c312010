/* The three dialogs: where am I, who is new here, and what the bot insists on. */

import * as api from "./api.js";
import { button, element, icon, walkWithArrows } from "./dom.js";
import { languageName, say } from "./words.js";

const LANGUAGES = ["fr", "en", "ar", "de", "es", "fa", "it", "pl", "ps", "pt", "ro", "ru", "tr", "uk", "zh"];
const TYPING_PAUSE_MS = 150;

const byId = (id) => document.getElementById(id);

function onClose(dialog) {
  return new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
}

/** Prepares the dialogs; called once, before any other of these. */
export function prepareDialogs() {
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.querySelector('button[value="close"]')?.addEventListener("click", () => dialog.close());
  }
  for (const code of LANGUAGES) {
    byId("language-code").append(element("option", { value: code }, languageName(code)));
  }
  walkWithArrows(byId("places").querySelector(".choices"));
}

/** Says what a bot wants read before anything else. */
export function insist(title, text) {
  const dialog = byId("alert");
  byId("alert-title").textContent = title;
  byId("alert-text").textContent = text;
  if (!dialog.open) dialog.showModal();
}

/** A new person's first name and language, or null. */
export async function askPerson() {
  const dialog = byId("new-person");
  const form = dialog.querySelector("form");
  let answer = null;
  form.reset();
  form.onsubmit = () => (answer = Object.fromEntries(new FormData(form)));
  dialog.showModal();
  await onClose(dialog);
  return answer;
}

/** The position of a commune that the person picks, or null. */
export async function askPlace() {
  const dialog = byId("places");
  const [search, list, status] = [byId("places-search"), dialog.querySelector(".choices"), dialog.querySelector(".hint")];
  let answer = null;
  const pick = ({ latitude, longitude }) => {
    answer = { latitude, longitude };
    dialog.close();
  };
  const show = (places) => {
    list.replaceChildren(...places.map((place) => placeChoice(place, pick)));
    status.textContent = foundWords(search.value, places.length);
  };
  search.value = "";
  search.oninput = lookup(search, show, () => (status.textContent = say("unreachable")));
  search.onkeydown = (event) => {
    if (event.key === "ArrowDown") list.querySelector("button")?.focus();
  };
  dialog.querySelector("form").onsubmit = (event) => {
    event.preventDefault();
    list.querySelector("button")?.click();
  };
  show([]);
  dialog.showModal();
  await onClose(dialog);
  return answer;
}

function placeChoice(place, pick) {
  const choice = { dataset: { testid: "place" }, on: { click: () => pick(place) } };
  return element("li", {}, button(choice, icon("pin"), place.name));
}

function foundWords(query, count) {
  if (!query.trim()) return say("placesHint");
  if (count === 0) return say("placesNone");
  return count === 1 ? say("placesOne") : say("placesFound", { count });
}

/** Looks up what is typed, once the typing pauses; an answer that comes too late is dropped. */
function lookup(search, show, onError) {
  let timer = null;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const query = search.value.trim();
      try {
        const places = query ? await api.places(query) : [];
        if (query === search.value.trim()) show(places);
      } catch {
        onError();
      }
    }, TYPING_PAUSE_MS);
  };
}
