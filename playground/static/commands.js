/* The bot's commands: all of them behind the "/" button, those that fit while one is typed. */

import { button, element, walkWithArrows } from "./dom.js";
import { say } from "./words.js";

const BEGUN = /^\/(\w*)$/;

/** Ties the list, its button and the field together; `onPick` is given the name of a command. */
export function commandList({ field, opener, list, count, onPick }) {
  let commands = [];
  let listed = [];

  function open(shown) {
    listed = shown;
    list.replaceChildren(...shown.map(choice));
    list.hidden = shown.length === 0;
    opener.setAttribute("aria-expanded", String(!list.hidden));
    count.textContent = list.hidden ? "" : say("commandCount", { count: shown.length });
  }

  function choice({ command, description }) {
    const pick = { dataset: { testid: "command" }, on: { click: () => (open([]), onPick(command)) } };
    return element("li", {}, button(pick, element("strong", {}, `/${command}`), element("span", {}, description)));
  }

  function fitting(text) {
    const begun = BEGUN.exec(text)?.[1].toLowerCase();
    return begun === undefined ? [] : commands.filter(({ command }) => command.startsWith(begun));
  }

  function exactly(text) {
    return listed.find(({ command }) => `/${command}` === text)?.command;
  }

  function closeOnEscape(event) {
    if (event.key !== "Escape" || list.hidden) return;
    event.stopImmediatePropagation();
    open([]);
    field.focus();
  }

  opener.addEventListener("click", () => {
    const wasOpen = !list.hidden;
    open(wasOpen ? [] : commands);
    list.querySelector("button")?.focus();
  });
  field.addEventListener("keydown", (event) => {
    const goal = { ArrowDown: 0, ArrowUp: -1 }[event.key];
    if (goal === undefined || list.hidden) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    [...list.querySelectorAll("button")].at(goal).focus();
  });
  for (const part of [field, list, opener]) part.addEventListener("keydown", closeOnEscape);
  document.addEventListener("click", (event) => {
    if (!list.hidden && ![field, list, opener].some((part) => part.contains(event.target))) open([]);
  });
  walkWithArrows(list);

  return {
    show: (all) => {
      commands = all;
      opener.hidden = all.length === 0;
    },
    filter: () => open(fitting(field.value)),
    /** What Enter sends: a command begun is completed to the first that fits, as Telegram does. */
    completed: (text) => (list.hidden || !BEGUN.test(text) ? text : `/${exactly(text) ?? listed[0].command}`),
  };
}
