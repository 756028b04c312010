/* The few words in which the other files speak to the page. */

import { say } from "./words.js";

/** An element; `properties` are its own, except dataset, aria and on (a table of listeners). */
export function element(tag, properties = {}, ...children) {
  const { dataset = {}, aria = {}, on = {}, ...own } = properties;
  const made = Object.assign(document.createElement(tag), own);
  Object.assign(made.dataset, dataset);
  for (const [name, value] of Object.entries(aria)) made.setAttribute(`aria-${name}`, value);
  for (const [name, listener] of Object.entries(on)) made.addEventListener(name, listener);
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** A button, which never submits a form by accident. */
export function button(properties, ...children) {
  return element("button", { type: "button", ...properties }, ...children);
}

/** A decorative drawing of index.html. */
export function icon(name) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${name}`);
  drawing.setAttribute("aria-hidden", "true");
  drawing.append(use);
  return drawing;
}

/** Words for those who listen instead of looking. */
export function unseen(text) {
  return element("span", { className: "unseen" }, text);
}

/** Fills in every word that the markup under `root` asks for. */
export function fillWords(root) {
  for (const node of root.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  for (const node of root.querySelectorAll("[data-say-label]")) {
    node.setAttribute("aria-label", say(node.dataset.sayLabel));
  }
  for (const node of root.querySelectorAll("[data-say-title]")) node.title = say(node.dataset.sayTitle);
}

/** Moves the focus along a list of buttons with the arrows, Home and End. */
export function walkWithArrows(list) {
  list.addEventListener("keydown", (event) => {
    const stops = [...list.querySelectorAll("button")];
    const here = stops.indexOf(document.activeElement);
    const goal = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: stops.length - 1 }[event.key];
    if (here < 0 || goal === undefined) return;
    event.preventDefault();
    stops[(goal + stops.length) % stops.length].focus();
  });
}

/** A button that opens and closes a panel; Escape, and any click elsewhere, close it. */
export function disclosure(opener, panel, { onOpen = () => {} } = {}) {
  const toggle = (open) => {
    panel.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (open) onOpen();
  };
  const inside = (node) => panel.contains(node) || opener.contains(node);
  opener.addEventListener("click", () => toggle(panel.hidden));
  document.addEventListener("click", (event) => {
    if (!panel.hidden && !inside(event.target)) toggle(false);
  });
  for (const part of [opener, panel]) {
    part.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || panel.hidden) return;
      event.stopPropagation();
      toggle(false);
      opener.focus();
    });
  }
  return {
    close: () => {
      toggle(false);
      opener.focus();
    },
  };
}
