/* Where a person writes, attaches, picks a command, and presses the bot's own keys. */

import { askPlace } from "./dialogs.js";
import { button, disclosure, element, icon } from "./dom.js";
import { commandList } from "./commands.js";
import { replyKeys } from "./keyboards.js";
import { say } from "./words.js";

const ATTACHMENTS = { location: "pin", photo: "photo", voice: "voice", sticker: "sticker", document: "file" };

/**
 * Brings the form of a phone to life. `send(content)` resolves to null when it was refused;
 * `lastOwn()` gives the person's last text as {id, text}, or null.
 */
export function composer(form, { send, lastOwn }) {
  const part = (name) => form.querySelector(`[data-part="${name}"]`);
  const field = form.querySelector("textarea");
  const [keys, showKeys, editingBanner] = [part("keys"), part("show-keys"), part("editing")];
  let keyboard = null;
  let editing = null;

  const commands = commandList({
    field,
    opener: part("list-commands"),
    list: part("commands"),
    count: part("command-count"),
    onPick: (command) => (edit(null), submit(`/${command}`)),
  });

  function grow() {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  }

  function write(text) {
    field.value = text;
    grow();
    commands.filter();
  }

  function edit(message) {
    editing = message;
    editingBanner.hidden = !message;
    editingBanner.querySelector("span").textContent = message?.text ?? "";
    write(message?.text ?? "");
    field.focus();
  }

  async function submit(text) {
    if (!text.trim()) return;
    const content = editing ? { edit: { message_id: editing.id, text } } : { text };
    edit(null);
    if ((await send(content)) === null && !field.value) write(text);
  }

  async function press(key) {
    if (keyboard?.one_time) foldKeys(true);
    if (key.request_location) await sendPlace();
    else await send({ text: key.text });
    if (!form.contains(document.activeElement)) field.focus();
  }

  async function sendPlace() {
    const location = await askPlace();
    if (location) await send({ location });
  }

  function foldKeys(folded) {
    keys.hidden = folded;
    showKeys.setAttribute("aria-expanded", String(!folded));
  }

  function showKeyboard(shown) {
    const hadFocus = keys.contains(document.activeElement);
    keyboard = shown;
    keys.replaceChildren(...(shown ? replyKeys(shown, press) : []));
    showKeys.hidden = !shown;
    foldKeys(!shown);
    field.placeholder = shown?.placeholder || say("message");
    if (hadFocus) field.focus();
  }

  const attachments = disclosure(part("attach"), part("attachments"), {
    onOpen: () => part("attachments").querySelector("button").focus(),
  });
  part("attachments").append(
    ...Object.entries(ATTACHMENTS).map(([kind, sign]) => {
      const choose = async () => {
        attachments.close();
        await (kind === "location" ? sendPlace() : send({ [kind]: true }));
      };
      const choice = { dataset: { testid: `attach-${kind}` }, on: { click: choose } };
      return element("li", {}, button(choice, icon(sign), say(kind)));
    }),
  );

  showKeys.addEventListener("click", () => foldKeys(!keys.hidden));
  part("stop-editing").addEventListener("click", () => edit(null));
  field.addEventListener("input", () => (grow(), commands.filter()));
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit(commands.completed(field.value));
    } else if (event.key === "ArrowUp" && !field.value && lastOwn()) {
      event.preventDefault();
      edit(lastOwn());
    } else if (event.key === "Escape" && editing) {
      edit(null);
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(field.value);
  });

  return { showKeyboard, showCommands: commands.show, focus: () => field.focus() };
}
