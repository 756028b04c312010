/* Short words that come and go. */

import * as api from "./api.js";
import { button } from "./dom.js";
import { say } from "./words.js";

const SHORTEST_MS = 4000;
const READING_MS_PER_CHARACTER = 70;

/** Shows `text` in one of the page's toast regions; a click or a while takes it away. */
export function toast(region, text) {
  const shown = button({ className: "toast", dataset: { testid: "toast" } }, text);
  const leave = () => shown.remove();
  shown.addEventListener("click", leave);
  setTimeout(leave, Math.max(SHORTEST_MS, text.length * READING_MS_PER_CHARACTER));
  region.replaceChildren(shown);
}

/** Runs `work`; what the stand-in refuses is said in `region` instead of lost. */
export async function attempt(region, work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof api.PhoneError)) throw error;
    toast(region, error.message ? say("refused", { text: error.message }) : say("unreachable"));
    return null;
  }
}
