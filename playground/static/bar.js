/* The top of the page: the clock, the stand-in's controls, theme and language. */

import * as api from "./api.js";
import { button, element } from "./dom.js";
import { attempt, toast } from "./toast.js";
import { language, moment, say, switchLanguage } from "./words.js";

const TICK_MS = 1000;

/** Draws the bar; `current()` tells whose phone a control is for. Gives a way to set the clock. */
export async function prepareBar(toasts, current) {
  prepareTheme();
  prepareLanguage();
  const setClock = prepareClock();
  const showTime = async () => setClock((await api.clock()).now);
  await Promise.all([showTime(), drawControls(toasts, current, showTime)]);
  document.addEventListener("visibilitychange", () => document.hidden || attempt(toasts, showTime));
  return { setClock };
}

function prepareTheme() {
  const root = document.documentElement;
  const toggle = document.querySelector('[data-testid="theme"]');
  const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : systemIsDark.matches);
  const show = () => toggle.setAttribute("aria-pressed", String(isDark()));
  root.dataset.theme = localStorage.getItem("phone.theme") ?? "";
  toggle.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    localStorage.setItem("phone.theme", root.dataset.theme);
    show();
  });
  systemIsDark.addEventListener("change", show);
  show();
}

function prepareLanguage() {
  const toggle = document.querySelector('[data-testid="language"]');
  toggle.textContent = say("otherLanguageShort");
  toggle.lang = language === "fr" ? "en" : "fr";
  toggle.title = say("otherLanguage");
  toggle.setAttribute("aria-label", say("otherLanguage"));
  toggle.addEventListener("click", switchLanguage);
}

/** The stand-in's clock runs as fast as the real one, from wherever it was set. */
function prepareClock() {
  const face = document.querySelector('[data-testid="clock"]');
  let ahead = 0;
  const show = () => {
    const now = new Date(Date.now() + ahead);
    face.textContent = moment(now);
    face.dateTime = now.toISOString();
  };
  setInterval(show, TICK_MS);
  return (now) => {
    ahead = new Date(now) - Date.now();
    show();
  };
}

async function drawControls(toasts, current, showTime) {
  const list = document.querySelector(".controls ul");
  for (const { id, label } of await api.controls(language)) {
    const control = button({ className: "chip", dataset: { testid: "control", controlId: id } }, label);
    control.addEventListener("click", async () => {
      control.setAttribute("aria-busy", "true");
      const answer = await attempt(toasts, () => api.runControl(id, current(), language));
      if (answer?.text) toast(toasts, answer.text);
      await attempt(toasts, showTime);
      control.removeAttribute("aria-busy");
    });
    list.append(element("li", {}, control));
  }
}
