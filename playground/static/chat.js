/* One person's phone: the conversation, and what they can do with it. */

import * as api from "./api.js";
import { bubble, update } from "./bubble.js";
import { composer } from "./composer.js";
import { insist } from "./dialogs.js";
import { disclosure, element, fillWords } from "./dom.js";
import { attempt, toast } from "./toast.js";
import { day, say } from "./words.js";

const TYPING_MS = 5000;
const NEAR_END_PX = 48;
const OPENABLE = ["http:", "https:", "tg:", "mailto:", "tel:"];

export class Chat {
  /** `onArrival` is called for each new message of the bot, `onClock` when the stand-in's clock was moved. */
  constructor(bot, person, { onArrival, onClock }) {
    Object.assign(this, { bot, person, onArrival, onClock });
    this.messages = new Map();
    this.waiting = [];
    this.atEnd = true;
    this.root = document.getElementById("phone").content.cloneNode(true).firstElementChild;
    fillWords(this.root);
    this.log = this.root.querySelector(".log");
    this.foot = this.root.querySelector(".foot");
    this.toasts = this.root.querySelector(".toasts");
    this.form = this.root.querySelector("form");
    this.dress();
    this.composer = composer(this.form, {
      send: (content) => this.attempt(() => api.send(person.id, content)),
      lastOwn: () => this.lastOwn(),
    });
    this.hearButtons();
    this.followScroll();
    this.close = api.listen(person.id, {
      onOpen: () => this.load(),
      onEvent: (event) => this.on(event),
      onLost: () => this.setStatus(say("lost")),
    });
  }

  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  attempt(work) {
    return attempt(this.toasts, work);
  }

  dress() {
    const names = { name: this.person.first_name, bot: this.bot.name };
    this.root.dataset.personId = this.person.id;
    this.root.setAttribute("aria-label", say("phoneOf", names));
    this.log.setAttribute("aria-label", say("logOf", names));
    this.root.querySelector("h2").textContent = this.bot.name;
    this.root.querySelector(".avatar").textContent = [...this.bot.name][0];
    this.context = {
      ...names,
      language: this.person.language_code,
      textOf: (id) => this.drawnText(id),
      onFollow: (id) => this.drawn(id)?.scrollIntoView({ block: "center" }),
      onCommand: (text) => this.attempt(() => api.send(this.person.id, { text })),
      onTap: (press, key, pressed) => this.tap(press, key, pressed),
    };
  }

  hearButtons() {
    const more = disclosure(this.part("more"), this.part("more-menu"));
    const press = (name, act) =>
      this.part(name).addEventListener("click", () => {
        if (this.part("more-menu").contains(this.part(name))) more.close();
        this.attempt(() => act(this.person.id));
      });
    press("block", (id) => (this.blocked ? this.unblock(id) : this.block(id)));
    press("unblock", (id) => this.unblock(id));
    press("restart", (id) => api.restart(id).then(() => this.load()));
    press("start", (id) => api.send(id, { text: "/start" }));
  }

  block(id) {
    return api.block(id).then(() => this.setBlocked(true));
  }

  unblock(id) {
    return api.unblock(id).then(() => this.setBlocked(false));
  }

  // -- what the stand-in says

  /** Asks for the conversation; what happens meanwhile waits, and is applied on top of it. */
  async load() {
    this.waiting = [];
    this.loading = true;
    const { id, language_code: language } = this.person;
    const answers = await this.attempt(() => Promise.all([api.bot(language), api.chat(id)]));
    this.loading = false;
    if (!answers) return;
    const [bot, chat] = answers;
    this.bot = bot;
    this.log.setAttribute("aria-busy", "true"); // the past is not news
    this.messages.clear();
    if (this.log.contains(document.activeElement)) this.log.focus();
    this.log.replaceChildren();
    for (const message of chat.messages) this.put(message);
    this.composer.showKeyboard(chat.reply_keyboard);
    this.showCommands(chat.commands);
    this.setBlocked(chat.blocked);
    this.toEnd();
    this.log.setAttribute("aria-busy", "false");
    for (const event of this.waiting.splice(0)) this.on(event);
  }

  on(event) {
    if (this.loading) this.waiting.push(event);
    else this[{ message: "onMessage", edit: "onEdit", delete: "onDelete", toast: "onToast" }[event.type] ?? "onOther"](event);
  }

  onMessage({ message }) {
    const isNew = !this.messages.has(message.id);
    this.put(message);
    this.refreshFoot();
    if (message.from === "bot") this.setStatus();
    if (isNew && message.from === "bot") this.onArrival(this);
    if (!this.hasCommands) this.askCommands();
    if (message.from === "person") this.toEnd();
    else if (isNew && this.atEnd) this.reveal(this.drawn(message.id));
  }

  showCommands(commands) {
    this.hasCommands = commands.length > 0;
    this.composer.showCommands(commands);
  }

