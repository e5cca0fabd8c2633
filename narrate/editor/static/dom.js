// Builds elements. Text reaches the page as text nodes only; nothing here or elsewhere parses HTML.

const SVG = "http://www.w3.org/2000/svg";

// Characters that show nothing or change the order of what follows. They are shown by number instead.
const UNSEEN = new RegExp(
  "[\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F\\u061C\\u200B\\u200E\\u200F\\u202A-\\u202E\\u2060-\\u206F\\uFEFF\\uFFF9-\\uFFFB]" +
    "|[\\u{E0000}-\\u{E007F}]",
  "gu",
);

const ICONS = {
  play: "M7 4.5v15l12-7.5z",
  stop: "M6 6h12v12H6z",
  undo: "M9 7V3L2 9.5 9 16v-4.2c5 0 8.5 1.7 11 5.2-1-5.5-4-10-11-10z",
  redo: "M15 7V3l7 6.5-7 6.5v-4.2c-5 0-8.5 1.7-11 5.2 1-5.5 4-10 11-10z",
  up: "M12 7.5l7 7-1.6 1.6-5.4-5.4-5.4 5.4L5 14.5z",
  down: "M12 16.5l-7-7 1.6-1.6 5.4 5.4 5.4-5.4L19 9.5z",
  back: "M14.5 5l1.6 1.6-5.4 5.4 5.4 5.4-1.6 1.6-7-7z",
  check: "M9.5 17.6l-5.6-5.6 1.6-1.6 4 4 9-9 1.6 1.6z",
  close: "M6.4 5 5 6.4l5.6 5.6L5 17.6 6.4 19l5.6-5.6 5.6 5.6 1.4-1.4-5.6-5.6L19 6.4 17.6 5 12 10.6z",
  sun: "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10zm-1-6h2v4h-2zm0 18h2v4h-2zM1 11h4v2H1zm18 0h4v2h-4zM4.9 3.5l2.8 2.8-1.4 1.4-2.8-2.8zm12.8 12.8 2.8 2.8-1.4 1.4-2.8-2.8zM3.5 19.1l2.8-2.8 1.4 1.4-2.8 2.8zM16.3 6.3l2.8-2.8 1.4 1.4-2.8 2.8z",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z",
  halves: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 2v14a7 7 0 0 1 0-14z",
  help: "M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19zm1 15.5h-2v-2h2zm1.7-6.7-.9.9c-.6.7-.8 1.1-.8 2.3h-2v-.5c0-1 .3-1.9 1-2.6l1.2-1.2c.3-.3.5-.7.5-1.2a1.7 1.7 0 0 0-3.4 0h-2a3.7 3.7 0 0 1 7.4 0c0 .9-.4 1.7-1 2.3z",
  warning: "M12 3 1.5 21h21zm1 15h-2v-2h2zm0-4h-2v-4h2z",
};

/** An element with `properties` (attributes; `on` maps events to handlers, `vars` custom properties) and `children`. */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else if (name === "vars") for (const [key, set] of Object.entries(value)) node.style.setProperty(`--${key}`, set);
    else if (name === "value" || name === "checked" || name === "disabled" || name === "hidden") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg"),
    path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export function iconButton(name, label, act, properties = {}) {
  return el(
    "button",
    { type: "button", class: "icon", "aria-label": label, title: label, on: { click: act }, ...properties },
    icon(name),
  );
}

export function button(label, act, properties = {}) {
  return el("button", { type: "button", on: { click: act }, ...properties }, label);
}

/** `text` from an article, isolated from its surroundings, with unseen characters shown by their number. */
export function foreign(text, tag = "bdi", properties = {}) {
  const node = el(tag, { ...(tag === "bdi" ? {} : { dir: "auto" }), ...properties });
  let end = 0;
  for (const found of text.matchAll(UNSEEN)) {
    node.append(text.slice(end, found.index));
    const code = found[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    node.append(el("span", { class: "unseen", title: "A character that cannot be seen" }, `U+${code}`));
    end = found.index + found[0].length;
  }
  node.append(text.slice(end));
  return node;
}

export function unseenText(text) {
  return foreign(text).textContent;
}

export const hiddenText = (text) => el("span", { class: "visually-hidden" }, text);

export const counted = (count, one, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

export const percent = (share) => `${Math.floor(share * 100 + 1e-9)} %`;

/** Seconds as "8 s", "2 min 5 s" or "1 h 4 min". */
export function duration(seconds) {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return whole % 60 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${whole / 60} min`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

export function dateTime(text) {
  const time = new Date(text);
  return Number.isNaN(time.getTime())
    ? text
    : time.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}

/** Put `node` where it can be seen and used: a dialog makes everything else inert. */
export function bringToFront(node) {
  const place = document.querySelector("dialog[open]") ?? document.body;
  if (node.parentNode !== place) place.append(node);
}

let toastTimer = 0;
/** Say something in passing: seen for a few seconds, and read out. */
export function toast(text) {
  const node = document.getElementById("toast");
  bringToFront(node);
  node.textContent = unseenText(text);
  node.classList.add("on");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => node.classList.remove("on"), 5000);
}

/** Open a modal dialog named `title`. It removes itself when closed; the focus goes back to where it was. */
export function openDialog(title, content, { wide = false, onClose = () => {} } = {}) {
  const before = document.activeElement;
  const dialog = el(
    "dialog",
    { class: wide ? "wide" : null, "aria-labelledby": "dialog-title" },
    el(
      "div",
      { class: "dialog-head" },
      el("h2", { id: "dialog-title", tabindex: "-1" }, title),
      iconButton("close", "Close", () => dialog.close()),
    ),
    el("div", { class: "dialog-body" }, content),
  );
  dialog.addEventListener("close", () => {
    document.body.append(...dialog.querySelectorAll("#speaking, #toast"));
    dialog.remove();
    onClose();
    if (before?.isConnected) before.focus({ preventScroll: true });
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  (dialog.querySelector("[autofocus]") ?? dialog.querySelector("h2")).focus();
  return dialog;
}
