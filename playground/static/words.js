/* What the page itself says, in French and English. The bot's words are the bot's. */

const FRENCH = {
  page: "Téléphone d’essai",
  people: "Personnes",
  addPerson: "Ajouter une personne",
  nobody: "Personne n’a encore de téléphone ici.",
  controls: "Horloge et commandes",
  clock: "Il est",
  dark: "Thème sombre",
  otherLanguage: "English",
  otherLanguageShort: "EN",
  phoneOf: "Téléphone de {name}",
  logOf: "Conversation de {name} avec {bot}",
  robot: "robot · vu par {name}",
  typing: "écrit…",
  lost: "connexion perdue, nouvel essai…",
  blockedStatus: "bloqué par {name}",
  more: "Autres actions",
  block: "Bloquer le robot",
  unblock: "Débloquer le robot",
  restart: "Relancer le robot (/start)",
  start: "Démarrer",
  toEnd: "Aller au dernier message",
  whatCanItDo: "Que peut faire ce robot ?",
  message: "Message",
  send: "Envoyer",
  commands: "Commandes",
  commandCount: "{count} commandes",
  attach: "Joindre",
  location: "Position",
  photo: "Photo",
  voice: "Message vocal",
  sticker: "Autocollant",
  document: "Document",
  keyboard: "Clavier du robot",
  editing: "Modifier le message",
  stopEditing: "Ne plus modifier",
  speakerBot: "{bot} :",
  speakerPerson: "{name} :",
  edited: "modifié",
  silent: "sans son",
  inReplyTo: "En réponse à : {text}",
  inlineKeyboard: "Boutons du message",
  newTab: "(nouvel onglet)",
  copied: "Copié",
  download: "Télécharger {name}, {size}",
  openMap: "Ouvrir la carte",
  spoiler: "Texte caché, à découvrir",
  unread: "non lus : {count}",
  whereAreYou: "Envoyer une position",
  commune: "Commune",
  placesHint: "Écrivez le nom d’une commune, puis choisissez-la.",
  placesFound: "{count} communes proposées",
  placesOne: "1 commune proposée",
  placesNone: "Aucune commune de ce nom. Essayez les premières lettres.",
  firstName: "Prénom",
  personLanguage: "Langue de son application",
  add: "Ajouter",
  cancel: "Annuler",
  ok: "OK",
  alertTitle: "{bot} à {name}",
  unreachable: "Le serveur ne répond pas. Est-il encore en marche ?",
  refused: "Refusé : {text}",
};

const ENGLISH = {
  page: "Test phone",
  people: "People",
  addPerson: "Add a person",
  nobody: "Nobody has a phone here yet.",
  controls: "Clock and controls",
  clock: "The time is",
  dark: "Dark theme",
  otherLanguage: "Français",
  otherLanguageShort: "FR",
  phoneOf: "{name}’s phone",
  logOf: "{name}’s chat with {bot}",
  robot: "bot · seen by {name}",
  typing: "typing…",
  lost: "connection lost, trying again…",
  blockedStatus: "blocked by {name}",
  more: "More actions",
  block: "Block the bot",
  unblock: "Unblock the bot",
  restart: "Restart the bot (/start)",
  start: "Start",
  toEnd: "Go to the last message",
  whatCanItDo: "What can this bot do?",
  message: "Message",
  send: "Send",
  commands: "Commands",
  commandCount: "{count} commands",
  attach: "Attach",
  location: "Location",
  photo: "Photo",
  voice: "Voice message",
  sticker: "Sticker",
  document: "Document",
  keyboard: "Bot’s keyboard",
  editing: "Edit the message",
  stopEditing: "Stop editing",
  speakerBot: "{bot}:",
  speakerPerson: "{name}:",
  edited: "edited",
  silent: "no sound",
  inReplyTo: "In reply to: {text}",
  inlineKeyboard: "Buttons of the message",
  newTab: "(new tab)",
  copied: "Copied",
  download: "Download {name}, {size}",
  openMap: "Open the map",
  spoiler: "Hidden text, to be shown",
  unread: "{count} unread",
  whereAreYou: "Send a location",
  commune: "Town",
  placesHint: "Type the name of a town in France, then pick it.",
  placesFound: "{count} towns offered",
  placesOne: "1 town offered",
  placesNone: "No town of that name. Try its first letters.",
  firstName: "First name",
  personLanguage: "Language of their app",
  add: "Add",
  cancel: "Cancel",
  ok: "OK",
  alertTitle: "{bot} to {name}",
  unreachable: "The server does not answer. Is it still running?",
  refused: "Refused: {text}",
};

const CHOSEN = localStorage.getItem("phone.language") ?? (navigator.language.startsWith("fr") ? "fr" : "en");

/** The page's language: "fr" or "en". */
export const language = CHOSEN === "fr" ? "fr" : "en";

const WORDS = language === "fr" ? FRENCH : ENGLISH;
const LOCALE = language === "fr" ? "fr-FR" : "en-GB";
const HOUR = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(LOCALE, { weekday: "long", day: "numeric", month: "long" });

/** One of the page's sentences, its {blanks} filled. */
export function say(key, blanks = {}) {
  return WORDS[key].replace(/\{(\w+)\}/g, (_, name) => blanks[name]);
}

/** "12:34". */
export const hour = (date) => HOUR.format(date);

/** "jeudi 12 juin". */
export const day = (date) => DAY.format(date);

/** "12:34, jeudi 12 juin". */
export const moment = (date) => `${hour(date)}, ${day(date)}`;

/** "34 ko". */
export function size(bytes) {
  const unit = bytes < 1000 ? "byte" : bytes < 1e6 ? "kilobyte" : "megabyte";
  const value = bytes / { byte: 1, kilobyte: 1e3, megabyte: 1e6 }[unit];
  return new Intl.NumberFormat(LOCALE, { style: "unit", unit, maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
}

/** "français", in the page's language. */
export const languageName = (code) => new Intl.DisplayNames([LOCALE], { type: "language" }).of(code);

/** Turns the page to its other language. All that is shown comes from the server: loading again loses nothing. */
export function switchLanguage() {
  localStorage.setItem("phone.language", language === "fr" ? "en" : "fr");
  location.reload();
}
