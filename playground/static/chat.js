/* One person's phone: the conversation, and what they can do with it. */

import * as api from "./api.js";
import { composer } from "./composer.js";
import { insist } from "./dialogs.js";
import { disclosure, fillWords } from "./dom.js";
import { Log } from "./log.js";
import { attempt, toast } from "./toast.js";
import { say } from "./words.js";

const TYPING_MS = 5000;
const OPENABLE = ["http:", "https:", "tg:", "mailto:", "tel:"];

export class Chat {
  /** `onArrival` is called for each new message of the bot, `onClock` when the stand-in's clock was moved. */
  constructor(bot, person, { onArrival, onClock }) {
    Object.assign(this, { bot, person, onArrival, onClock });
    this.names = { name: person.first_name, bot: bot.name };
    this.waiting = [];
    this.root = document.getElementById("phone").content.cloneNode(true).firstElementChild;
    this.foot = this.root.querySelector(".foot");
    this.toasts = this.root.querySelector(".toasts");
    this.form = this.root.querySelector("form");
    this.dress();
    this.log = new Log(this.root.querySelector(".log"), this.part("to-end"), {
      ...this.names,
      language: person.language_code,
      onCommand: (text) => this.send({ text }),
      onTap: (press, key, pressed) => this.tap(press, key, pressed),
    });
    this.composer = composer(this.form, {
      send: (content) => this.send(content),
      lastOwn: () => this.log.lastOwn(),
    });
    this.hearButtons();
    this.close = api.listen(person.id, {
      onOpen: () => this.load(),
      onEvent: (event) => this.on(event),
      onLost: () => this.setStatus(say("lost")),
    });
  }

  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  dress() {
    fillWords(this.root);
    this.root.dataset.personId = this.person.id;
    this.root.setAttribute("aria-label", say("phoneOf", this.names));
    this.root.querySelector(".log").setAttribute("aria-label", say("logOf", this.names));
    this.root.querySelector("h2").textContent = this.bot.name;
    this.root.querySelector(".avatar").textContent = [...this.bot.name][0];
  }

  // -- what the person does

  attempt(work) {
    return attempt(this.toasts, work);
  }

  send(content) {
    return this.attempt(() => api.send(this.person.id, content));
  }

  hearButtons() {
    const more = disclosure(this.part("more"), this.part("more-menu"));
    const press = (name, act) =>
      this.part(name).addEventListener("click", () => {
        if (this.part("more-menu").contains(this.part(name))) more.close();
        act(this.person.id);
      });
    press("block", () => this.block(!this.blocked));
    press("unblock", () => this.block(false));
    press("restart", (id) => this.attempt(() => api.restart(id)));
    press("start", () => this.send({ text: "/start" }));
  }

  block(blocked) {
    const change = blocked ? api.block : api.unblock;
    return this.attempt(() => change(this.person.id).then(() => this.setBlocked(blocked)));
  }

  async tap(press, key, pressed) {
    if (key.kind === "url") this.open(key.url);
    if (key.kind === "copy") await this.copy(key.copy_text);
    pressed.setAttribute("aria-busy", "true");
    await this.attempt(() => api.tap(this.person.id, press));
    pressed.removeAttribute("aria-busy");
  }

  /** A deep link to this very bot starts it; any other link leaves for a new tab. */
  open(address) {
    const url = URL.canParse(address) ? new URL(address) : null;
    const payload = url?.searchParams.get("start");
    const isOwn = url?.hostname === "t.me" && url.pathname.toLowerCase() === `/${this.bot.username.toLowerCase()}`;
    if (isOwn && payload) this.send({ text: `/start ${payload}` });
    else if (OPENABLE.includes(url?.protocol)) window.open(address, "_blank", "noopener,noreferrer");
  }

  /** Where the browser does not let us copy, the text is at least shown. */
  async copy(text) {
    const copied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    toast(this.toasts, copied ? say("copied") : text);
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
    this.log.fill(chat.messages);
    this.composer.showKeyboard(chat.reply_keyboard);
    this.showCommands(chat.commands);
    this.setBlocked(chat.blocked);
    for (const event of this.waiting.splice(0)) this.on(event);
  }

  on(event) {
    if (this.loading) this.waiting.push(event);
    else if (event.type === "message") this.onMessage(event.message);
    else if (event.type === "edit") this.onEdit(event.message);
    else if (event.type === "delete") this.onDelete(event.id);
    else if (event.type === "toast") this.onToast(event);
    else if (event.type === "keyboard") this.composer.showKeyboard(event.reply_keyboard);
    else if (event.type === "typing") this.showTyping();
    else if (event.type === "state") this.setBlocked(event.blocked);
    else if (event.type === "clock") this.onClock(event.now);
  }

  onMessage(message) {
    const isNew = this.log.put(message);
    this.refreshFoot();
    if (message.from === "person") this.log.toEnd();
    else if (isNew) this.log.reveal(message.id);
    if (!this.hasCommands) this.askCommands();
    if (message.from !== "bot") return;
    this.setStatus();
    if (isNew) this.onArrival(this);
  }

  onEdit(message) {
    this.log.put(message);
    this.log.stay();
  }

  onDelete(id) {
    this.log.remove(id);
    this.refreshFoot();
  }

  onToast({ text, alert }) {
    if (alert) insist(say("alertTitle", this.names), text);
    else if (text) toast(this.toasts, text);
  }

  // -- what is shown around the conversation

  showCommands(commands) {
    this.hasCommands = commands.length > 0;
    this.composer.showCommands(commands);
  }

  /** A bot may have said what it can do after this page was opened. */
  async askCommands() {
    const chat = await this.attempt(() => api.chat(this.person.id));
    if (chat) this.showCommands(chat.commands);
  }

  setBlocked(blocked) {
    this.blocked = blocked;
    this.part("block").textContent = say(blocked ? "unblock" : "block");
    this.setStatus();
    this.refreshFoot();
  }

  /** Below the conversation: a button to begin, one to unblock, or the place to write. */
  refreshFoot() {
    const focused = () => this.foot.contains(document.activeElement) && document.activeElement.checkVisibility();
    const hadFocus = focused();
    this.part("unblock").hidden = !this.blocked;
    this.part("start").hidden = this.blocked || !this.log.isEmpty;
    this.form.hidden = this.blocked || this.log.isEmpty;
    if (hadFocus && !focused()) this.focusFoot();
    this.log.welcome(this.bot.description || this.bot.short_description || this.bot.name, this.person.language_code);
  }

  focusFoot() {
    if (this.form.hidden) this.part(this.blocked ? "unblock" : "start").focus();
    else this.composer.focus();
  }

  setStatus(text) {
    clearTimeout(this.typing);
    const usual = this.blocked ? "blockedStatus" : "robot";
    this.root.querySelector(".phone-status").textContent = text ?? say(usual, this.names);
  }

  showTyping() {
    this.setStatus(say("typing"));
    this.typing = setTimeout(() => this.setStatus(), TYPING_MS);
  }
}
