/* The page: who is here, whose phones are in sight, the clock and the controls. */

import * as api from "./api.js";
import { prepareBar } from "./bar.js";
import { Chat } from "./chat.js";
import { askPerson, prepareDialogs } from "./dialogs.js";
import { button, element, fillWords, unseen } from "./dom.js";
import { attempt } from "./toast.js";
import { language, say } from "./words.js";

// Browsers keep six connections to one server: three phones listen, and leave room for a second tab.
const PHONES_AT_ONCE = 3;

const main = document.querySelector("main");
const pageToasts = document.querySelector(".page-toasts");
const tabs = document.querySelector(".people ul");
const phones = new Map();
const unread = new Map();
let people = [];
let recent = []; // ids, the current person's first
let bot = null;
let bar = null;

const current = () => recent[0];
const inSight = (id) => !document.hidden && phones.get(id)?.root.checkVisibility();

/** Makes one person the current one; the phones used longest ago make room. */
function choose(id) {
  recent = [id, ...recent.filter((other) => other !== id)];
  unread.delete(id);
  const kept = recent.slice(0, PHONES_AT_ONCE);
  for (const [other, phone] of phones) {
    if (kept.includes(other)) continue;
    phone.close();
    phone.root.remove();
    phones.delete(other);
  }
  for (const person of people) {
    if (kept.includes(person.id) && !phones.has(person.id)) place(person);
  }
  kept.forEach((other, rank) => (phones.get(other).root.dataset.rank = rank));
  drawTabs();
}

/** Puts a person's phone among the others, in the order of the tabs. */
function place(person) {
  const phone = new Chat(bot, person, { onArrival: noticeArrival, onClock: (now) => bar.setClock(now) });
  const after = people.slice(people.indexOf(person) + 1).find((other) => phones.has(other.id));
  phones.set(person.id, phone);
  main.insertBefore(phone.root, after ? phones.get(after.id).root : null);
  phone.root.addEventListener("focusin", () => current() !== person.id && choose(person.id));
  phone.root.addEventListener("pointerdown", () => current() !== person.id && choose(person.id));
}

function noticeArrival({ person }) {
  if (inSight(person.id)) return;
  unread.set(person.id, (unread.get(person.id) ?? 0) + 1);
  drawTabs();
}

function drawTabs() {
  for (const person of people) {
    const tab = tabs.querySelector(`[data-person-id="${person.id}"]`) ?? newTab(person);
    const count = unread.get(person.id);
    tab.setAttribute("aria-current", String(person.id === current()));
    tab.querySelector(".unread").replaceChildren(
      ...(count ? [element("span", { ariaHidden: "true" }, count), unseen(say("unread", { count }))] : []),
    );
  }
}

function newTab(person) {
  const properties = { className: "chip", dataset: { testid: "person", personId: person.id } };
  const tab = button(properties, person.first_name, element("span", { className: "unread" }));
  tab.addEventListener("click", () => {
    choose(person.id);
    tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  tabs.append(element("li", {}, tab));
  return tab;
}

function nobody() {
  const add = button({ className: "wide-button", on: { click: addPerson } }, say("addPerson"));
  return element("div", { className: "nobody" }, element("p", {}, say("nobody")), add);
}

async function addPerson() {
  const answer = await askPerson();
  await opened;
  const person = answer && (await attempt(pageToasts, () => api.addPerson(answer)));
  if (!person) return;
  people.push(person);
  main.querySelector(".nobody")?.remove();
  choose(person.id);
}

async function open() {
  document.documentElement.lang = language;
  fillWords(document);
  prepareDialogs();
  document.querySelector('[data-testid="add-person"]').addEventListener("click", addPerson); // before what may be slow
  bar = await prepareBar(pageToasts, current);
  [bot, people] = await Promise.all([api.bot(language), api.people()]);
  document.title = `${bot.name} · ${say("page")}`;
  recent = people.map((person) => person.id);
  if (people.length) choose(current());
  else main.append(nobody());
}

const opened = attempt(pageToasts, open);
