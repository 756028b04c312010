/* The two keyboards a bot can show: under one of its messages, and in place of letters. */

import { button, element, icon, unseen } from "./dom.js";
import { say } from "./words.js";

const SIGNS = { url: "link", copy: "copy" };

/** Draws, changes or removes the keyboard under a message; buttons that stay keep the focus. */
export function inlineKeyboard(drawn, message, onTap) {
  const rows = message.inline_keyboard;
  const keyboard = drawn.querySelector(".inline-keyboard") ?? emptyKeyboard(drawn);
  const hadFocus = keyboard.contains(document.activeElement);
  rows.forEach((row, index) => {
    const line = keyboard.children[index] ?? keyboard.appendChild(element("div", { className: "keys-row" }));
    row.forEach((spec, column) => {
      const key = line.children[column] ?? line.appendChild(button({ className: "key" }));
      label(key, spec);
      key.onclick = () => onTap({ message_id: message.id, row: index, column }, spec, key);
    });
    shorten(line, row.length);
  });
  shorten(keyboard, rows.length);
  if (hadFocus && !keyboard.contains(document.activeElement)) (lastKey(keyboard) ?? drawn.closest(".log")).focus();
  if (rows.length === 0) keyboard.remove();
}

function emptyKeyboard(drawn) {
  const label = { label: say("inlineKeyboard") };
  const keyboard = element("div", { className: "inline-keyboard", role: "group", aria: label });
  drawn.append(keyboard);
  return keyboard;
}

function shorten(list, length) {
  while (list.children.length > length) list.lastChild.remove();
}

function lastKey(keyboard) {
  return [...keyboard.querySelectorAll("button")].at(-1);
}

function label(key, spec) {
  key.dataset.style = spec.style ?? "";
  const signature = `${spec.kind} ${spec.text}`;
  if (key.dataset.signature === signature) return;
  key.dataset.signature = signature;
  key.replaceChildren(
    element("span", {}, spec.text),
    ...(spec.kind === "url" ? [unseen(` ${say("newTab")}`)] : []),
    ...(SIGNS[spec.kind] ? [icon(SIGNS[spec.kind])] : []),
  );
}

/** The rows of a reply keyboard; `onPress` is given what was pressed. */
export function replyKeys(keyboard, onPress) {
  return keyboard.rows.map((row) =>
    element("div", { className: "keys-row" }, ...row.map((spec) => replyKey(spec, onPress))),
  );
}

function replyKey(spec, onPress) {
  const sign = spec.request_location ? icon("pin") : null;
  return button({ className: "key", on: { click: () => onPress(spec) } }, element("span", {}, spec.text), sign);
}
