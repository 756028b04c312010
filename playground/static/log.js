/* The conversation itself: its messages in order, and which of them are in sight. */

import { bubble, update } from "./bubble.js";
import { element } from "./dom.js";
import { day, say } from "./words.js";

const SETTLING_MS = 100;
const NEAR_END_PX = 48;

export class Log {
  /** `context` is what bubbles need to know (see bubble.js), save what the log itself can tell. */
  constructor(list, toEnd, context) {
    this.list = list;
    this.context = { ...context, textOf: (id) => this.text(id), onFollow: (id) => this.follow(id) };
    this.messages = new Map();
    this.atEnd = true;
    this.followScroll(toEnd);
  }

  get isEmpty() {
    return this.messages.size === 0;
  }

  /** Shows a conversation from its beginning. What is past is not news: it is not read out. */
  fill(messages) {
    this.list.setAttribute("aria-live", "off");
    this.keepFocus(this.list);
    this.messages.clear();
    this.list.replaceChildren();
    for (const message of messages) this.put(message);
    this.toEnd();
    setTimeout(() => this.list.setAttribute("aria-live", "polite"), SETTLING_MS);
  }

  /** Adds a message, or changes the one of its number; true if it is new. */
  put(message) {
    const drawn = this.drawn(message.id);
    this.messages.set(message.id, message);
    if (drawn) {
      const wasInSight = this.isLastInSight(drawn);
      update(drawn, message, this.context);
      if (wasInSight && drawn.offsetHeight < this.list.clientHeight) this.toEnd();
      return false;
    }
    const date = day(new Date(message.date));
    const days = this.list.querySelectorAll(".day");
    if ([...days].at(-1)?.textContent !== date) this.list.append(element("p", { className: "day" }, date));
    this.list.append(bubble(message, this.context));
    return true;
  }

  remove(id) {
    const drawn = this.drawn(id);
    if (!drawn) return;
    const before = drawn.previousElementSibling;
    if (before?.matches(".day") && !drawn.nextElementSibling?.matches(".message")) before.remove();
    this.keepFocus(drawn);
    drawn.remove();
    this.messages.delete(id);
  }

  drawn(id) {
    return this.list.querySelector(`[data-message-id="${id}"]`);
  }

  text(id) {
    return this.drawn(id)?.querySelector(".text")?.textContent ?? "";
  }

  /** The person's last text, as {id, text}, or null. */
  lastOwn() {
    const own = [...this.messages.values()].filter((message) => message.from === "person" && message.html);
    return own.length ? { id: own.at(-1).id, text: this.text(own.at(-1).id) } : null;
  }

  /** In the place of messages that are not there yet. */
  welcome(description, language) {
    const shown = this.list.querySelector(".welcome");
    if (!this.isEmpty) shown?.remove();
    if (!this.isEmpty || shown) return;
    this.list.replaceChildren(
      element(
        "div",
        { className: "welcome", dataset: { testid: "welcome" } },
        element("h3", {}, say("whatCanItDo")),
        element("p", { lang: language }, description),
      ),
    );
  }

  keepFocus(leaving) {
    if (leaving.contains(document.activeElement)) this.list.focus();
  }

  // -- where one looks

  followScroll(toEnd) {
    let lastTop = 0;
    this.list.addEventListener("scroll", () => {
      const { scrollTop: top, scrollHeight, clientHeight } = this.list;
      // Only going up leaves the end: a keyboard that opens, or a message that grows, does not.
      this.atEnd = scrollHeight - top - clientHeight < NEAR_END_PX || (this.atEnd && top >= lastTop);
      lastTop = top;
      toEnd.hidden = this.atEnd;
    });
    toEnd.addEventListener("click", () => {
      this.toEnd();
      this.list.focus();
    });
    this.list.addEventListener("load", () => this.stay(), true); // a photo takes its room late
    new ResizeObserver(() => this.stay()).observe(this.list);
  }

  toEnd() {
    this.atEnd = true;
    this.list.scrollTop = this.list.scrollHeight;
  }

  /** Whoever was reading the end goes on doing so. */
  stay() {
    if (this.atEnd) this.toEnd();
  }

  /** Shows a new message to whoever was reading the end; one longer than the screen, from its top. */
  reveal(id) {
    const drawn = this.drawn(id);
    if (!this.atEnd) return;
    if (drawn.offsetHeight < this.list.clientHeight) this.toEnd();
    else this.leaveEnd(drawn, "start");
  }

  /** The last message, of which at least the beginning or the end shows. */
  isLastInSight(drawn) {
    const { top } = drawn.getBoundingClientRect();
    return !drawn.nextElementSibling && top < this.list.getBoundingClientRect().bottom;
  }

  follow(id) {
    const drawn = this.drawn(id);
    if (drawn) this.leaveEnd(drawn, "center");
  }

  leaveEnd(drawn, block) {
    this.atEnd = false;
    drawn.scrollIntoView({ block });
  }
}