  /** A bot may have said what it can do after this page was opened. */
  async askCommands() {
    const chat = await this.attempt(() => api.chat(this.person.id));
    if (chat) this.showCommands(chat.commands);
  }

  onEdit({ message }) {
    this.put(message);
    if (this.atEnd) this.toEnd();
  }

  onDelete({ id }) {
    const drawn = this.drawn(id);
    if (drawn?.previousElementSibling?.matches(".day") && !drawn.nextElementSibling?.matches(".message")) {
      drawn.previousElementSibling.remove();
    }
    if (drawn?.contains(document.activeElement)) this.log.focus();
    drawn?.remove();
    this.messages.delete(id);
    this.refreshFoot();
  }

  onToast({ text, alert }) {
    if (alert) insist(say("alertTitle", this.context), text);
    else if (text) toast(this.toasts, text);
  }

  onOther(event) {
    if (event.type === "keyboard") this.composer.showKeyboard(event.reply_keyboard);
    else if (event.type === "typing") this.showTyping();
    else if (event.type === "state") this.setBlocked(event.blocked);
    else if (event.type === "clock") this.onClock(event.now);
  }

  // -- what is shown

  drawn(id) {
    return this.log.querySelector(`[data-message-id="${id}"]`);
  }

  drawnText(id) {
    return this.drawn(id)?.querySelector(".text")?.textContent ?? "";
  }

  put(message) {
    const drawn = this.drawn(message.id);
    this.messages.set(message.id, message);
    if (drawn) return update(drawn, message, this.context);
    const today = day(new Date(message.date));
    const days = this.log.querySelectorAll(".day");
    if ([...days].at(-1)?.textContent !== today) this.log.append(element("p", { className: "day" }, today));
    this.log.append(bubble(message, this.context));
  }

  lastOwn() {
    const own = [...this.messages.values()].filter((message) => message.from === "person" && message.html);
    return own.length ? { id: own.at(-1).id, text: this.drawnText(own.at(-1).id) } : null;
  }

  setBlocked(blocked) {
    this.blocked = blocked;
    this.part("block").textContent = say(blocked ? "unblock" : "block");
    this.setStatus();
    this.refreshFoot();
  }

  /** Below the conversation: a button to begin, one to unblock, or the place to write. */
  refreshFoot() {
    const empty = this.messages.size === 0;
    const hadFocus = this.foot.contains(document.activeElement);
    this.part("unblock").hidden = !this.blocked;
    this.part("start").hidden = this.blocked || !empty;
    this.form.hidden = this.blocked || empty;
    if (hadFocus && !(this.foot.contains(document.activeElement) && document.activeElement.checkVisibility())) this.focusFoot();
    const welcome = this.log.querySelector(".welcome");
    if (!empty) welcome?.remove();
    else if (!welcome) this.log.replaceChildren(this.welcome());
  }

  focusFoot() {
    if (this.form.hidden) this.part(this.blocked ? "unblock" : "start").focus();
    else this.composer.focus();
  }

  welcome() {
    const { description } = this.bot;
    return element(
      "div",
      { className: "welcome", dataset: { testid: "welcome" } },
      element("h3", {}, say("whatCanItDo")),
      element("p", { lang: this.person.language_code }, description || this.bot.short_description || this.bot.name),
    );
  }

  setStatus(text) {
    clearTimeout(this.typing);
    const usual = this.blocked ? "blockedStatus" : "robot";
    this.root.querySelector(".phone-status").textContent = text ?? say(usual, this.context);
  }

  showTyping() {
    this.setStatus(say("typing"));
    this.typing = setTimeout(() => this.setStatus(), TYPING_MS);
  }

  // -- where one looks

  followScroll() {
    const look = () => {
      this.atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_END_PX;
      this.part("to-end").hidden = this.atEnd;
    };
    this.log.addEventListener("scroll", look);
    this.part("to-end").addEventListener("click", () => (this.toEnd(), this.log.focus()));
    this.log.addEventListener("load", () => this.atEnd && this.toEnd(), true); // a photo takes its room late
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(this.log);
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  /** A message longer than the screen is read from its top. */
  reveal(drawn) {
    if (drawn.offsetHeight < this.log.clientHeight) this.toEnd();
    else drawn.scrollIntoView({ block: "start" });
  }

  // -- what the person does

  async tap(press, key, pressed) {
    if (key.kind === "url" && OPENABLE.includes(new URL(key.url, location.href).protocol)) {
      window.open(key.url, "_blank", "noopener,noreferrer");
    }
    if (key.kind === "copy") {
      await navigator.clipboard.writeText(key.copy_text);
      toast(this.toasts, say("copied"));
    }
    pressed.setAttribute("aria-busy", "true");
    await this.attempt(() => api.tap(this.person.id, press));
    pressed.removeAttribute("aria-busy");
  }
}
