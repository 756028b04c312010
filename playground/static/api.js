/* The phone's side of the conversation with the stand-in. */

const ROOT = "/phone/api";
const RESTART_MS = 2000;

/** The stand-in refused, or can't be reached; its message can be shown to the developer. */
export class PhoneError extends Error {}

async function call(path, options) {
  let response;
  try {
    response = await fetch(ROOT + path, options);
  } catch {
    throw new PhoneError("");
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new PhoneError(answer?.error ?? answer?.description ?? `HTTP ${response.status}`);
  return answer;
}

function post(path, body = {}) {
  return call(path, {
    method: "POST",
    headers: { "content-type": "application/json", "X-Phone": "1" },
    body: JSON.stringify(body),
  });
}

export const bot = (language) => call(`/bot?language_code=${encodeURIComponent(language)}`);
export const people = () => call("/people");
export const addPerson = (person) => post("/people", person);
export const chat = (id) => call(`/people/${id}/chat`);
export const send = (id, content) => post(`/people/${id}/send`, content);
export const tap = (id, press) => post(`/people/${id}/tap`, press);
export const block = (id) => post(`/people/${id}/block`);
export const unblock = (id) => post(`/people/${id}/unblock`);
export const restart = (id) => post(`/people/${id}/restart`);
export const places = (query) => call(`/places?q=${encodeURIComponent(query)}`);
export const clock = () => call("/clock");
export const controls = (language) => call(`/controls?language_code=${encodeURIComponent(language)}`);
export const runControl = (control, person, language) =>
  post(`/controls/${control}`, { person_id: person, language_code: language });

/**
 * What happens on a person's phone, as it happens, until the returned function is called.
 * `onOpen` is called at each (new) connection: what came before must be asked for.
 */
export function listen(id, { onOpen, onEvent, onLost }) {
  const source = new EventSource(`${ROOT}/people/${id}/stream`);
  let restart = null;
  source.onopen = onOpen;
  source.onmessage = (event) => onEvent(JSON.parse(event.data));
  source.onerror = () => {
    onLost();
    // The browser tries again by itself, except when it was refused: the stand-in was restarted and has other people.
    if (source.readyState === EventSource.CLOSED) restart = setTimeout(() => location.reload(), RESTART_MS);
  };
  return () => {
    clearTimeout(restart);
    source.close();
  };
}
