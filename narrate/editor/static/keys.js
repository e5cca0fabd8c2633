// The keyboard: one table of keys, for the handler and for the help.

import { button, el, openDialog } from "./dom.js";

const SETTING = "narrate-keys";

/** The digit of the key, wherever it is on the keyboard: on some, digits need Shift. */
const digit = (event) => Number(/^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1]);

/** [keys shown, what they do, test of the event, action]; the first that fits is done. */
const KEYS = [
  [["j"], "next quotation", (e) => e.key === "j", (a) => a.step(1)],
  [["k"], "previous quotation", (e) => e.key === "k", (a) => a.step(-1)],
  [["d"], "next quotation to check", (e) => e.key === "d", (a) => a.stepDoubtful(1)],
  [["Shift", "d"], "previous quotation to check", (e) => e.key === "D", (a) => a.stepDoubtful(-1)],
  [["Shift", "j"], "next line, narration too", (e) => e.key === "J", (a) => a.stepLine(1)],
  [["Shift", "k"], "previous line, narration too", (e) => e.key === "K", (a) => a.stepLine(-1)],
  [
    ["1", "…", "9"],
    "this speaker of the cast says it",
    (e) => digit(e) && !e.shiftKey,
    (a, e) => a.assignNumber(digit(e), false),
  ],
  [
    ["Shift", "1", "…", "9"],
    "the same for all quotations of the speaker it has now",
    (e) => digit(e) && e.shiftKey,
    (a, e) => a.assignNumber(digit(e), true),
  ],
  [["n"], "the narrator reads it", (e) => e.key === "n", (a) => a.assign(null, false)],
  [["y"], "it is right", (e) => e.key === "y", (a) => a.confirm()],
  [["x"], "not speech", (e) => e.key === "x", (a) => a.notSpeech()],
  [["space"], "listen to the line, or stop", (e) => e.key === " " && !e.shiftKey, (a) => a.listenSelected()],
  [
    ["Shift", "space"],
    "listen to the paragraph",
    (e) => e.key === " " && e.shiftKey,
    (a) => a.listenSelectedParagraph(),
  ],
  [["w"], "say a word differently", (e) => e.key === "w", (a) => a.pronounce()],
  [["c"], "go to the cast", (e) => e.key === "c", (a) => a.goTo("cast")],
  [["v"], "choose the voice of this speaker", (e) => e.key === "v", (a) => a.chooseVoice()],
  [["z"], "undo", (e) => e.key === "z", (a) => a.undo()],
  [["Shift", "z"], "redo", (e) => e.key === "Z", (a) => a.redo()],
  [["m"], "make the edition", (e) => e.key === "m", (a) => a.make()],
  [["?"], "this help", (e) => e.key === "?", (a) => a.help()],
];

const areOn = () => localStorage.getItem(SETTING) !== "off";

/** Whether the key event belongs to the control that has the focus. */
function isTaken(event) {
  const { target } = event;
  if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return true;
  if (event.key === "Escape") return false;
  if (target.closest("input:not([type=checkbox]), select, textarea")) return true;
  return [" ", "Enter"].includes(event.key) && Boolean(target.closest("button, a, summary, input"));
}

export function listenToKeys(actions) {
  const pressed = (event) => {
    if (isTaken(event)) return;
    if (event.key === "Escape") return void actions.escape();
    if (event.key === "Enter" && event.target.closest(".line")) {
      event.preventDefault();
      return void actions.goTo("inspector");
    }
    if (!areOn() && event.key !== " ") return;
    const found = KEYS.find(([, , fits]) => fits(event));
    if (!found) return;
    event.preventDefault();
    found[3](actions, event);
  };
  document.addEventListener("keydown", pressed);
  return () => document.removeEventListener("keydown", pressed);
}

export function openHelp() {
  const rows = KEYS.map(([keys, text]) =>
    el(
      "div",
      {},
      el(
        "dt",
        {},
        keys.map((key) => (key === "…" ? " … " : el("kbd", {}, key))),
      ),
      el("dd", {}, text),
    ),
  );
  const setting = el("input", {
    type: "checkbox",
    checked: areOn(),
    on: { change: (event) => localStorage.setItem(SETTING, event.target.checked ? "on" : "off") },
  });
  const dialog = openDialog(
    "Keys",
    el(
      "div",
      { class: "stack" },
      el("dl", { class: "keys" }, rows),
      el("p", { class: "soft" }, "Enter goes from a quotation to its choices, Escape back to the article."),
      el("label", { class: "check" }, setting, "Keys are on"),
      el(
        "div",
        { class: "row end" },
        button("Close", () => dialog.close(), { class: "primary" }),
      ),
    ),
    { wide: true },
  );
}
